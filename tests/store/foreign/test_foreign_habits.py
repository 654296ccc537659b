"""What tables of other programs are like: odd times, absent columns, no index, and owners who want them left alone."""

import json
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import (
    JSON,
    BigInteger,
    Column,
    ColumnElement,
    DateTime,
    Index,
    Integer,
    MetaData,
    Numeric,
    Select,
    Table,
    Text,
    Uuid,
    text,
)
from sqlalchemy.types import TypeEngine

from store import (
    NEWEST,
    AccessDenied,
    Count,
    DatabaseAddress,
    DatabaseUnavailable,
    Event,
    EventFilter,
    MappingProblem,
    Position,
    TableMapping,
    TimeRange,
    open_foreign_repository,
    parse_filter,
)
from store.connections import Connections
from store.foreign import asking, scan, search, tally
from store.foreign import repository as foreign_repository
from store.foreign.mapped import MappedTable
from store.foreign.repository import ForeignRepository
from store.foreign.statements import Span
from tests.builders import NOON
from tests.store.foreign.foreign_tables import fill

OPEN = EventFilter(time=TimeRange(since=None))
SMALL = {"id": "id", "occurred_at": "at", "event_name": "what"}


def small_table(at: TypeEngine[object], key: TypeEngine[object] | None = None, *indexed: str) -> Table:
    table = Table(
        "audit",
        MetaData(),
        Column("id", key or BigInteger().with_variant(Integer(), "sqlite"), primary_key=True, autoincrement=False),
        Column("at", at),
        Column("what", Text),
        Column("note", Text),
        Column("details", JSON(none_as_null=True)),
    )
    for name in indexed:
        Index(f"by_{name}", table.c[name])
    return table


def small_mapping(unit: str = "iso", zone: str = "UTC", **columns: object) -> TableMapping:
    mapped = {"table": "audit", "time_unit": unit, "time_zone": zone, "columns": SMALL | columns}
    return TableMapping.model_validate(mapped)


@asynccontextmanager
async def looked_at(
    address: DatabaseAddress, table: Table, rows: Sequence[Mapping[str, object]], mapping: TableMapping
) -> AsyncIterator[ForeignRepository]:
    await fill(address, table, [dict.fromkeys(table.c.keys()) | row for row in rows])
    repository = await open_foreign_repository(address, mapping)
    try:
        yield repository
    finally:
        await repository.close()


async def everything(repository: ForeignRepository, event_filter: EventFilter = OPEN) -> list[Event]:
    """All events of a filter, however many pages they come in."""
    found: list[Event] = []
    start = NEWEST
    while True:
        page = await repository.page(event_filter, start, "older", 3)
        found.extend(page.events)
        if page.searched_to is not None:
            start = page.searched_to
        elif page.has_older:
            start = Position.of(page.events[-1])
        else:
            return found


ODD_TEXTS = {
    "2026-11-20T12:00:00Z": NOON,
    "2026-11-20 12:00:01": NOON + timedelta(seconds=1),
    "2026-11-20T12:00:02.5+00:00": NOON + timedelta(seconds=2, milliseconds=500),
    "2026-11-20T14:00:03.000001+02:00": NOON + timedelta(seconds=3, microseconds=1),
    "2026-11-19T22:00:04-14:00": NOON + timedelta(seconds=4),
    "2026-11-20T12:00:05.123456789Z": NOON + timedelta(seconds=5, microseconds=123456),
    "2024-02-29T00:00:00Z": datetime(2024, 2, 29, tzinfo=UTC),
    "2026-11-30 23:59:59.999999+00:00": datetime(2026, 11, 30, 23, 59, 59, 999999, tzinfo=UTC),
}
NO_TIMES = ("2026-02-30T00:00:00Z", "2026-11-20T24:00:00Z", "n/a", "", "1763640000", "20.11.2026", "2026-11-20", None)


