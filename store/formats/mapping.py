"""A table that says where a record holds the fields of an event -> the function that makes the event."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, tzinfo
from typing import NamedTuple

from ..errors import EventMistake
from ..plain_event import NO_ACTOR, EntityParts, PlainEvent
from ..records.record import Members, Record
from ..zones import is_steady
from .content_id import content_id
from .documents import Inner, InnerDocuments, inner_documents, members_of, opened
from .moments import ReadMoment, is_doubtful, moment_reader
from .picking import Pick, Source, picked, without_port

ReadRecord = Callable[[Record], PlainEvent]


class EntityAt(NamedTuple):
    """Where an entity is told of. A record has it when it has the id; without `id` the name, without that the type."""

    type: Source | None = None
    id: Source | None = None
    name: Source | None = None


class ActorAt(NamedTuple):
    """Where the actor is told of."""

    type: Source | None = None
    id: Source | None = None
    name: Source | None = None
    email: Source | None = None
    ip_address: Source | None = None


class Table(NamedTuple):
    """Where the fields of an event stand in a record. Without an `id`, a hash of the record's content is its id.

    `other_time` is a second time, which is only compared; `zone` that of times without an offset. Of `entities` the
    first counts that the record has. `opens` are members that hold a JSON document as text: in the payload it stands as
    JSON, and with `opened_speak_first` what it says goes before what the record says. Without `inner` the payload is
    the record as a whole. `failures` are the filters that find the calls that failed, where the name of a call does not
    tell: it stays what the source says.
    """

    occurred_at: Source
    event_name: Source
    id: Source | None = None
    environment: Source | None = None
    entities: tuple[EntityAt, ...] = ()
    parent_entity_id: Source | None = None
    actor: ActorAt = ActorAt()
    trace_id: Source | None = None
    read_moment: ReadMoment = moment_reader()
    zone: tzinfo = UTC
    other_time: Source | None = None
    opens: tuple[str, ...] = ()
    opened_speak_first: bool = True
    inner: Inner | None = None
    failures: tuple[str, ...] = ()


def record_reader(table: Table) -> ReadRecord:
    """The function that makes the event of a record. It raises EventMistake with the reason why there is none."""
    time, happened = picked(table.occurred_at), picked(table.event_name)
    event_id, environment, parent, trace = map(
        picked, (table.id, table.environment, table.parent_entity_id, table.trace_id)
    )
    entities = tuple(_entity_reader(each) for each in table.entities)
    *actor_picks, address = map(picked, table.actor)
    actor_picks.append(without_port(address) if table.inner is None else address)

    def read(record: Record) -> PlainEvent:
        found = members_of(record, table.opens, speak_first=table.opened_speak_first)
        written = time.find(found)
        if written is None:
            raise EventMistake(f"It has no time{_place(time)}.")
        event_name = happened.find(found)
        if event_name is None:
            raise EventMistake(f"It does not say what happened{_place(happened)}.")
        actor_type, actor_id, name, email, ip_address = (pick.find(found) for pick in actor_picks)
        actor = (actor_type, actor_id, name, email, ip_address)
        if table.inner is not None:
            documents = inner_documents(record.text, table.inner)
        else:
            documents = InnerDocuments(opened(record.text, table.opens), None, None)
        payload, request, more = documents
        return PlainEvent(
            id=event_id.find(found) or content_id(record.text),
            occurred_at=table.read_moment(written),
            event_name=event_name,
            environment=environment.find(found),
            entity=next((entity for each in entities if (entity := each(found)) is not None), None),
            parent_entity_id=parent.find(found),
            actor=None if actor == NO_ACTOR and more is None else actor,
            actor_more=more,
            trace_id=trace.find(found),
            payload=payload,
            request=request,
        )

    return read


def time_comparer(table: Table) -> Callable[[Record], bool] | None:
    """The function that says whether a record has two times that disagree. None where there is only one."""
    if table.other_time is None:
        return None
    picks = (picked(table.occurred_at), picked(table.other_time))

    def moment(text: str | None) -> datetime | None:
        return None if text is None else table.read_moment(text)

    def disagree(record: Record) -> bool:
        found = members_of(record, table.opens, speak_first=table.opened_speak_first)
        try:
            used, other = (moment(pick.find(found)) for pick in picks)
        except EventMistake:
            return True
        return used is not None and other is not None and used != other

    return disagree


def doubt_finder(table: Table) -> Callable[[Record, datetime], bool] | None:
    """The function that says whether the time of a record, read as that moment, is one that clocks skipped or showed
    twice. None where none do."""
    if table.zone is UTC:
        return None
    time = picked(table.occurred_at)

    def is_doubted(record: Record, moment: datetime) -> bool:
        if is_steady(table.zone, moment):
            return False
        written = time.find(members_of(record, table.opens, speak_first=table.opened_speak_first))
        return written is not None and is_doubtful(written, table.zone)

    return is_doubted


def told_fields(table: Table) -> Iterator[tuple[str, str]]:
    """Each field of an event that records of a format have, and in words where it stands; then what finds failures."""
    yield from (
        (name, picked(getattr(table, name)).told) for name in ("id", "occurred_at", "event_name", "environment")
    )
    for part in EntityAt._fields:
        told = dict.fromkeys(picked(getattr(place, part)).told for place in table.entities)
        yield f"entity.{part}", ", else ".join(filter(None, told))
    yield "parent_entity_id", picked(table.parent_entity_id).told
    yield from ((f"actor.{part}", picked(getattr(table.actor, part)).told) for part in ActorAt._fields)
    yield "trace_id", picked(table.trace_id).told
    if table.inner is not None:
        yield "payload", f"`{table.inner.payload}`"
        yield "request", f"`{table.inner.request}`"
    yield "failures", ", or ".join(f"`{each}`" for each in table.failures)


def _entity_reader(place: EntityAt) -> Callable[[Members], EntityParts | None]:
    pick_type, pick_id, pick_name = map(picked, place)
    needed = next(pick for pick, source in ((pick_id, place.id), (pick_name, place.name), (pick_type, True)) if source)

    def read(found: Members) -> EntityParts | None:
        if needed.find(found) is None:
            return None
        return pick_type.find(found), pick_id.find(found), pick_name.find(found)

    return read


def _place(pick: Pick) -> str:
    """Where it was looked for."""
    told = pick.told.replace("`", "")
    return f" ({told})" if told else ""
