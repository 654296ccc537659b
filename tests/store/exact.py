"""What holds of every log at any time: everything derived from the events is what a recount of them gives."""

from collections import Counter

from sqlalchemy import select

from store import NEWEST, DatabaseAddress, Event, EventFilter, TimeRange, open_repository
from store.connections import Connections
from store.recent_arrivals import SELECT_FORGOTTEN
from store.references import RESERVED
from store.schema import actor, actor_word, arrival, combination, descent, event, event_detail, owner, rollup
from store.time_keys import LEVELS, SLOT_BITS

OPEN = EventFilter(time=TimeRange(since=None))


async def assert_exact(address: DatabaseAddress) -> int:
    """Recount everything from the events. Returns how many there are."""
    connections = Connections(address)
    try:
        rows = await connections.rows(event.select())
        keys = [
            (key, combination_ref, key >> SLOT_BITS if occurred_at is None else occurred_at)
            for key, _, combination_ref, *_, occurred_at, _batch, _home in rows
        ]
        in_order = [occurred_at for _, _, occurred_at in sorted(keys)]
        assert in_order == sorted(in_order)
        owners = {
            (kind, ref): number for number, kind, ref in await connections.rows(owner.select()) if ref is not None
        }
        of_event = {
            key: [0, *filter(None, map(owners.get, zip(("entity", "actor", "home"), refs, strict=True)))]
            for key, _, _, entity_ref, _, actor_ref, *_, home_ref in rows
            for refs in ((entity_ref, actor_ref, home_ref),)
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
        pairs = {(home_ref, entity_ref) for _, _, _, entity_ref, *_, home_ref in rows if home_ref != entity_ref}
        homes = {home_ref for *_, home_ref in rows}
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
