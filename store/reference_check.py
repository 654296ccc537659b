"""Whether events are found by what they say: each reference of an event is held against the ids in its detail.

An event is at home with its parent. Where that is none other than its entity, it is so with that one or has no home.
"""

import json
from collections.abc import Collection, Mapping, Sequence
from functools import lru_cache
from itertools import compress
from typing import Any, Literal, NamedTuple

from sqlalchemy import Select, and_, case, exc, func, not_, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from .damaged_values import as_text, is_readable
from .dialect import Dialect
from .expressions import constant, limited
from .meta_numbers import LAST_BATCH
from .noted_references import IdKind, Noted
from .references import NOTHING, RESERVED, Reference, references_of
from .schema import event, event_detail
from .slices import in_slice
from .stored_text import ESCAPE, all_ids_from_digits, from_stored
from .time_keys import LAST_KEY

PIECE_EVENTS = 1_000
"""So many details are read at once: not much memory where ids are long, and still hardly a statement for each."""

_NUMBERS = 4
"""So many stand in front of the columns."""

HeldColumn = Literal["id_ref", "entity_ref", "trace_ref", "home_ref"]

KINDS: Mapping[HeldColumn, IdKind] = {
    "entity_ref": "entity",
    "home_ref": "entity",
    "trace_ref": "trace",
}
"""Of which kind of ids the references in a column are."""


class Misfit(NamedTuple):
    """An event with a reference that is not that of its id; `text` is None where it should have none."""

    key: int
    column: HeldColumn
    ref: int | None
    text: str | None


class Piece(NamedTuple):
    """Details from `low` to just before `high`: how many they are, how many have an event, and what does not fit.

    `unreadable` are the keys of those whose own id cannot be read, `unreadable_texts` of those where that of something
    else cannot. So many are `contradicting`: they say something of an entity or an actor which their event has not, or
    it came in with a batch that cannot be.
    """

    low: int
    high: int
    details: int
    events: int
    misfits: Sequence[Misfit]
    unreadable: Sequence[int]
    unreadable_texts: Collection[int]
    contradicting: int


class _Columns(NamedTuple):
    """What is read of some events, each as a column."""

    ids: Sequence[str | None]
    id_refs: Sequence[int]
    entities: Sequence[str | None]
    entity_refs: Sequence[int]
    parents: Sequence[str | None]
    home_refs: Sequence[int | None]
    traces: Sequence[str | None]
    trace_refs: Sequence[int]


