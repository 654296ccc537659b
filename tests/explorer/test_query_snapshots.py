"""A picture of each state of the query box."""

import asyncio

import pytest

from store import DatabaseAddress
from tests.explorer.app_under_test import app_on
from tests.explorer.test_snapshots import Compare, after
from tests.logs import NOW, numbered_events, write_log


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> DatabaseAddress:
    return asyncio.run(write_log(tmp_path_factory.mktemp("log") / "activity.db", numbered_events(400)))


def test_a_query(snap_compare: Compare, log: DatabaseAddress) -> None:
    keys = after("slash", *"name:plan.deleted -actor:x")
    assert snap_compare(app_on(log, clock=lambda: NOW), terminal_size=(100, 30), run_before=keys)


def test_a_mistake_in_a_query(snap_compare: Compare, log: DatabaseAddress) -> None:
    keys = after("slash", *"name:plan.deleted nam:x since:all", "enter")
    assert snap_compare(app_on(log, clock=lambda: NOW), terminal_size=(100, 30), run_before=keys)


def test_completions(snap_compare: Compare, log: DatabaseAddress) -> None:
    keys = after("slash", *"since:all name:", "down", "down")
    assert snap_compare(app_on(log, clock=lambda: NOW), terminal_size=(100, 30), run_before=keys)