async def test_times_written_in_any_way_are_found_and_what_is_none_is_counted_and_said(
    database: DatabaseAddress,
) -> None:
    rows = [{"id": number, "at": at, "what": "x"} for number, at in enumerate([*ODD_TEXTS, *NO_TIMES])]
    async with looked_at(database, small_table(Text(), None, "at"), rows, small_mapping()) as repository:
        assert {event.occurred_at for event in await everything(repository)} == set(ODD_TEXTS.values())
        assert (await repository.count(OPEN)).number == len(ODD_TEXTS)
        (remark,) = await repository.remarks(OPEN)
        assert remark == f"{len(NO_TIMES)} rows of audit have no readable time or no id: neither shown nor counted."
        moments = sorted(ODD_TEXTS.values())
        for since in moments:
            for until in [*moments, since + timedelta(microseconds=1)]:
                within = EventFilter(time=TimeRange(since=since, until=until))
                expected = {moment for moment in moments if since <= moment <= until}
                assert {event.occurred_at for event in await everything(repository, within)} == expected
                assert (await repository.count(within)).number == len(expected)
                bars = (await repository.histogram(within, NOON, 20)).bars
                assert sum(bar.count for bar in bars) == len(expected)


TEXTS_OF_BERLIN = (
    *("0001-01-01 00:30:00", "1893-03-31 12:00:00", "1972-12-31T23:59:59", "1973-01-01T00:00:00"),
    *("2026-03-29 02:30:00", "2026-10-25 02:30:00.25", "2026-10-25T01:15:00Z", "2026-10-25 01:15:01z"),
    *(
        "2026-10-25 03:30:00",
        "2026-11-20 00:30:00",
        "2026-11-20T00:30:00Z",
        "2026-11-20T00:30:00+05:45",
        "2026-11-21 13:00:00.5",
    ),
    *("2026-11-22 12:59:59", "2026-12-31 23:59:59.999999", "9999-12-31 23:59:59"),
)
"""Of these, the first is of no year of the calendar in UTC."""


@pytest.mark.parametrize("kind", [Text(), DateTime()], ids=["texts", "dates"])
@pytest.mark.parametrize(
    ("indexed", "zone_name"),
    [(("at",), "Europe/Berlin"), ((), "Europe/Berlin"), (("at",), "Asia/Kolkata")],
    ids=["in order", "without order", "of half hours"],
)
async def test_times_of_a_zone_are_found_and_counted_by_their_moments(
    database: DatabaseAddress,
    monkeypatch: pytest.MonkeyPatch,
    indexed: tuple[str, ...],
    zone_name: str,
    kind: TypeEngine[object],
) -> None:
    for name in ("ROWS_AT_ONCE", "UNORDERED_ROWS_AT_ONCE"):
        monkeypatch.setattr(tally, name, 3)
    zone = ZoneInfo(zone_name)
    moments: list[datetime] = []
    written: list[object] = [*TEXTS_OF_BERLIN, *NO_TIMES]
    if isinstance(kind, DateTime):
        written = [date for at in TEXTS_OF_BERLIN if (date := datetime.fromisoformat(at.upper())).tzinfo is None]
    for moment in [datetime.fromisoformat(str(at).upper()) for at in written[1:] if str(at) not in map(str, NO_TIMES)]:
        moments.append((moment if moment.tzinfo else moment.replace(tzinfo=zone)).astimezone(UTC))
    moments.sort()
    rows = [{"id": number, "at": at, "what": "x"} for number, at in enumerate(written)]
    table, mapping = small_table(kind, None, *indexed), small_mapping(zone=zone_name)
    async with looked_at(database, table, rows, mapping) as repository:
        assert sorted(event.occurred_at for event in await everything(repository)) == moments
        assert await repository.count(OPEN) == Count(number=len(moments), exact=True)
        for since in moments:
            for until in [*moments, since + timedelta(microseconds=1)]:
                within = EventFilter(time=TimeRange(since=since, until=until))
                assert (await repository.count(within)).number == sum(since <= moment <= until for moment in moments)
                for bar in (await repository.histogram(within, NOON, 40)).bars:
                    expected = sum(max(since, bar.since) <= moment <= until for moment in moments if moment < bar.until)
                    assert bar.count == expected


