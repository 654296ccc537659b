"""Bars of a histogram: between which times they count, and that all of them tell of a single moment."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta
from functools import partial
from typing import Any

import pytest

from store import NEWEST, Actor, Choice, DatabaseAddress, EventFilter, TimeRange, open_repository, open_writer
from store.event import Event
from store.held_connection import HeldConnection
from store.time_keys import SLOTS
from tests.builders import NOON, make_event
from tests.store.plain_log import FIRST, LAST, Log, hold_against, hold_bars_against

MOST_STATEMENTS = 20
MOST_ASKED_WITH = 50_000
"""So many characters tell of some thousand buckets; the calendar has 57,000 of the widest."""
NOT_ANN = Choice(excluded=("ann",))


def batch(number: int) -> list[Event]:
    """Events of Ann, one for each of 40 minutes, and few of others."""
    actors = [Actor(id="ann")] * 40 + [Actor(id="bob")] * 3
    return [
        make_event(id=f"{number}-{place}", occurred_at=NOON + timedelta(minutes=place), actor=actor)
        for place, actor in enumerate(actors)
    ]


def before_statement(monkeypatch: pytest.MonkeyPatch, ordinal: int, act: Callable[[], Awaitable[object]]) -> None:
    """Do something right before a reader's statement with that number from now on."""
    fetch, asked = HeldConnection.rows, 0

    async def acting(*arguments: Any) -> Any:
        nonlocal asked
        asked += 1
        if asked == ordinal:
            await act()
        return await fetch(*arguments)

    monkeypatch.setattr(HeldConnection, "rows", acting)


async def test_bars_part_at_their_edge_a_span_that_holds_no_whole_bucket(database: DatabaseAddress) -> None:
    async with await open_writer(database) as writer:
        await writer.write(batch(0))
        repository = await open_repository(database)
        time = TimeRange(since=NOON - timedelta(minutes=1), until=NOON + timedelta(minutes=59))
        histogram = await repository.histogram(EventFilter(time=time), NOON, 2)
        assert [(bar.since, bar.count) for bar in histogram.bars] == [(NOON - timedelta(hours=1), 0), (NOON, 43)]
        await repository.close()


async def test_all_time_reaches_from_the_first_match_to_the_last_one(database: DatabaseAddress) -> None:
    year, hour = timedelta(days=365), timedelta(hours=1)
    names = {NOON - 9 * year: "OLD", NOON - year: "PAST", NOON - year + 30 * hour: "PAST", NOON + hour: "AHEAD"}
    async with await open_writer(database) as writer:
        await writer.write(
            [make_event(number, occurred_at=at, event_name=name) for number, (at, name) in enumerate(names.items())]
        )
    repository = await open_repository(database)

    async def drawn(**conditions: Any) -> tuple[list[int], int, timedelta]:
        histogram = await repository.histogram(EventFilter(**conditions), NOON, 100)
        counts = [bar.count for bar in histogram.bars]
        return (
            [number for number in counts if number],
            histogram.later,
            histogram.bars[-1].until - histogram.bars[0].since,
        )

    ever = TimeRange(since=None)
    past = Choice(included=("PAST",))
    counts, later, reach = await drawn(time=ever, event_names=past)
    assert (counts, later) == ([1, 1], 0)
    assert 30 * hour <= reach <= 31 * hour
    counts, later, reach = await drawn(time=ever)
    assert (counts, later) == ([1, 2], 1)
    assert 8 * year <= reach < 9 * year
    counts, later, reach = await drawn(time=TimeRange(since=NOON - 2 * year), event_names=past)
    assert (counts, later) == ([2], 0)
    assert reach >= 2 * year  # of the last two years the one without events shows
    counts, later, reach = await drawn(time=ever, event_names=Choice(included=("OLD",)))
    assert (counts, later) == ([1], 0)
    assert timedelta(minutes=1) <= reach <= timedelta(minutes=2)
    counts, later, reach = await drawn(time=ever, event_names=Choice(included=("AHEAD",)))
    assert (counts, later) == ([1], 0)
    assert not (await repository.histogram(EventFilter(time=ever, event_names=Choice(included=("NO",))), NOON, 9)).bars
    await repository.close()


@pytest.mark.parametrize("bars", [2, 100], ids=["hours", "minutes"])
async def test_no_bar_mixes_what_was_there_before_a_batch_and_after_it(
    database: DatabaseAddress, monkeypatch: pytest.MonkeyPatch, bars: int
) -> None:
    time = TimeRange(since=NOON - timedelta(minutes=1), until=NOON + timedelta(minutes=59))
    event_filter = EventFilter(time=time, actors=NOT_ANN)
    async with await open_writer(database) as writer:
        await writer.write(batch(0))
        repository = await open_repository(database)

        async def counts() -> list[int]:
            return [bar.count for bar in (await repository.histogram(event_filter, NOON, bars)).bars]

        once = await counts()
        assert (min(once), sum(once)) == (0, 3)
        for ordinal in range(1, MOST_STATEMENTS):
            with monkeypatch.context() as patch:
                before_statement(patch, ordinal, partial(writer.write, batch(ordinal)))
                assert await counts() in [[count * batches for count in once] for batches in (ordinal, ordinal + 1)]
            if sum(await counts()) == 3 * ordinal:
                break  # there is no such statement
        await repository.close()


