"""A server that is far away: how often each question crosses what lies between."""

import asyncio
from collections.abc import Awaitable, Callable

from store import NEWEST, DatabaseAddress, EventFilter, Position, TimeRange, open_repository, open_writer
from tests.logs import NOW, numbered_event, numbered_events
from tests.postgres_line import line_to

EVER = EventFilter(time=TimeRange(since=None))
PAGE = 100


async def test_few_trips_lead_to_the_first_rows_and_to_each_answer_behind_them(postgres_url: str) -> None:
    trips: dict[str, int] = {}
    async with await open_writer(DatabaseAddress.parse(postgres_url)) as writer, line_to(postgres_url) as line:

        async def take(name: str, question: Callable[[], Awaitable[object]]) -> None:
            before = line.trips
            await question()
            trips[name] = line.trips - before

        await writer.write(numbered_events(300))
        repository = await open_repository(DatabaseAddress.parse(line.url))
        page = await repository.page(EVER, NEWEST, "older", PAGE)
        trips["first rows"] = line.trips
        here = Position.of(page.events[-1])
        await take("next page", lambda: repository.page(EVER, here, "older", PAGE))
        await take("count", lambda: repository.count(EVER))
        await take("facets", lambda: repository.facets(EVER))
        await take("actors", lambda: repository.actor_facets(EVER))
        await take("histogram", lambda: repository.histogram(EVER, NOW, 100))
        await take("page at a row", lambda: repository.page_at(EVER, 150, PAGE))
        await take("row of an event", lambda: repository.ordinal(EVER, here))
        await writer.write([numbered_event(300)])
        await take("count behind a batch", lambda: repository.count(EVER))
        await take("two at once", lambda: asyncio.gather(repository.count(EVER), repository.count(EVER)))
        await repository.close()
    most = {
        "first rows": 11,  # five of them are the driver's own
        "next page": 1,
        "count": 1,
        "facets": 1,
        "actors": 2,
        "histogram": 9,
        "page at a row": 4,
        "row of an event": 3,  # the driver prepares a statement when it is asked for the fifth time
        "count behind a batch": 2,
        "two at once": 5,  # a connection is opened for one of them
    }
    assert {name: taken for name, taken in trips.items() if taken > most[name]} == {}
    assert trips.keys() == most.keys()