@pytest.mark.parametrize("kind", [Text(), DateTime()], ids=["texts", "dates"])
async def test_times_of_a_zone_are_counted_without_reading_them(
    database: DatabaseAddress, monkeypatch: pytest.MonkeyPatch, kind: TypeEngine[object]
) -> None:
    def read(_: object, row: Sequence[object]) -> Event | None:
        raise AssertionError(f"{row} was read")

    first = datetime(2026, 11, 1, 0, 30)
    written = [first + hour * timedelta(hours=1) for hour in range(480)]
    rows = [
        {"id": number, "at": date if isinstance(kind, DateTime) else str(date), "what": "x"}
        for number, date in enumerate(written)
    ]
    table, mapping = small_table(kind, None, "at"), small_mapping(zone="Europe/Berlin")
    async with looked_at(database, table, rows, mapping) as repository:
        monkeypatch.setattr(MappedTable, "read", read)
        assert await repository.count(OPEN) == Count(number=480, exact=True)
        assert (await repository.facets(OPEN)).fields["event_names"][0].count == 480
        long_ago = EventFilter(time=TimeRange(since=datetime(2026, 1, 1, tzinfo=UTC)))
        assert await repository.count(long_ago) == Count(number=480, exact=True)
        bars = (await repository.histogram(long_ago, NOON + timedelta(days=9), 20)).bars
        assert sum(bar.count for bar in bars) == 480


@pytest.mark.parametrize("strays", [[], ["2026-11-20T14:00:00+02:00"]], ids=["none", "between"])
async def test_rows_that_only_reading_tells_of_are_looked_for_at_the_ends_of_a_time_first(
    database: DatabaseAddress, monkeypatch: pytest.MonkeyPatch, strays: list[str]
) -> None:
    looked: list[tuple[str, str]] = []
    select_rows = tally.select_rows

    def noted(mapped: MappedTable, where: ColumnElement[bool], span: Span, limit: int) -> Select[*tuple[Any, ...]]:
        looked.append((span.limits.low, span.limits.high))
        return select_rows(mapped, where, span, limit)

    monkeypatch.setattr(tally, "select_rows", noted)
    first = datetime(2026, 11, 10, 12, 0, 0, 400_000)
    written = [f"{first + hour * timedelta(hours=1):%Y-%m-%dT%H:%M:%S.%f}Z" for hour in range(480)]
    rows = [{"id": number, "at": at, "what": "x"} for number, at in enumerate([*written, *strays])]
    since, until = (moment.replace(tzinfo=UTC) for moment in (first, first + timedelta(hours=470)))
    ends = {("2026-11-09", "2026-11-12"), ("2026-11-29", "2026-12-02")}
    table = small_table(Text(), None, "at")
    async with looked_at(database, table, rows, small_mapping()) as repository:
        within = EventFilter(time=TimeRange(since=since, until=until))
        assert await repository.count(within) == Count(number=471 + len(strays), exact=True)
        assert set(looked) == (ends | {("2026-11-09", "2026-12-02")} if strays else ends)


