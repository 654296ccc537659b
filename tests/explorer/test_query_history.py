"""What was written is remembered per log: in order, once each, for the user alone, and never more than is useful."""

import stat
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from explorer import query_history
from explorer.query_history import MOST_QUERIES, QueryHistory, history_file
from store import parse_filter
from tests.explorer.app_under_test import app_on, rows_are_shown, until
from tests.logs import NOW, numbered_events, write_log

QUERIES = st.lists(st.text(st.characters(exclude_categories=()), max_size=8), max_size=6)


async def test_a_later_use_of_the_app_finds_the_queries_of_an_earlier_one(tmp_path: Path) -> None:
    file = tmp_path / "state" / "queries" / "log.jsonl"
    earlier = QueryHistory(file)
    for query in ("name:x", "entity:y", "name:x", 'actor:"a\n\ud800"'):
        await earlier.add(query)
    assert earlier.queries == ("entity:y", "name:x", 'actor:"a\n\ud800"')
    later = QueryHistory(file)
    await later.load()
    assert later.queries == earlier.queries


async def test_two_uses_at_the_same_time_lose_nothing_of_each_other(tmp_path: Path) -> None:
    file = tmp_path / "log.jsonl"
    one, other = QueryHistory(file), QueryHistory(file)
    await one.add("name:x")
    await other.add("name:y")
    await one.load()
    assert one.queries == ("name:x", "name:y")


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has other rights")
async def test_nobody_else_can_read_it(tmp_path: Path) -> None:
    file = tmp_path / "state" / "log.jsonl"
    await QueryHistory(file).add("name:x")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
    assert [each.name for each in file.parent.iterdir()] == ["log.jsonl"]


async def test_it_is_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(query_history, "MOST_QUERIES", 3)
    history = QueryHistory(tmp_path / "log.jsonl")
    for number in range(5):
        await history.add(f"entity:{number}")
    await history.load()
    assert history.queries == ("entity:2", "entity:3", "entity:4")
    assert MOST_QUERIES < 1_000


@pytest.mark.parametrize(
    "content",
    [b"", b"\xff\xfe\n", b'{"a": 1}\n[]\n"entity:1"\n"half', b"[" * 100_000],
    ids=["empty", "no text", "other values", "too deep"],
)
async def test_what_is_no_query_in_the_file_is_passed_over(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "log.jsonl").write_bytes(content)
    history = QueryHistory(tmp_path / "log.jsonl")
    await history.add("entity:2")
    await history.load()
    assert history.queries[-1] == "entity:2"
    assert all(query.startswith("entity:") for query in history.queries)


async def test_a_folder_that_cannot_be_written_is_done_without(tmp_path: Path) -> None:
    (tmp_path / "state").write_text("a file")
    history = QueryHistory(tmp_path / "state" / "log.jsonl")
    await history.add("name:x")
    await history.load()
    assert history.queries == ("name:x",)


@given(QUERIES)
def test_each_query_stands_once_and_the_last_one_last(queries: list[str]) -> None:
    kept: tuple[str, ...] = ()
    for query in queries:
        kept = tuple(query_history._with_last(kept, query))
    assert sorted(kept) == sorted(set(queries))
    assert list(kept[-1:]) == queries[-1:]


def test_each_log_has_a_file_of_its_own_that_does_not_tell_its_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", "/nowhere")
    files = {history_file(name) for name in ("demo", "/home/me/a.db", "postgresql://reader@db/audit", "\ud800")}
    assert len(files) == 4
    assert not any("audit" in str(file) for file in files)
    if sys.platform == "linux":
        assert all(file.is_relative_to("/nowhere/activity-explorer") for file in files)


async def test_up_and_down_walk_through_the_queries_and_back_to_what_was_begun(tmp_path: Path) -> None:
    from explorer.widgets.query_input import QueryInput

    log = await write_log(tmp_path / "activity.db", numbered_events(12))
    async with app_on(log, clock=lambda: NOW).run_test(size=(120, 36)) as pilot:
        table = await rows_are_shown(pilot)
        for query in ("name:plan.deleted", "entity:customer-1"):
            await pilot.press("slash", "ctrl+u", *query, "enter")
            await until(pilot, lambda: table.has_focus, "the applied query")
            await rows_are_shown(pilot)
        await pilot.press("slash", "ctrl+u", *"enti")
        line = pilot.app.screen.query_one(QueryInput)
        for key, text in (("up", "entity:customer-1"), ("up", "name:plan.deleted"), ("up", "name:plan.deleted")):
            await pilot.press(key)
            assert line.value.strip() == text
        for text in ("entity:customer-1", "enti", "enti"):
            await pilot.press("down")
            assert line.value.strip() == text


@pytest.mark.parametrize(("written", "kept"), [("name:half", ("since:all name:half",)), ("", ())])
async def test_a_query_that_is_being_written_is_found_again_after_quitting(
    tmp_path: Path, written: str, kept: tuple[str, ...]
) -> None:
    log = await write_log(tmp_path / "activity.db", numbered_events(5))
    app = app_on(log, clock=lambda: NOW, event_filter=parse_filter("since:all"))
    async with app.run_test() as pilot:
        await rows_are_shown(pilot)
        assert app.activity_screen is not None
        history = app.activity_screen._query.history
        await pilot.press("slash", *written, "ctrl+q")
    assert history.queries == kept
