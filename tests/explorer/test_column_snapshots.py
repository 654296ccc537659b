"""A picture of each state of the columns that somebody chose."""

import asyncio
from pathlib import Path

import pytest

from explorer.settings import Settings
from store import DatabaseAddress, Entity
from tests.builders import make_event
from tests.explorer.app_under_test import app_on
from tests.explorer.test_snapshots import HOSTILE, Compare, after
from tests.logs import NOW, numbered_events, write_log

COLUMNS = "event:24,occurred_at,payload.plan.id,environment,entity_id,payload.tags:12"


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> DatabaseAddress:
    plans = (f'{{"plan": {{"id": "plan-{number % 3}"}}, "tags": ["a", {number}]}}' for number in range(400))
    events = [
        event.model_copy(update={"payload": plan}) for event, plan in zip(numbered_events(400), plans, strict=True)
    ]
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


def test_hostile_data_in_chosen_columns(snap_compare: Compare, tmp_path: Path) -> None:
    event = make_event(
        environment=HOSTILE, entity=Entity(type=HOSTILE, id=HOSTILE), payload='{"a": "\\u001b]52;c;aGk=\\u0007 [/"}'
    )
    address = asyncio.run(write_log(tmp_path / "activity.db", [event]))
    settings = Settings(time_zone="UTC", columns='environment,entity_id,payload.a,payload,payload."\x1b[31m"')
    assert snap_compare(
        app_on(address, clock=lambda: NOW, settings=settings), terminal_size=(160, 24), run_before=after()
    )