@pytest.mark.parametrize(
    ("at", "unit", "stored"),
    [
        (BigInteger(), "s", [1763640000, 1763640001]),
        (BigInteger(), "ms", [1763640000000, 1763640001000]),
        (BigInteger(), "ns", [1763640000000000000, 1763640001000000999]),
        (Text(), "s", ["1763640000", "1763640001"]),
        (Text(), "ms", ["1763640000000", "1763640001000"]),
        (Numeric(20, 6), "s", [1763640000, 1763640001]),
    ],
    ids=str,
)
async def test_times_that_are_counts_since_1970_are_read_in_their_unit(
    database: DatabaseAddress, at: TypeEngine[object], unit: str, stored: Sequence[object]
) -> None:
    first = datetime(2025, 11, 20, 12, tzinfo=UTC)
    rows = [{"id": number, "at": at, "what": "x"} for number, at in enumerate([*stored, None])]
    async with looked_at(database, small_table(at, None, "at"), rows, small_mapping(unit)) as repository:
        assert [event.occurred_at for event in await everything(repository)] == [first + timedelta(seconds=1), first]
        at_first = EventFilter(time=TimeRange(since=first, until=first + timedelta(microseconds=999_999)))
        assert [event.id for event in await everything(repository, at_first)] == ["0"]
        assert (await repository.count(at_first)).number == 1
        bars = (await repository.histogram(at_first, NOON, 10)).bars
        assert sum(bar.count for bar in bars) == 1


async def test_dates_of_a_zone_with_summer_time_are_found_in_the_hour_that_comes_twice(
    database: DatabaseAddress,
) -> None:
    at = [datetime(2026, 10, 25, hour, 30) for hour in (1, 2, 3)]
    rows = [{"id": number, "at": moment, "what": "x"} for number, moment in enumerate(at)]
    mapping = small_mapping(zone="Europe/Berlin")
    async with looked_at(database, small_table(DateTime(), None, "at"), rows, mapping) as repository:
        hours = [event.occurred_at.hour for event in await everything(repository)]
        assert hours == [2, 0, 23]
        half_past_twelve = EventFilter(time=TimeRange(since=datetime(2026, 10, 25, tzinfo=UTC)))
        assert (await repository.count(half_past_twelve)).number == 2


@pytest.mark.parametrize("is_aware", [True, False], ids=["with zone", "without"])
@pytest.mark.parametrize("driver", ["psycopg", "asyncpg"])
async def test_dates_that_no_calendar_has_are_no_events_and_the_last_of_the_calendar_is_one(
    postgres_url: str, driver: str, is_aware: bool
) -> None:
    database = DatabaseAddress.parse(postgres_url.replace("postgresql://", f"postgresql+{driver}://"))
    last, first = datetime.max.replace(tzinfo=UTC), datetime.min.replace(tzinfo=UTC)
    moments = [first, NOON, last]
    rows = [
        {"id": number, "at": moment if is_aware else moment.replace(tzinfo=None), "what": "x"}
        for number, moment in enumerate(moments)
    ]
    async with looked_at(
        database, small_table(DateTime(timezone=is_aware), None, "at"), rows, small_mapping()
    ) as repository:
        connections = Connections(database, writes=True)
        for number, odd in enumerate(("infinity", "-infinity", "294276-12-31 12:00", "0044-03-15 BC"), 10):
            async with connections.one() as connection:
                await connection.execute(text(f"INSERT INTO audit (id, at, what) VALUES ({number}, '{odd}', 'x')"))
        await connections.close()
        assert [event.occurred_at for event in await everything(repository)] == moments[::-1]
        assert (await repository.count(OPEN)).number == 3
        assert (await repository.histogram(OPEN, NOON, 20)).bars
        assert sum(bar.count for bar in (await repository.histogram(OPEN, last, 20)).bars) == 3
        assert [event.id for event in (await repository.arrivals(OPEN, -1, 100)).events] == ["0", "1", "2"]
        assert await repository.event("10") is None
        older = await repository.page(OPEN, Position(occurred_at=last, id="2"), "older", 9)
        assert [event.id for event in older.events] == ["1", "0"]
        (remark,) = await repository.remarks(OPEN)
        assert remark == "4 rows of audit have no readable time or no id: neither shown nor counted."


