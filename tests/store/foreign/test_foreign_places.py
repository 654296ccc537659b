"""Where reading and counting a foreign table go on, when its owner deletes rows and gives an id to more than one."""

import sqlite3
from datetime import UTC, timedelta
from pathlib import Path

import pytest

from store import (
    NEWEST,
    DatabaseAddress,
    EventFilter,
    Position,
    TableMapping,
    TimeRange,
    open_foreign_repository,
)
from store.foreign import places, tally
from tests.builders import NOON

OPEN = EventFilter(time=TimeRange(since=None))
MAPPING = TableMapping.model_validate(
    {"table": "audit", "columns": {"id": "id", "occurred_at": "at", "event_name": "what"}}
)


def table_of(path: Path, ids: list[object], key: str = "id INTEGER") -> sqlite3.Connection:
    """A table with a row a second, whose file can go on being written."""
    connection = sqlite3.connect(path)
    connection.execute(f"CREATE TABLE audit ({key}, at TEXT, what TEXT)")
    connection.execute("CREATE INDEX by_id ON audit (id)")
    connection.execute("CREATE INDEX by_time ON audit (at)")
    for number, row_id in enumerate(ids):
        at = (NOON + timedelta(seconds=number)).astimezone(UTC)
        connection.execute("INSERT INTO audit VALUES (?, ?, ?)", (row_id, f"{at:%Y-%m-%d %H:%M:%S}", f"n{number}"))
    connection.commit()
    return connection


@pytest.fixture
def counts_in_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tally, "FIRST_WINDOW", 7)
    monkeypatch.setattr(tally, "LARGEST_WINDOW", 7)
    monkeypatch.setattr(tally, "WHOLE_SECONDS", 0.0)
    monkeypatch.setattr(tally, "WINDOWS_SECONDS", 0.0)


async def test_a_count_goes_on_from_a_row_that_is_gone_and_forgotten_without_counting_twice(
    tmp_path: Path, counts_in_parts: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(places, "MOST_REMEMBERED", 3)
    connection = table_of(tmp_path / "log.db", list(range(40)))
    repository = await open_foreign_repository(DatabaseAddress.parse(str(tmp_path / "log.db")), MAPPING)
    counted = await repository.count(OPEN)
    assert (counted.number, counted.exact) == (7, False)
    assert counted.searched_to is not None
    connection.execute("DELETE FROM audit WHERE id = ?", (counted.searched_to.id,))
    connection.commit()
    await repository.page(OPEN, NEWEST, "older", 30)
    while counted.searched_to is not None:
        counted = await repository.count(OPEN, counted)
    assert (counted.number, counted.exact) == (40, True)
    await repository.close()


async def test_a_count_that_began_elsewhere_and_has_lost_its_place_says_at_least(
    tmp_path: Path, counts_in_parts: None
) -> None:
    connection = table_of(tmp_path / "log.db", list(range(40)))
    address = DatabaseAddress.parse(str(tmp_path / "log.db"))
    first = await open_foreign_repository(address, MAPPING)
    counted = await first.count(OPEN)
    await first.close()
    assert counted.searched_to is not None
    connection.execute("DELETE FROM audit WHERE id = ?", (counted.searched_to.id,))
    connection.commit()
    second = await open_foreign_repository(address, MAPPING)
    counted = await second.count(OPEN, counted)
    assert (counted.number, counted.exact, counted.searched_to) == (7, False, None)
    await second.close()


async def test_events_that_share_an_id_are_paged_by_their_times(tmp_path: Path) -> None:
    table_of(tmp_path / "log.db", [number % 3 for number in range(30)]).close()
    repository = await open_foreign_repository(DatabaseAddress.parse(str(tmp_path / "log.db")), MAPPING)
    names: list[str] = []
    start, has_older = NEWEST, True
    while has_older:
        page = await repository.page(OPEN, start, "older", 4)
        names += [event.event_name for event in page.events]
        start, has_older = Position.of(page.events[-1]), page.has_older
        await repository.page(OPEN, NEWEST, "older", 30)  # which remembers other places of the same ids
    assert names == [f"n{number}" for number in reversed(range(30))]
    await repository.close()


async def test_what_comes_after_the_bars_is_told_to_be_a_part_where_it_was_counted_in_part(
    tmp_path: Path, counts_in_parts: None
) -> None:
    table_of(tmp_path / "log.db", list(range(40))).close()
    repository = await open_foreign_repository(DatabaseAddress.parse(str(tmp_path / "log.db")), MAPPING)
    drawn = await repository.histogram(OPEN, NOON + timedelta(seconds=9), 10)
    assert (drawn.later, drawn.later_is_exact) == (7, False)
    await repository.close()


@pytest.mark.parametrize(("unit", "first"), [("iso", "2026-11-20 12:00:00"), ("s", "1763640000")])
async def test_a_time_with_a_nul_behind_it_is_neither_shown_nor_counted(tmp_path: Path, unit: str, first: str) -> None:
    connection = table_of(tmp_path / "log.db", [1, 2])
    connection.execute("UPDATE audit SET at = ?", (first,))
    connection.execute("UPDATE audit SET at = ? WHERE id = 2", (f"{first}\0z",))
    connection.commit()
    mapping = MAPPING.model_copy(update={"time_unit": unit})
    repository = await open_foreign_repository(DatabaseAddress.parse(str(tmp_path / "log.db")), mapping)
    assert [event.id for event in (await repository.page(OPEN, NEWEST, "older", 5)).events] == ["1"]
    assert (await repository.count(OPEN)).number == 1
    assert (await repository.remarks(OPEN))[0].startswith("1 row of audit has no readable time")
    await repository.close()


async def test_new_rows_are_found_although_one_has_a_text_for_an_id(tmp_path: Path) -> None:
    connection = table_of(tmp_path / "log.db", [1, 2, "abc", 3.5])
    repository = await open_foreign_repository(DatabaseAddress.parse(str(tmp_path / "log.db")), MAPPING)
    assert not repository.misses_no_commit  # a transaction may commit a lower id later
    newest = await repository.newest_batch()
    assert newest == 2
    connection.execute("INSERT INTO audit VALUES (7, '2026-11-20 13:00:00', 'new')")
    connection.commit()
    assert await repository.newest_batch() == 7
    arrivals = await repository.arrivals(OPEN, newest, 10)
    assert ([event.id for event in arrivals.events], arrivals.newest) == (["7"], 7)
    assert await repository.count_arrivals(OPEN, newest, 7) == 1
    await repository.close()