class ReferenceCheck:
    """Reads a log piece by piece, inside a transaction of somebody else."""

    def __init__(self, connection: AsyncConnection, dialect: Dialect, make_reference: Reference, noted: Noted) -> None:
        self._connection = connection
        self._dialect = dialect
        self._make_reference = make_reference
        self._noted = noted

    async def piece(self, low: int, high: int) -> Piece:
        """The first details with keys from `low` to just before `high`. The next piece begins at the end of it."""
        bounds = {"low": low, "high": high, "limit": PIECE_EVENTS}
        (details, events, contradicting, last), columns = await self._read(bounds)
        high = last + 1 if details == PIECE_EVENTS and last < LAST_KEY else high
        if not events:
            return Piece(low, high, details, 0, (), (), (), 0)
        if events < details:
            has_event = [ref is not None for ref in columns[1]]
            columns = [list(compress(column, has_event)) for column in columns]
        ids, *others = columns
        read = _Columns(all_ids_from_digits(ids), *others)
        if not any(self._misfits(read, range(events))) and None not in read.ids:  # nearly always: nobody asks for keys
            return Piece(low, high, details, events, (), (), (), contradicting)
        keys = [key for (key,) in await self._connection.execute(_select_keys(), {"low": low, "high": high})]
        unreadable = [key for key, event_id in zip(keys, read.ids, strict=True) if event_id is None]
        misfits, unreadable_texts = self._misfits(read, keys)
        return Piece(low, high, details, events, misfits, unreadable, unreadable_texts, contradicting)

    async def _read(self, bounds: Mapping[str, object]) -> tuple[Sequence[int], Sequence[list[Any]]]:
        """The numbers of a piece, and its columns."""
        try:
            numbers = (await self._connection.execute(_select_piece(self._dialect), bounds)).one()
            return numbers[:_NUMBERS], [json.loads(values or "[]") for values in numbers[_NUMBERS:]]
        except (exc.DBAPIError, ValueError):  # JSON holds no bytes, and not every number
            if self._dialect.name != "sqlite":
                raise
        rows = (await self._connection.execute(_select_rows(self._dialect), bounds)).all()
        keys, *columns, contradicting = ([as_text(value) for value in column] for column in zip(*rows, strict=True))
        events = [ref for ref in columns[1] if ref is not None]
        return (len(keys), len(events), len(keys) - contradicting.count(None), keys[-1]), columns

    def _misfits(self, read: _Columns, keys: Sequence[int]) -> tuple[Sequence[Misfit], Collection[int]]:
        """What does not fit, and the keys of events of which nobody can say it, as a text cannot be read."""
        entities = self._references_of("entity", {*read.entities, *read.parents})
        traces = self._references_of("trace", set(read.traces))
        homes: Mapping[str | None, int | None] = {**entities, None: None}
        own = list(references_of([event_id or "" for event_id in read.ids], self._make_reference))
        misfits: list[Misfit] = []
        unreadable: set[int] = set()
        for place in _differing(read.id_refs, own):
            if (event_id := read.ids[place]) is not None:
                misfits.append(Misfit(keys[place], "id_ref", read.id_refs[place], event_id))
        for place in _differing(read.entity_refs, list(map(entities.get, read.entities))):
            if not is_readable(entity := read.entities[place]):
                unreadable.add(keys[place])
            elif entity is not None or read.entity_refs[place] not in RESERVED:
                misfits.append(Misfit(keys[place], "entity_ref", read.entity_refs[place], entity))
        for place in _differing(read.trace_refs, list(map(traces.get, read.traces))):
            if is_readable(read.traces[place]):
                misfits.append(Misfit(keys[place], "trace_ref", read.trace_refs[place], read.traces[place]))
            else:
                unreadable.add(keys[place])
        for place in _differing(read.home_refs, list(map(homes.get, read.parents))):
            parent, entity, ref = read.parents[place], read.entities[place], read.home_refs[place]
            if not (is_readable(parent) and is_readable(entity)):
                unreadable.add(keys[place])
                continue
            is_own = ref is None or (entity is not None and ref == entities[entity])
            if parent not in (None, entity) or not is_own:
                misfits.append(Misfit(keys[place], "home_ref", ref, entity if parent is None else parent))
        return misfits, unreadable

    def _references_of(self, kind: IdKind, texts: Collection[str | None]) -> Mapping[str | None, int]:
        """The reference of each of the ids, which are in their stored form, and NOTHING for none."""
        stored = [text for text in texts if text is not None]
        read = list(map(from_stored, stored)) if ESCAPE in "".join(stored) else stored
        own: dict[str | None, int] = dict(zip(stored, references_of(read, self._make_reference), strict=True))
        noted = self._noted[kind]
        own.update((text, noted[text]) for text in noted.keys() & own.keys())
        own[None] = NOTHING
        return own


def _differing(refs: Sequence[int | None], wanted: Sequence[int | None]) -> Sequence[int]:
    """The places at which the references are not the wanted ones: nearly always none."""
    if refs == wanted:
        return ()
    return [place for place, (ref, right) in enumerate(zip(refs, wanted, strict=True)) if ref != right]


@lru_cache(maxsize=2)
def _select_piece(dialect: Dialect) -> Select[*tuple[Any, ...]]:
    """Of the first `limit` details of a slice: numbers, the last key, and what is held against each other."""
    read = _select_rows(dialect).subquery()
    key, *columns, contradicting = read.c
    numbers = func.count(), func.count(read.c.id_ref), func.count(contradicting), func.max(key)
    return select(*numbers, *map(dialect.texts.json_list, columns)).select_from(read)


@lru_cache(maxsize=2)
def _select_rows(dialect: Dialect) -> Select[*tuple[Any, ...]]:
    """The first `limit` details of a slice, with what is held against each other, and whether they contradict."""
    is_event = (event.c.time_key == event_detail.c.time_key) & in_slice(event.c.time_key)
    columns = (
        dialect.texts.digits(event_detail.c.id).label("id"),
        event.c.id_ref,
        event_detail.c.entity_id,
        event.c.entity_ref,
        event_detail.c.parent_entity_id,
        event.c.home_ref,
        event_detail.c.trace_id,
        event.c.trace_ref,
    )
    is_wrong = or_(
        and_(event.c.entity_ref == NOTHING, event_detail.c.entity_name.is_not(None)),
        and_(event.c.actor_ref == NOTHING, event_detail.c.actor_more.is_not(None)),
        not_(event.c.batch.between(constant(1), constant(LAST_BATCH))),
    )
    is_contradicting = case((is_wrong, constant(1))).label("contradicting")
    details = select(event_detail.c.time_key, *columns, is_contradicting).join_from(
        event_detail, event, is_event, isouter=True
    )
    return limited(details.where(in_slice(event_detail.c.time_key)).order_by(event_detail.c.time_key), ":limit")


@lru_cache(maxsize=1)
def _select_keys() -> Select[int]:
    """The keys of the details of a slice that have an event."""
    keys = select(event.c.time_key).join_from(event_detail, event, event.c.time_key == event_detail.c.time_key)
    return keys.where(in_slice(event_detail.c.time_key)).order_by(event.c.time_key)