async def test_absent_columns_and_constants_make_events_with_what_there_is(database: DatabaseAddress) -> None:
    rows = [{"id": 1, "at": NOON, "what": None}, {"id": 2, "at": NOON, "what": "user.signed_in", "note": ""}]
    mapping = small_mapping(environment={"constant": "production"}, trace_id="note")
    async with looked_at(database, small_table(DateTime(timezone=True)), rows, mapping) as repository:
        newest, oldest = await everything(repository)
        assert newest == Event(id="2", occurred_at=NOON, event_name="user.signed_in", environment="production")
        assert oldest.event_name == ""
        assert len(await everything(repository, parse_filter("since:all environment:production"))) == 2
        assert await everything(repository, parse_filter("since:all environment:dev")) == []
        facets = (await repository.facets(OPEN)).fields
        assert [(facet.value, facet.count) for facet in facets["environments"]] == [("production", 2)]
        assert [(facet.value, facet.count) for facet in facets["entity_types"]] == [(None, 2)]


async def test_a_payload_is_the_document_letter_for_letter_or_an_object_of_several_columns(
    database: DatabaseAddress,
) -> None:
    rows = [
        {"id": 1, "at": NOON, "what": "x", "note": 'says "no"\n', "details": {"plan": {"id": "growth"}, "n": 1}},
        {"id": 2, "at": NOON, "what": "x", "note": '{"cut', "details": None},
    ]
    table = small_table(DateTime(timezone=True))
    mapping = small_mapping(payload=["details", "note", "id"], request="note", entity_id="details.plan.id")
    async with looked_at(database, table, rows, mapping) as repository:
        second, first = await everything(repository)
        assert json.loads(first.payload or "") == {
            "details": {"plan": {"id": "growth"}, "n": 1},
            "note": 'says "no"\n',
            "id": 1,
        }
        assert json.loads(second.payload or "") == {"details": None, "note": '{"cut', "id": 2}
        assert json.loads(second.request or "") == '{"cut'
        for written, found in {
            "entity:growth": ["1"],
            "entity:grow*": ["1"],
            "payload.details.plan.id:growth": ["1"],
            "payload.details.n:1": ["1"],
            "payload.id:2": ["2"],
            "-payload.details.n:1": ["2"],
            "payload.details.n:>0.5": ["1"],
            "-payload.details.n:>0.5": ["2"],
            "payload.id:1..2 -payload.id:<2": ["2"],
            "nrowth": [],
            "GROWTH": ["1"],
            "no": ["2", "1"],
            "says": ["1"],
            "cut": ["2"],
            "null": ["2"],
            "belongs_to:growth": ["1"],
            "-text:growth": ["2"],
        }.items():
            event_filter = parse_filter(f"since:all {written}")
            assert [event.id for event in await everything(repository, event_filter)] == found, written
            assert (await repository.count(event_filter)).number == len(found), written


async def test_events_are_found_by_ids_of_any_type(database: DatabaseAddress) -> None:
    known = "0f6e2b91-4abc-4def-8123-0123456789ab"
    rows = [{"id": known if database.is_sqlite else UUID(known), "at": NOON, "what": "x"}]
    table = small_table(DateTime(timezone=True), Text() if database.is_sqlite else Uuid())
    async with looked_at(database, table, rows, small_mapping()) as repository:
        assert [event.id for event in await everything(repository)] == [known]
        assert await repository.event(known) is not None
        assert await repository.event("none such") is None
        with pytest.raises(MappingProblem, match="cannot be told from old ones"):
            await repository.newest_batch()


async def test_a_mapping_that_does_not_fit_the_table_says_what_is_there(database: DatabaseAddress) -> None:
    await fill(database, small_table(DateTime(timezone=True)), [])
    for mapping, said in (
        (small_mapping().model_copy(update={"table": "none"}), "has no table none"),
        (small_mapping(trace_id="trace"), "The table audit has no column trace."),
        (small_mapping("ms", occurred_at="at" if not database.is_sqlite else "id", id="none"), "has no column none."),
    ):
        with pytest.raises(MappingProblem, match=said) as raised:
            await open_foreign_repository(database, mapping)
        assert "activity map" in raised.value.advice


