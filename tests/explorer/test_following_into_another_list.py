"""New events that are found while another list is asked for: each list gets those that are its own, and all of them."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from textual.pilot import Pilot

from explorer.areas.following import Following
from explorer.event_list import EventList
from explorer.messages import FilterChanged
from explorer.widgets.event_table import EventTable
from store import Entity, EventWriter, open_writer, parse_filter
from store.sql_repository import SqlEventRepository
from tests.builders import make_event
from tests.explorer.app_under_test import HeldQuestion, app_on, rows_are_shown, until
from tests.logs import NOW, write_log

FAILED = "since:all text:sync_failed"
KNOWN = make_event(
    1, entity=Entity(type="SUBSCRIPTION", id="sub"), parent_entity_id="customer", payload='"sync_failed"'
)
NEW = make_event(2, entity=Entity(type="ENTITLEMENT", id="ent"), parent_entity_id="sub", payload='"sync_failed"')
"""By itself it tells only that it belongs to the subscription."""

OTHERS = {f"{FAILED} belongs_to:customer": {KNOWN.id, NEW.id}, f"{FAILED} -belongs_to:customer": set()}
"""Lists, and what each of them holds of these."""

Drive = Callable[[Pilot[None], Following, EventWriter], Awaitable[None]]


@pytest.fixture(autouse=True)
def often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("explorer.areas.following.LOOK_SECONDS", 0.02)


async def followed(path: Path, drive: Drive) -> None:
    """Run `drive` on the app that follows the list of what FAILED, KNOWN so far, and somebody who can write to it."""
    address = await write_log(path / "log.db", [KNOWN])
    app = app_on(address, clock=lambda: NOW, event_filter=parse_filter(FAILED))
    async with await open_writer(address) as writer, app.run_test(size=(140, 40)) as pilot, asyncio.timeout(120):
        await rows_are_shown(pilot)
        await pilot.press("F")
        following = app.screen.query_one(Following)
        await until(pilot, lambda: following.is_up_to_date, "a first look")
        await drive(pilot, following, writer)


def ask_for(pilot: Pilot[None], filter_text: str) -> None:
    pilot.app.screen.post_message(FilterChanged(parse_filter(filter_text)))


async def looked(pilot: Pilot[None], following: Following) -> None:
    """Let it look for new events once more, whatever else is held."""
    before = following._looking
    while (looking := following._looking) is before or looking is None or not looking.is_finished:
        await pilot.pause(0.005)


async def ids_at_last(pilot: Pilot[None], following: Following) -> set[str]:
    """The events in the list once all that is new shows."""
    await pilot.pause()
    await until(pilot, lambda: following.is_up_to_date, "all that is new")
    await until(
        pilot, lambda: all(worker.name == "_find" or worker.is_finished for worker in pilot.app.workers), "rows"
    )
    return {event.id for event in pilot.app.screen.query_one(EventTable).rows.from_newest()}


@pytest.mark.parametrize("other", OTHERS)
async def test_what_is_found_of_a_list_comes_to_the_one_asked_for_meanwhile_only_if_that_holds_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, other: str
) -> None:
    async def drive(pilot: Pilot[None], following: Following, writer: EventWriter) -> None:
        finding = HeldQuestion(monkeypatch, SqlEventRepository, "arrivals")
        showing = HeldQuestion(monkeypatch, EventList, "wait_for_refresh")
        await writer.write([NEW])
        await finding.asked.wait()
        ask_for(pilot, other)
        await showing.asked.wait()
        finding.goes_on.set()
        await looked(pilot, following)
        showing.goes_on.set()
        assert await ids_at_last(pilot, following) == OTHERS[other]

    await followed(tmp_path, drive)


@pytest.mark.parametrize("other", OTHERS)
async def test_what_waits_to_be_shown_in_a_list_comes_to_another_one_only_if_that_holds_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, other: str
) -> None:
    async def drive(pilot: Pilot[None], following: Following, writer: EventWriter) -> None:
        showing = HeldQuestion(monkeypatch, EventList, "wait_for_refresh")
        with monkeypatch.context() as reader:
            reader.setattr(EventList, "renew", cannot_renew)
            await writer.write([NEW])
            while not following._arrivals:
                await pilot.pause(0.005)
            ask_for(pilot, other)
            await showing.asked.wait()
        await looked(pilot, following)
        await looked(pilot, following)
        showing.goes_on.set()
        assert await ids_at_last(pilot, following) == OTHERS[other]

    await followed(tmp_path, drive)


async def test_what_comes_in_behind_the_rows_of_another_list_is_not_taken_for_seen_by_the_list_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    late = make_event(3, payload='"nothing_else"')

    async def drive(pilot: Pilot[None], following: Following, writer: EventWriter) -> None:
        finding = HeldQuestion(monkeypatch, SqlEventRepository, "arrivals")
        showing = HeldQuestion(monkeypatch, EventList, "wait_for_refresh")
        await writer.write([NEW])
        await finding.asked.wait()
        ask_for(pilot, "since:all text:nothing_else")
        await showing.asked.wait()
        await writer.write([late])
        finding.goes_on.set()
        await looked(pilot, following)
        showing.goes_on.set()
        assert await ids_at_last(pilot, following) == {late.id}

    await followed(tmp_path, drive)


async def cannot_renew(*_: object) -> bool:
    return False
