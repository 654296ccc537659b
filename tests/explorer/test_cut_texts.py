"""Where a text has no room, a sign says that it is cut, and what is to be read whole is shown elsewhere."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest
from textual.pilot import Pilot
from textual.widgets import Static

from explorer.dialogs.text_to_select import TextToSelect
from explorer.settings import Settings
from explorer.widgets.event_table import EventTable
from store import DatabaseAddress, parse_filter
from tests.explorer.app_under_test import app_on, rows_are_shown, until
from tests.logs import NOW, numbered_events, write_log

EVENTS = 60
LONG = 'since:all name:subscription.created name:plan.deleted entity:customer-1 entity:"a long id of a customer"'
Drive = Callable[[Pilot[None], EventTable], Awaitable[None]]


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> DatabaseAddress:
    return asyncio.run(write_log(tmp_path_factory.mktemp("log") / "activity.db", numbered_events(EVENTS)))


async def shown(log: DatabaseAddress, drive: Drive, query: str = LONG, size: tuple[int, int] = (80, 24)) -> None:
    settings = Settings(time_zone="UTC", clipboard="off")
    app = app_on(log, clock=lambda: NOW, event_filter=parse_filter(query), settings=settings)
    async with app.run_test(size=size) as pilot:
        await drive(pilot, await rows_are_shown(pilot))


def drawn(pilot: Pilot[None], selector: str) -> str:
    return pilot.app.screen.query_one(selector, Static).render_line(0).text.rstrip()


async def test_a_filter_and_a_place_that_do_not_fit_end_in_an_ellipsis(log: DatabaseAddress) -> None:
    async def drive(pilot: Pilot[None], table: EventTable) -> None:
        assert drawn(pilot, "#sentence").endswith("…")
        assert drawn(pilot, "#place").endswith("UTC")
        await pilot.resize_terminal(30, 24)
        await pilot.pause()
        assert drawn(pilot, "#place").endswith("…")

    await shown(log, drive)


async def test_the_number_of_a_draft_s_events_shows_however_long_its_meaning_is(log: DatabaseAddress) -> None:
    async def drive(pilot: Pilot[None], table: EventTable) -> None:
        await pilot.press("slash")
        await until(pilot, lambda: drawn(pilot, ".query-box--note").endswith("… · 4 events"), "the number of events")

    await shown(log, drive)


@pytest.mark.parametrize(("query", "is_over_the_rows"), [("since:all", True), (LONG, False)])
async def test_a_link_is_shown_over_the_rows_only_where_it_has_room_there(
    log: DatabaseAddress, query: str, is_over_the_rows: bool
) -> None:
    async def drive(pilot: Pilot[None], table: EventTable) -> None:
        banner = pilot.app.screen.query_one("#banner", Static)
        await pilot.press("y")
        await until(pilot, lambda: banner.display or isinstance(pilot.app.screen, TextToSelect), "the link")
        assert banner.display is is_over_the_rows

    await shown(log, drive, query, size=(60, 24))