async def test_nothing_can_be_written_which_the_database_itself_refuses(database: DatabaseAddress) -> None:
    rows = [{"id": 1, "at": NOON, "what": "x"}]
    async with looked_at(database, small_table(DateTime(timezone=True)), rows, small_mapping()) as repository:
        for order in ("DELETE FROM audit", "CREATE TABLE mine (id int)", "DROP TABLE audit"):
            with pytest.raises((AccessDenied, DatabaseUnavailable)):
                async with repository._asking._connections.one() as connection:
                    await connection.execute(text(order))
        assert len(await everything(repository)) == 1


async def test_a_statement_that_takes_too_long_is_stopped_and_told_with_the_index_that_would_help(
    database: DatabaseAddress, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [{"id": number, "at": NOON, "what": "x"} for number in range(100)]
    monkeypatch.setattr(search, "MANY_ROWS", 0)
    monkeypatch.setattr("store.foreign.remarks.MANY_ROWS", 0)
    async with looked_at(database, small_table(DateTime(timezone=True)), rows, small_mapping()) as repository:
        monkeypatch.setattr(asking, "STATEMENT_SECONDS", 0.0)
        with pytest.raises(DatabaseUnavailable, match="took longer than 0 seconds") as raised:
            await repository.page(OPEN, NEWEST, "older", 10)
        assert "CREATE INDEX" in raised.value.advice
        monkeypatch.undo()
        assert len(await everything(repository)) == 100


@pytest.fixture
def small_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every table be a large one, and every answer an unfinished one."""
    monkeypatch.setattr(search, "MANY_ROWS", 0)
    monkeypatch.setattr("store.foreign.remarks.MANY_ROWS", 0)
    for module in (scan, tally):
        monkeypatch.setattr(module, "FIRST_WINDOW", 7)
        monkeypatch.setattr(module, "LARGEST_WINDOW", 7)
    monkeypatch.setattr(tally, "WHOLE_SECONDS", 0.0)
    monkeypatch.setattr(tally, "UNORDERED_SECONDS", 0.0)
    monkeypatch.setattr(tally, "WINDOWS_SECONDS", 0.0)
    monkeypatch.setattr(foreign_repository, "SEARCH_SECONDS", 0.0)


async def test_what_takes_long_is_answered_in_parts_that_say_so_and_lead_on(
    database: DatabaseAddress, small_steps: None
) -> None:
    rows = [
        {"id": number, "at": NOON + timedelta(minutes=number), "what": "rare" if number % 10 == 0 else "user.created"}
        for number in range(60)
    ]
    table = small_table(DateTime(timezone=True), None, "at")
    async with looked_at(database, table, rows, small_mapping()) as repository:
        rare = parse_filter("since:all name:rare")
        assert repository.needs_reading(rare)
        assert not repository.needs_reading(OPEN)
        page = await repository.page(rare, NEWEST, "older", 3)
        assert page.searched_to is not None
        assert [event.id for event in await everything(repository, rare)] == ["50", "40", "30", "20", "10", "0"]
        assert [event.id for event in (await repository.page_at(rare, 2, 2)).events] == ["30", "20"]
        counted, steps = await repository.count(rare), 0
        while counted.searched_to is not None:
            assert not counted.exact
            counted, steps = await repository.count(rare, counted), steps + 1
        assert (counted.exact, counted.number) == (True, 6)
        assert steps > 5
        facets = await repository.facets(OPEN)
        assert facets.at_least >= {"event_names"}
        assert sum(facet.count for facet in facets.fields["event_names"]) == 7
        histogram = await repository.histogram(OPEN, NOON + timedelta(hours=1), 10)
        assert histogram.counted_since == NOON + timedelta(minutes=53)
        assert sum(bar.count for bar in histogram.bars) == 7
        (remark,) = await repository.remarks(rare)
        assert remark.startswith(
            "No index helps to find name: rows are read, the newest first. For their owner: CREATE"
        )
        assert remark.endswith("ON audit (what, at, id);")
        assert await repository.remarks(OPEN) == []


async def test_without_an_index_on_the_time_there_are_no_parts_and_that_is_said(
    database: DatabaseAddress, small_steps: None
) -> None:
    rows = [{"id": number, "at": NOON, "what": "x"} for number in range(20)]
    async with looked_at(database, small_table(DateTime(timezone=True)), rows, small_mapping()) as repository:
        assert len(await everything(repository)) == 20
        counted = await repository.count(OPEN)
        assert (counted.exact, counted.searched_to) == (False, None)
        (remark,) = await repository.remarks(OPEN)
        assert remark.startswith("No index has the rows in the order of time. For their owner: CREATE INDEX")
        assert remark.endswith("ON audit (at, id);")


async def test_without_an_index_on_the_time_all_is_counted_although_that_takes_longer(
    database: DatabaseAddress, small_steps: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tally, "UNORDERED_SECONDS", 8.0)
    rows = [{"id": number, "at": NOON, "what": "x"} for number in range(20)]
    async with looked_at(database, small_table(DateTime(timezone=True)), rows, small_mapping()) as repository:
        assert await repository.count(OPEN) == Count(number=20, exact=True)
        assert (await repository.facets(OPEN)).at_least == frozenset()


async def test_an_index_of_the_owner_helps_from_the_next_opening_on(
    database: DatabaseAddress, small_steps: None
) -> None:
    rows = [{"id": number, "at": f"{NOON.isoformat()}", "what": "a", "note": f"n{number}"} for number in range(9)]
    await fill(database, small_table(Text()), [{"details": None} | row for row in rows])
    by_note = parse_filter("since:all trace:n5")
    mapping = small_mapping(trace_id="note")
    for _ in range(2):
        repository = await open_foreign_repository(database, mapping)
        offered = [remark.split("For their owner: ")[1] for remark in await repository.remarks(by_note)]
        await repository.close()
        connections = Connections(database, writes=True)
        for order in offered:
            await connections.execute([order])
        await connections.close()
    repository = await open_foreign_repository(database, mapping)
    assert await repository.remarks(by_note) == []
    assert not repository.needs_reading(by_note)
    assert [event.id for event in await everything(repository, by_note)] == ["5"]
    assert (await repository.count(by_note)).number == 1
    await repository.close()


async def test_times_in_a_column_with_an_order_of_its_own_are_paged(database: DatabaseAddress) -> None:
    rows = [{"id": number, "at": f"{NOON + timedelta(minutes=number):%Y-%m-%dT%H:%M:%SZ}"} for number in range(9)]
    at = Text(collation="BINARY" if database.is_sqlite else "C")
    async with looked_at(database, small_table(at, None, "at"), rows, small_mapping()) as repository:
        assert [event.id for event in await everything(repository)] == [str(number) for number in reversed(range(9))]
        assert (await repository.count(OPEN)).number == 9


async def test_texts_that_are_no_utf_8_do_not_spoil_their_rows(tmp_path: object) -> None:
    import sqlite3
    from pathlib import Path

    path = Path(str(tmp_path)) / "bytes.db"
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE audit (id INTEGER PRIMARY KEY, at TEXT, what TEXT, note TEXT)")
    for number, at in enumerate((b"2026-11-20T12:00:00Z", b"2026-11-20T12:00:00\xff", b"2026\xff")):
        connection.execute(
            "INSERT INTO audit VALUES (?, CAST(? AS TEXT), CAST(? AS TEXT), 'n')", (number, at, b"\xe9t\xe9")
        )
    connection.commit()
    connection.close()
    repository = await open_foreign_repository(DatabaseAddress.parse(str(path)), small_mapping(trace_id="note"))
    (event,) = await everything(repository)
    assert event.event_name == "\udce9t\udce9"
    assert [each.id for each in await everything(repository, OPEN.with_value("event_names", "\udce9t\udce9"))] == ["0"]
    assert "2 rows" in (await repository.remarks(OPEN))[0]
    await repository.close()
