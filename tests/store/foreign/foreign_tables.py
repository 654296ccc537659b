"""Tables of other programs, with names, types and habits of their own, and the events that stand in them."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Literal
from zoneinfo import ZoneInfo

from hypothesis import strategies as st
from sqlalchemy import JSON, BigInteger, Column, DateTime, Index, Integer, MetaData, Table, Text

from store import Actor, DatabaseAddress, Entity, Event, MappedColumns, TableMapping
from store.connections import Connections
from tests.store.plain_log import LAST, MOMENTS

Shape = Literal["texts", "texts of a zone", "dates", "local dates", "counts"]
SHAPES: tuple[Shape, ...] = ("texts", "texts of a zone", "dates", "local dates", "counts")

MAPPING = TableMapping(
    table='"audit trail"',
    columns=MappedColumns(
        id='"entry no"',
        occurred_at="created_at",
        event_name="action",
        environment="env",
        entity_type='"object type"',
        entity_id="object_id",
        entity_name="details.title",
        parent_entity_id="owner",
        actor_type="who_kind",
        actor_id="who_id",
        actor_name="who",
        actor_email="details.mail",
        actor_ip_address="address",
        trace_id="request",
        payload="details",
    ),
)
ZONE = ZoneInfo("Asia/Kathmandu")
FIRST_OF_ZONE = datetime(1987, 1, 1, tzinfo=UTC)
"""Since when it has been as far from UTC as it is."""


def mapping_of(shape: Shape) -> TableMapping:
    zone = ZONE.key if shape == "texts of a zone" else "UTC"
    return MAPPING.model_copy(update={"time_unit": "us" if shape == "counts" else "iso", "time_zone": zone})


def time_in(shape: Shape, moment: datetime) -> object:
    if shape == "texts of a zone" and FIRST_OF_ZONE <= moment < LAST - timedelta(days=1):
        return moment.astimezone(ZONE).replace(tzinfo=None).isoformat(" ", "microseconds")
    if shape in ("texts", "texts of a zone"):
        return moment.isoformat(timespec="microseconds").replace("+00:00", "Z")
    if shape == "counts":
        return (moment - datetime(1970, 1, 1, tzinfo=UTC)) // (datetime.resolution)
    return moment if shape == "dates" else moment.replace(tzinfo=None)


def audit_table(shape: Shape, *indexed: str) -> Table:
    """A table with an index on its times, and on what else is named."""
    types: Mapping[Shape, Any] = {
        "texts": Text(),
        "texts of a zone": Text(),
        "dates": DateTime(timezone=True),
        "local dates": DateTime(),
        "counts": BigInteger(),
    }
    texts = ("action", "env", "object type", "object_id", "owner", "who_kind", "who_id", "who", "address", "request")
    table = Table(
        "audit trail",
        MetaData(),
        Column("entry no", BigInteger().with_variant(Integer(), "sqlite"), primary_key=True, autoincrement=False),
        Column("created_at", types[shape]),
        *(Column(name, Text) for name in texts),
        Column("details", JSON(none_as_null=True)),
    )
    for name in ("created_at", *indexed):
        Index(f"by {name}", table.c[name])
    return table


async def fill(address: DatabaseAddress, table: Table, rows: Sequence[Mapping[str, object]]) -> None:
    """Make a table with rows, not through asyncpg, which writes the first and the last of all dates as infinity."""
    address = address.replaced(sqlalchemy_url=address.sqlalchemy_url.replace("+asyncpg://", "+psycopg://"))
    connections = Connections(address, writes=True)
    try:
        async with connections.one() as connection:
            await connection.run_sync(table.metadata.create_all)
            if rows:
                await connection.execute(table.insert(), list(rows))
    finally:
        await connections.close()


def row_of(number: int, event: Event, shape: Shape) -> dict[str, object]:
    """The row in which an event stands; its payload holds what else the mapping finds there."""
    entity, actor = event.entity or Entity(), event.actor or Actor()
    details = {"title": entity.name, "mail": actor.email, "number": number % 3}
    return {
        "entry no": number,
        "created_at": time_in(shape, event.occurred_at),
        "action": event.event_name,
        "env": event.environment,
        "object type": entity.type,
        "object_id": entity.id,
        "owner": event.parent_entity_id,
        "who_kind": actor.type,
        "who_id": actor.id,
        "who": actor.name,
        "address": actor.ip_address,
        "request": event.trace_id,
        "details": details if any(value is not None for value in details.values()) else None,
    }


ENTITIES = st.sampled_from(
    [None, Entity(type="CUSTOMER", id="a", name="A"), Entity(type="PLAN", id="b|@ "), Entity(type="odd")]
)
ACTORS = st.sampled_from(
    [
        None,
        Actor(type="USER", id="u1", name="Ann", email="Ann@acme.example"),
        Actor(type="SYSTEM", id="ann", ip_address="192.0.2.1"),
        Actor(name="Åsa Straße"),
        Actor(name="\u212aim"),
    ]
)
NAMES = st.sampled_from(
    ["PLAN_CREATED", "Plan created", "plan.created", "CUSTOMER_UPDATED", "SYNC_FAILED", "own", "größe", "", "x" * 300]
)
EVENTS = st.builds(
    lambda moment, name, environment, entity, parent, actor, trace: {
        "occurred_at": moment,
        "event_name": name,
        "environment": environment,
        "entity": entity,
        "parent_entity_id": parent,
        "actor": actor,
        "trace_id": trace,
    },
    MOMENTS,
    NAMES,
    st.sampled_from([None, "production", "dev"]),
    ENTITIES,
    st.sampled_from([None, "a", "parent"]),
    ACTORS,
    st.sampled_from([None, "t1", "t2", "t3"]),
)
