"""A picture of each state of the query box."""

import asyncio
from pathlib import Path

import pytest

from explorer.settings import Settings
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


def test_a_mistake_that_takes_several_lines(snap_compare: Compare, log: DatabaseAddress) -> None:
    keys = after("slash", *"colour:x", "enter")
    assert snap_compare(app_on(log, clock=lambda: NOW), terminal_size=(80, 24), run_before=keys)


def test_completions(snap_compare: Compare, log: DatabaseAddress) -> None:
    keys = after("slash", *"since:all name:", "down", "down")
    assert snap_compare(app_on(log, clock=lambda: NOW), terminal_size=(100, 30), run_before=keys)


def test_completions_of_a_path_into_payloads(snap_compare: Compare, log: DatabaseAddress) -> None:
    keys = after("slash", *"payload.", "down")
    assert snap_compare(app_on(log, clock=lambda: NOW), terminal_size=(100, 30), run_before=keys)


def test_the_saved_views(snap_compare: Compare, log: DatabaseAddress, tmp_path: Path) -> None:
    (tmp_path / "views.toml").write_text('[views]\n"plan changes" = "name:plan.* since:-7d"\nbroken = "nam:x"\n')
    app = app_on(log, clock=lambda: NOW, settings=Settings(time_zone="UTC", views=str(tmp_path / "views.toml")))
    assert snap_compare(app, terminal_size=(110, 30), run_before=after("V"))


def test_a_view_that_asks_for_its_customer(snap_compare: Compare, log: DatabaseAddress) -> None:
    keys = after("V", "end", "enter", "down")
    assert snap_compare(app_on(log, clock=lambda: NOW), terminal_size=(80, 24), run_before=keys)
