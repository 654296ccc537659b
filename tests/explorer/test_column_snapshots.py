"""A picture of each state of the columns that somebody chose, and of folded traces."""

import asyncio
from pathlib import Path

import pytest
from textual.pilot import Pilot

from explorer.settings import Settings
from explorer.widgets.event_table import EventTable
from store import DatabaseAddress, Entity, parse_filter
from tests.builders import make_event
from tests.explorer.app_under_test import app_on, until
from tests.explorer.test_snapshots import HOSTILE, Compare, after
from tests.logs import NOW, numbered_events, write_log

COLUMNS = "event:24,occurred_at,payload.plan.id,environment,entity_id,payload.tags:12"


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> DatabaseAddress:
    plans = (f'{{"plan": {{"id": "plan-{number % 3}"}}, "tags": ["a", {number}]}}' for number in range(400))
    events = [event.replaced(payload=plan) for event, plan in zip(numbered_events(400), plans, strict=True)]
    return asyncio.run(write_log(tmp_path_factory.mktemp("log") / "activity.db", events))


@pytest.mark.parametrize(("name", "size"), [("wide", (160, 36)), ("narrow", (80, 24))])
def test_chosen_columns(snap_compare: Compare, log: DatabaseAddress, name: str, size: tuple[int, int]) -> None:
    del name
    app = app_on(log, clock=lambda: NOW, settings=Settings(time_zone="UTC", columns=COLUMNS))
    assert snap_compare(app, terminal_size=size, run_before=after("down"))


@pytest.mark.parametrize(
    ("name", "size", "keys"),
    [
        ("opened", (120, 36), ("C",)),
        ("changed", (120, 36), ("C", *"jjjjj", "space", "K", "right", "right", "j", "enter")),
        ("narrow", (80, 24), ("C", "a", *"plan.id", "enter")),
        ("path", (120, 36), ("C", "a", *"tags.0")),
        ("mistaken_path", (120, 36), ("C", "a", *'tags."')),
        ("saved", (120, 36), ("C", "enter", "escape", "w")),
    ],
)
def test_choosing_columns(
    snap_compare: Compare, log: DatabaseAddress, name: str, size: tuple[int, int], keys: tuple[str, ...]
) -> None:
    del name
    assert snap_compare(app_on(log, clock=lambda: NOW), terminal_size=size, run_before=after(*keys))


@pytest.mark.parametrize(("name", "size"), [("wide", (160, 36)), ("narrow", (80, 24))])
def test_folded_traces(snap_compare: Compare, log: DatabaseAddress, name: str, size: tuple[int, int]) -> None:
    del name

    async def drive(pilot: Pilot[None]) -> None:
        await after("asterisk", "down")(pilot)
        table = pilot.app.screen.query_one(EventTable)

        def is_known() -> bool:
            ends = [table.render_line(y).text.rstrip()[-1:] for y in range(1, table.size.height)]
            return table.rows.end_is_known and "…" not in ends

        await until(pilot, is_known, "every row, and how far the traces in sight reach")
        await pilot.pause()

    assert snap_compare(app_on(log, clock=lambda: NOW), terminal_size=size, run_before=drive)


def test_traces_that_cannot_be_folded(snap_compare: Compare, log: DatabaseAddress) -> None:
    app = app_on(log, clock=lambda: NOW, event_filter=parse_filter("since:all trace:trace-130"))
    assert snap_compare(app, terminal_size=(100, 30), run_before=after("asterisk"))


def test_hostile_data_in_chosen_columns(snap_compare: Compare, tmp_path: Path) -> None:
    event = make_event(
        environment=HOSTILE, entity=Entity(type=HOSTILE, id=HOSTILE), payload='{"a": "\\u001b]52;c;aGk=\\u0007 [/"}'
    )
    address = asyncio.run(write_log(tmp_path / "activity.db", [event]))
    settings = Settings(time_zone="UTC", columns='environment,entity_id,payload.a,payload,payload."\x1b[31m"')
    assert snap_compare(
        app_on(address, clock=lambda: NOW, settings=settings), terminal_size=(160, 24), run_before=after()
    )
