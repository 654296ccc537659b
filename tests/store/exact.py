"""What holds of every log at any time: everything derived from the events is what a recount of them gives."""

from collections import Counter, namedtuple

from sqlalchemy import select

from store import NEWEST, DatabaseAddress, Event, EventFilter, TimeRange, open_repository
from store.connections import Connections
from store.recent_arrivals import SELECT_FORGOTTEN
from store.references import RESERVED
from store.schema import actor, actor_word, arrival, combination, descent, event, event_detail, owner, rollup
from store.time_keys import LEVELS, SLOT_BITS

EventRow = namedtuple("EventRow", event.c.keys())
OPEN = EventFilter(time=TimeRange(since=None))


async def assert_exact(address: DatabaseAddress) -> int:
    """Recount everything from the events. Returns how many there are."""
    connections = Connections(address)
    try:
        rows = [EventRow(*row) for row in await connections.rows(event.select())]
        times = {
            row.time_key: row.time_key >> SLOT_BITS if row.occurred_at is None else row.occurred_at for row in rows
        }
        keys = [(row.time_key, row.combination_ref, times[row.time_key]) for row in rows]
        in_order = [occurred_at for _, _, occurred_at in sorted(keys)]
        assert in_order == sorted(in_order)
        owners = {
            (kind, ref): number for number, kind, ref in await connections.rows(owner.select()) if ref is not None
        }
        of_event = {
            row.time_key: [0, *filter(None, map(owners.get, zip(("entity", "actor", "home"), refs, strict=True)))]
            for row in rows
            for refs in ((row.entity_ref, row.actor_ref, row.home_ref),)
        }
        cells = Counter(
            (owner_ref, level, occurred_at // width, combination_ref)
            for key, combination_ref, occurred_at in keys
            for owner_ref in of_event[key]
            for level, width in enumerate(LEVELS)
        )
        assert {number for numbers in of_event.values() for number in numbers} >= set(owners.values())
        assert {tuple(key): count for *key, count in await connections.rows(rollup.select())} == cells
        counts = {number: count for number, *_, count in await connections.rows(combination.select())}
        assert Counter(counts) == Counter(combination_ref for _, combination_ref, _ in keys)
        pairs = {(row.home_ref, row.entity_ref) for row in rows if row.home_ref not in (row.entity_ref, None)}
        homes = {row.home_ref for row in rows if row.home_ref is not None}
        roots = {row.entity_ref for row in rows if row.home_ref is None} - set(RESERVED)
        assert not roots & {row.entity_ref for row in rows if row.home_ref is not None}
        noted = {tuple(pair) for pair in await connections.rows(descent.select())}
        assert {pair for pair in pairs if pair[1] in homes - set(RESERVED)} <= noted <= pairs
        ((forgotten,),) = await connections.rows(SELECT_FORGOTTEN) or [("0",)]
        stored = await connections.rows(select(event.c.batch, event.c.time_key))
        arrived = {(batch, key) for batch, key in stored if batch > int(forgotten)}
        assert {tuple(row) for row in await connections.rows(arrival.select())} == arrived
        details = {row[0] for row in await connections.rows(event_detail.select())}
        assert details == {key for key, _, _ in keys}
        actors = {row[0] for row in await connections.rows(actor.select())}
        assert {row[1] for row in await connections.rows(actor_word.select())} <= actors
        return len(keys)
    finally:
        await connections.close()


async def all_events(address: DatabaseAddress) -> tuple[Event, ...]:
    repository = await open_repository(address)
    try:
        return (await repository.page(OPEN, NEWEST, "older", 10_000)).events
    finally:
        await repository.close()
