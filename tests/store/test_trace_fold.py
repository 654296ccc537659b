"""Folded lists beside each other and over a log that changes: each is of its own filter and of the log as it is."""

import asyncio
from pathlib import Path

import pytest

from store import NEWEST, Choice, DatabaseReplaced, Event, EventFilter, TimeRange, open_repository
from tests.builders import make_event
from tests.logs import write_log
from tests.store.plain_log import fold

EVER = EventFilter(time=TimeRange(since=None))
DELETED = EVER.with_choice("event_names", Choice(included=("PLAN_DELETED",)))


def of_trace(number: int, trace: object, name: str = "PLAN_CREATED") -> Event:
    return make_event(number, trace_id=f"trace-{trace}", event_name=name)


async def test_folded_pages_of_two_filters_at_once_do_not_disturb_each_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("store.trace_fold.FIRST_EVENTS", 16)
    monkeypatch.setattr("store.trace_fold.MOST_EVENTS", 16)
    names = "PLAN_DELETED", "PLAN_CREATED"
    events = [of_trace(number, number % 50, names[number // 50 % 2]) for number in range(400)]
    wanted = [fold(events[::-1]), fold([event for event in events[::-1] if event.event_name == "PLAN_DELETED"])]
    repository = await open_repository(await write_log(tmp_path / "log.db", events))
    try:
        for _ in range(5):
            asked = [repository.folded_page(asked_for, NEWEST, "older", 100) for asked_for in (EVER, DELETED)]
            assert [list(page.events) for page in await asyncio.gather(*asked)] == wanted
    finally:
        await repository.close()


async def test_a_trace_is_folded_anew_after_another_log_with_as_many_batches_took_the_place(tmp_path: Path) -> None:
    paths = tmp_path / "log.db", tmp_path / "other.db"
    address = await write_log(paths[0], [of_trace(1, "a"), of_trace(9, "a"), of_trace(2, "b")])
    other = [of_trace(1, "a"), of_trace(5, "a"), of_trace(2, "b")]
    await write_log(paths[1], other)
    repository = await open_repository(address)
    try:
        assert [event.id for event in (await repository.folded_page(EVER, NEWEST, "older", 9)).events] == [
            "event-9",
            "event-2",
        ]
        for suffix in ("-wal", "-shm"):
            paths[0].with_name(f"log.db{suffix}").unlink(missing_ok=True)
        paths[1].replace(paths[0])
        with pytest.raises(DatabaseReplaced):
            await repository.folded_page(EVER, NEWEST, "older", 9)
        page = await repository.folded_page(EVER, NEWEST, "older", 9)
        assert page.events == (other[1], other[2])
    finally:
        await repository.close()