async def test_a_histogram_that_was_stopped_hides_nothing_from_later_questions(
    database: DatabaseAddress, monkeypatch: pytest.MonkeyPatch
) -> None:
    event_filter = EventFilter(time=TimeRange(since=NOON - timedelta(minutes=1)), actors=NOT_ANN)
    async with await open_writer(database) as writer:
        await writer.write(batch(0))
        repository = await open_repository(database)
        for ordinal in range(1, MOST_STATEMENTS):
            question = asyncio.ensure_future(repository.histogram(event_filter, NOON + timedelta(hours=1), 100))

            async def stop(asked: asyncio.Future[Any] = question) -> None:
                asked.cancel()

            with monkeypatch.context() as patch:
                before_statement(patch, ordinal, stop)
                await asyncio.wait({question})
            await writer.write(batch(ordinal))
            histogram = await repository.histogram(event_filter, NOON + timedelta(hours=1), 100)
            assert sum(bar.count for bar in histogram.bars) == 3 * (ordinal + 1)
            if not question.cancelled():
                break  # there is no such statement
        await repository.close()


@pytest.mark.parametrize("names", [Choice(included=("plan.deleted",)), Choice(excluded=("plan.deleted",))])
async def test_no_list_is_made_of_the_buckets_between_two_ends_of_the_calendar(
    database: DatabaseAddress, monkeypatch: pytest.MonkeyPatch, names: Choice
) -> None:
    monkeypatch.setattr("store.tally.FEW_TO_WALK", 10)
    monkeypatch.setattr("store.tally.FEW_EVENTS", 0)
    events = batch(0) + [make_event(id=f"plan-{number}", event_name="plan.deleted") for number in range(20)]
    events += [make_event(id="first", occurred_at=FIRST), make_event(id="last", occurred_at=LAST)]
    fetch, longest = HeldConnection.rows, 0

    async def measured(held: Any, sql: str, values: Any) -> Any:
        nonlocal longest
        given = values.values() if isinstance(values, Mapping) else values or ()
        longest = max([longest, *(len(str(value)) for value in given)])
        return await fetch(held, sql, values)

    monkeypatch.setattr(HeldConnection, "rows", measured)
    async with await open_writer(database) as writer:
        await writer.write(events)
    repository = await open_repository(database)
    event_filter = EventFilter(time=TimeRange(since=None), event_names=names)
    for bars in (2, 225):
        await hold_bars_against(repository, Log(events), event_filter, LAST, bars)
    await hold_against(repository, Log(events), event_filter, NEWEST, 10, 15)
    await repository.close()
    assert longest < MOST_ASKED_WITH


async def test_bars_that_nothing_is_taken_away_from_are_one_statement_or_are_read_once(
    database: DatabaseAddress, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with await open_writer(database) as writer:
        await writer.write(batch(0))
    repository = await open_repository(database)
    time = TimeRange(since=NOON - timedelta(minutes=1), until=NOON + timedelta(minutes=59))
    fetch, asked = HeldConnection.rows, list[str]()

    async def noted(held: Any, sql: str, values: Any) -> Any:
        asked.append(sql)
        return await fetch(held, sql, values)

    for event_filter in (EventFilter(time=time), EventFilter(time=time, actors=Choice(included=("bob",)))):
        await repository.histogram(event_filter, NOON, 2)
        monkeypatch.setattr(HeldConnection, "rows", noted)
        for bars in (2, 100):
            asked.clear()
            await repository.histogram(event_filter, NOON, bars)
            is_read_once = bars == 100 and not event_filter.actors.included and not database.is_sqlite
            # And whether there is anything new; of what is read once also where each bar begins, at the same moment.
            assert len(asked) == (4 if is_read_once else 2)
        monkeypatch.setattr(HeldConnection, "rows", fetch)
    await repository.close()


async def test_events_that_run_on_over_the_end_of_the_last_bar_are_counted_in_it(database: DatabaseAddress) -> None:
    crowd = [make_event(number, occurred_at=NOON - timedelta(microseconds=1)) for number in range(SLOTS + 22)]
    async with await open_writer(database) as writer:
        await writer.write(crowd)
    repository = await open_repository(database)
    time = TimeRange(since=NOON - timedelta(minutes=5), until=NOON - timedelta(microseconds=1))
    await hold_bars_against(repository, Log(crowd), EventFilter(time=time), NOON, 100)
    await repository.close()


@pytest.mark.parametrize("few", [0, 1, 3, 1_000])
async def test_every_event_is_found_by_its_number_along_an_index_as_in_the_order_of_time(
    database: DatabaseAddress, monkeypatch: pytest.MonkeyPatch, few: int
) -> None:
    monkeypatch.setattr("store.tally.FEW_TO_WALK", few)
    crowd = [NOON + timedelta(minutes=number % 7) for number in range(60)]
    far = [NOON - timedelta(days=9 * number) for number in range(1, 20)]
    events = [
        make_event(number, occurred_at=moment, event_name=f"name.{'often' if number % 9 else 'seldom'}")
        for number, moment in enumerate([*crowd, *far])
    ]
    async with await open_writer(database) as writer:
        await writer.write(events)
    log, repository = Log(events), await open_repository(database)
    for names in (Choice(), Choice(included=("name.seldom",)), Choice(excluded=("name.seldom",))):
        for since in (None, NOON):
            event_filter = EventFilter(time=TimeRange(since=since), event_names=names)
            shown = [event.id for event in log.events if log.shows(event_filter, event)]
            found = [(await repository.page_at(event_filter, place, 1)).events for place in range(len(shown) + 1)]
            assert [event.id for page in found for event in page] == shown
    await repository.close()


async def test_the_nth_event_of_a_short_log_is_found_without_bars(
    database: DatabaseAddress, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def counted(*arguments: object) -> None:
        pytest.fail("it would be no shorter way")

    monkeypatch.setattr("store.bars.Bars.counted", counted)
    async with await open_writer(database) as writer:
        await writer.write(batch(0))
    repository = await open_repository(database)
    page = await repository.page_at(EventFilter(time=TimeRange(since=None), actors=NOT_ANN), 1, 10)
    assert [event.id for event in page.events] == ["0-41", "0-40"]
    await repository.close()
