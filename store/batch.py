"""One batch of events on its way into the tables, inside a transaction that somebody else begins and ends."""

from collections import Counter
from collections.abc import AsyncIterator, Mapping, Sequence
from itertools import repeat
from typing import Any, NamedTuple

from sqlalchemy import Executable, Table, bindparam, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from . import schema
from .bulk_insert import insert_rows
from .cells import ALL_EVENTS, every_level, rollup_rows
from .columns import EventColumns
from .conditions import true_time
from .descent import Settled
from .dialect import MOST_IDS, Dialect
from .dictionaries import Known
from .expressions import limited
from .key_allocation import Move, Placed, allocate
from .owners import OwnerColumn, add_owners, looked_at, recount_owners
from .recent_arrivals import note_arrivals
from .time_keys import LEVELS, SLOT_BITS, SLOTS
from .transaction import count_transaction

RUN_LENGTH = 500
"""How many events are read at once where older ones must make room."""


class _Inserted(NamedTuple):
    """What follows from events that were inserted, in their order: combinations, and references by their column."""

    combinations: Sequence[int]
    refs: Mapping[OwnerColumn, Sequence[int | None]]
    settled: Settled


class Batch:
    """Writes one batch through a connection, using and extending what the writer knows."""

    def __init__(self, connection: AsyncConnection, dialect: Dialect, known: Known) -> None:
        self._connection = connection
        self._dialect = dialect
        self._known = known

    async def write(self, events: EventColumns) -> int:
        """Store the events that are not there yet, and return their number."""
        return await self.store(await self.missing(events))

    async def missing(self, events: EventColumns) -> EventColumns:
        """Those of the events that are not there yet."""
        stored_ids = await self._stored_ids(events)
        if stored_ids:
            events = events.at([place for place, found in enumerate(events.ids) if found not in stored_ids])
        return events

    async def store(self, events: EventColumns) -> int:
        """Store events none of which is there yet, and return their number."""
        if not events.ids:
            return 0
        number = await self._catch_up()
        keys = await self._make_room(events.times)
        inserted = await self._insert_events(events, keys, number)
        await note_arrivals(self._connection, self._dialect, number, keys)
        await self._note_homes(inserted)
        await self._count(events.times, inserted)
        await self._add_owners(inserted, number)
        return len(events.ids)

    async def _catch_up(self) -> int:
        """Learn what other writers did since this one's last batch, and count this batch. Returns its number."""
        number = await count_transaction(self._connection)
        if number != self._known.written:
            await self._known.load(self._read)
        self._known.written = number + 1
        return number + 1

    async def _insert_events(self, events: EventColumns, keys: Sequence[int], batch: int) -> "_Inserted":
        """Fill `event`, `event_detail` and the tables it refers to."""
        known = self._known
        entity_refs = await known.entities.learn([*events.entities, *events.parents], self._read, events.references)
        trace_refs = await known.traces.learn(events.traces, self._read, events.references)
        actor_refs = await known.actors.learn(events.actors, self._read)
        numbers = known.combinations.learn(events.combinations)
        combinations = [numbers[parts] for parts in events.combinations]
        own_refs = [entity_refs[entity] for entity in events.entities]
        parent_refs = [
            None if parent in (None, entity) else entity_refs[parent]
            for entity, parent in zip(events.entities, events.parents, strict=True)
        ]
        settled = await known.homes.learn(own_refs, parent_refs, known.entities.unused, self._read)
        await known.homes.join(self._connection, settled)
        refs: Mapping[OwnerColumn, Sequence[int | None]] = {
            "entity_ref": own_refs,
            "actor_ref": [actor_refs[actor] for actor in events.actors],
            "home_ref": settled.home_refs,
        }
        own_times = [None if key >> SLOT_BITS == time else time for key, time in zip(keys, events.times, strict=True)]
        event_rows = list(
            zip(
                keys,
                events.id_refs,
                combinations,
                own_refs,
                map(trace_refs.__getitem__, events.traces),
                refs["actor_ref"],
                settled.home_refs,
                own_times,
                repeat(batch),
            )
        )
        await insert_rows(self._connection, schema.event, event_rows)
        detail_rows = list(zip(keys, events.ids, *events.details, strict=True))
        await insert_rows(self._connection, schema.event_detail, detail_rows)
        await insert_rows(self._connection, schema.actor, known.actors.new_actors)
        await insert_rows(self._connection, schema.actor_word, known.actors.new_words)
        await insert_rows(self._connection, schema.rehashed, [*known.entities.new_rehashed, *known.traces.new_rehashed])
        return _Inserted(combinations, refs, settled)

    async def _note_homes(self, inserted: "_Inserted") -> None:
        await self._known.homes.note(self._connection, inserted.settled, self._read)

    async def _count(self, times: Sequence[int], inserted: "_Inserted") -> None:
        """Add events to the rollup, to the cells of all and of those who own some, and to their combinations."""
        buckets, combinations = [time // LEVELS[0] for time in times], inserted.combinations
        finest = Counter(zip(repeat(ALL_EVENTS), buckets, combinations))
        for column, owners in self._known.owners.items():
            events = zip(inserted.refs[column], buckets, combinations, strict=True)
            finest.update((owners[ref], bucket, number) for ref, bucket, number in events if ref in owners)
        rows = [row for level, cells in every_level(finest) for row in rollup_rows(level, cells)]
        await insert_rows(self._connection, schema.rollup, rows, added=True)
        totals = sorted(Counter(combinations).items())
        await insert_rows(self._connection, schema.combination, self._known.combinations.rows(totals), added=True)

    async def _add_owners(self, inserted: "_Inserted", number: int) -> None:
        owners = self._known.owners
        # The older events of these have become events of a home.
        await recount_owners(self._connection, owners, "home_ref", inserted.settled.joining)
        for column, refs in inserted.refs.items():
            await add_owners(self._connection, self._dialect, owners, column, looked_at(refs, number))

    async def _make_room(self, times: Sequence[int]) -> Sequence[int]:
        allocation = await allocate(times, self._last_keys, self._keys_from)
        if allocation.moves:
            await self._move(schema.arrival, allocation.moves)  # found by the batches of the events, before these move
            await self._move(schema.event, allocation.moves)
            await self._move(schema.event_detail, allocation.moves)
        return allocation.keys

    async def _move(self, table: Table, moves: Sequence[Move]) -> None:
        values: dict[str, Any] = {"time_key": bindparam("new_key")}
        if table is schema.event:
            values["occurred_at"] = bindparam("true_time")
        place = table.c.time_key == bindparam("old_key")
        if table is schema.arrival:
            moved = select(schema.event.c.batch).where(schema.event.c.time_key == bindparam("old_key"))
            place &= table.c.batch == moved.scalar_subquery()
        order = update(table).where(place).values(values)
        highest_first = [
            {
                "old_key": move.old_key,
                "new_key": move.time_key,
                "true_time": None if move.time_key >> SLOT_BITS == move.occurred_at else move.occurred_at,
            }
            for move in reversed(moves)
        ]
        await self._connection.execute(order, highest_first)

    async def _last_keys(self, times: Sequence[int]) -> dict[int, int]:
        event = schema.event
        first, beyond = times[0] << SLOT_BITS, (times[-1] << SLOT_BITS) + SLOTS
        in_span = select(event.c.time_key).where(event.c.time_key >= first, event.c.time_key < beyond)
        most = 2 * len(times)
        among = await self._read(limited(in_span.order_by(event.c.time_key), ":most"), {"most": most})
        if len(among) < most:  # else the slots of each time are looked at one by one, which takes longer
            own = set(times)
            return {key >> SLOT_BITS: key for (key,) in among if key >> SLOT_BITS in own}
        wanted = self._dialect.numbers("times")
        time, *_ = wanted.c
        slots = (event.c.time_key >= time * SLOTS) & (event.c.time_key < time * SLOTS + SLOTS)
        last = select(func.max(event.c.time_key)).where(slots).scalar_subquery()
        rows = await self._read(select(time, last), {"times": self._dialect.references(times)})
        return {time: key for time, key in rows if key is not None}

    async def _keys_from(self, key: int) -> AsyncIterator[Placed]:
        event = schema.event
        run_from = select(event.c.time_key, true_time(event)).where(
            event.c.time_key >= bindparam("first", type_=schema.Key)
        )
        statement = limited(run_from.order_by(event.c.time_key), str(RUN_LENGTH))
        while run := await self._read(statement, {"first": key}):
            for found, occurred_at in run:
                yield Placed(found, occurred_at)
            key = run[-1][0] + 1

    async def _stored_ids(self, events: EventColumns) -> set[bytes]:
        """Those of the events' ids that are in the log, and others that share a reference with one of them."""
        found: set[bytes] = set()
        if await self._read(limited(select(schema.event.c.time_key), "1")):
            for start in range(0, len(events.id_refs), MOST_IDS):
                statement, parameters = self._dialect.stored_ids(events.id_refs[start : start + MOST_IDS])
                found.update(stored_id for (stored_id,) in await self._run(statement, parameters))
        return found

    async def _read(self, statement: Executable, parameters: dict[str, object] | None = None) -> Sequence[Any]:
        return (await self._connection.execute(statement, parameters)).all()

    async def _run(self, statement: str | Executable, parameters: Any) -> Sequence[Any]:
        if isinstance(statement, str):
            return (await self._connection.exec_driver_sql(statement, parameters)).all()
        return await self._read(statement, parameters)
