"""Logs as versions 2 to 5 of the schema had them, written without any of the code that writes logs now."""

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from hashlib import blake2b, sha256

from sqlalchemy import text

from store import DatabaseAddress, Event
from store.connections import Connections

VERSIONS = (2, 3, 4, 5)

ABSENT = "\x10-"
SLOT_BITS = 5
UUID = re.compile("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")

TABLES = """
meta: name TEXT NOT NULL, value TEXT NOT NULL, PRIMARY KEY (name)
combination: combination_ref INTEGER NOT NULL, event_name TEXT NOT NULL, entity_type TEXT NOT NULL, \
actor_type TEXT NOT NULL, environment TEXT NOT NULL, count BIGINT NOT NULL, PRIMARY KEY (combination_ref)
actor: actor_ref KEY NOT NULL, identity BIGINT NOT NULL, type TEXT, id TEXT, name TEXT, email TEXT, \
ip_address TEXT, PRIMARY KEY (actor_ref)
actor_word: word_ref BIGINT NOT NULL, actor_ref BIGINT NOT NULL, PRIMARY KEY (word_ref, actor_ref)
event 2: time_key KEY NOT NULL, id BYTES NOT NULL, combination_ref INTEGER NOT NULL, entity_ref BIGINT NOT NULL, \
trace_ref BIGINT NOT NULL, actor_ref BIGINT NOT NULL, occurred_at BIGINT, PRIMARY KEY (time_key)
event 34: time_key KEY NOT NULL, id BYTES NOT NULL, combination_ref INTEGER NOT NULL, entity_ref BIGINT NOT NULL, \
trace_ref BIGINT NOT NULL, actor_ref BIGINT NOT NULL, occurred_at BIGINT, batch BIGINT NOT NULL, PRIMARY KEY (time_key)
event 5: time_key KEY NOT NULL, id BYTES NOT NULL, combination_ref INTEGER NOT NULL, entity_ref BIGINT NOT NULL, \
trace_ref BIGINT NOT NULL, actor_ref BIGINT NOT NULL, occurred_at BIGINT, batch BIGINT NOT NULL, \
home_ref BIGINT NOT NULL, PRIMARY KEY (time_key)
descent 5: parent_ref BIGINT NOT NULL, child_ref BIGINT NOT NULL, PRIMARY KEY (parent_ref, child_ref)
event_detail: time_key KEY NOT NULL, long_id TEXT, entity_id TEXT, entity_name TEXT, trace_id TEXT, \
parent_entity_id TEXT, actor_more TEXT, payload TEXT, request TEXT, PRIMARY KEY (time_key)
rollup 23: level SMALLINT NOT NULL, bucket BIGINT NOT NULL, combination_ref INTEGER NOT NULL, count BIGINT NOT NULL, \
PRIMARY KEY (level, bucket, combination_ref)
rollup 45: owner_ref INTEGER NOT NULL, level SMALLINT NOT NULL, bucket BIGINT NOT NULL, \
combination_ref INTEGER NOT NULL, count BIGINT NOT NULL, PRIMARY KEY (owner_ref, level, bucket, combination_ref)
owner 45: owner_ref INTEGER NOT NULL, kind TEXT NOT NULL, ref BIGINT, PRIMARY KEY (owner_ref)
rehashed: kind TEXT NOT NULL, ref BIGINT NOT NULL, text TEXT NOT NULL, PRIMARY KEY (kind, ref)
"""
"""The columns of each table, behind its name and the versions that have it so where not all do."""

INDEXES = """
INDEX actor_identity ON actor (identity)
UNIQUE INDEX event_id ON event (id)
INDEX event_combination ON event (combination_ref, time_key)
INDEX event_trace ON event (trace_ref, time_key)
INDEX event_entity ON event (entity_ref, combination_ref, time_key)
INDEX event_actor ON event (actor_ref, combination_ref, time_key)
INDEX event_batch ON event (batch) 345
INDEX event_home ON event (home_ref, combination_ref, time_key) 5
INDEX descent_child ON descent (child_ref) 5
INDEX owner_ref_of ON owner (kind, ref) 45
"""
"""The key behind the columns is one of an index in Postgres: SQLite adds it by itself."""

WITHOUT_ROWID = ("actor_word", "descent", "rollup")

Rows = Mapping[str, list[dict[str, object]]]


async def write_old_log(address: DatabaseAddress, version: int, events: Iterable[Event]) -> None:
    """Fill an empty database with a log of that version. Its counts are not there: nobody reads them any more."""
    connections = Connections(address, writes=True)
    async with connections.one() as connection:
        if address.is_sqlite:
            await connection.exec_driver_sql("PRAGMA journal_mode=WAL")
        for order in _orders(version, is_sqlite=address.is_sqlite):
            await connection.exec_driver_sql(order)
        await connection.exec_driver_sql("BEGIN")
        for table, rows in _rows(version, events).items():
            if rows:
                columns = ", ".join(rows[0])
                places = ", ".join(f":{name}" for name in rows[0])
                await connection.execute(text(f"INSERT INTO {table} ({columns}) VALUES ({places})"), rows)
        await connection.exec_driver_sql("COMMIT")
    await connections.close()


def _orders(version: int, *, is_sqlite: bool) -> Iterator[str]:
    """What makes the tables and indexes of a version."""
    for line in TABLES.split("\n")[1:-1]:
        head, _, columns = line.partition(": ")
        name, _, versions = head.partition(" ")
        if str(version) in versions or not versions:
            columns = columns.replace("KEY NOT", "INTEGER NOT" if is_sqlite else "BIGINT NOT")
            columns = columns.replace("BYTES", "BLOB" if is_sqlite else "BYTEA")
            end = " WITHOUT ROWID" if is_sqlite and name in WITHOUT_ROWID else ""
            yield f"CREATE TABLE {name} ({columns}){end}"
    for line in INDEXES.split("\n")[1:-1]:
        order, _, versions = line.partition(")")
        if str(version) in versions or not versions:
            yield f"CREATE {order.replace(', time_key', '') if is_sqlite else order})"


def _rows(version: int, events: Iterable[Event]) -> Rows:
    actors: dict[tuple[str | None, ...], int] = {}
    combinations: dict[tuple[str, ...], int] = {}
    tables: dict[str, list[dict[str, object]]] = {"event": [], "event_detail": []}
    key = -(2**63)
    for event in sorted(events, key=lambda event: event.occurred_at):
        time = (event.occurred_at - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)
        key = max(time << SLOT_BITS, key + 1)
        entity, actor = event.entity, event.actor
        entity_ref = actor_ref = 0
        if entity is not None:
            entity_ref = 1 if entity.id is None else _reference(entity.id)
        if actor is not None:
            parts = (actor.type, actor.id, actor.name, actor.email, actor.ip_address)
            actor_ref = actors.setdefault(parts, len(actors) + 1)
        combination = (
            _stored(event.event_name) or "",
            *(
                ABSENT if value is None else _stored(value) or ""
                for value in (entity and entity.type, actor and actor.type, event.environment)
            ),
        )
        row: dict[str, object] = {
            "time_key": key,
            "id": _stored_id(event.id),
            "combination_ref": combinations.setdefault(combination, len(combinations) + 1),
            "entity_ref": entity_ref,
            "trace_ref": 0 if event.trace_id is None else _reference(event.trace_id),
            "actor_ref": actor_ref,
            "occurred_at": None if key >> SLOT_BITS == time else time,
        }
        if version > 2:
            row["batch"] = 1
        if version > 4:
            row["home_ref"] = entity_ref if event.parent_entity_id is None else _reference(event.parent_entity_id)
        tables["event"].append(row)
        tables["event_detail"].append(
            {
                "time_key": key,
                "long_id": _stored(event.id) if len(_bytes(event.id)) > 1000 else None,
                "entity_id": _stored(entity and entity.id),
                "entity_name": _stored(entity and entity.name),
                "trace_id": _stored(event.trace_id),
                "parent_entity_id": _stored(event.parent_entity_id),
                "actor_more": _stored(actor and actor.more),
                "payload": _stored(event.payload),
                "request": _stored(event.request),
            }
        )
    names = ("type", "id", "name", "email", "ip_address")
    tables["actor"] = [
        {"actor_ref": number, "identity": number, **dict(zip(names, map(_stored, parts), strict=True))}
        for parts, number in actors.items()
    ]
    names = ("event_name", "entity_type", "actor_type", "environment")
    tables["combination"] = [
        {"combination_ref": number, **dict(zip(names, parts, strict=True)), "count": 1}
        for parts, number in combinations.items()
    ]
    values = {"application": "activity-explorer", "version": str(version), "written": "1"}
    tables["meta"] = [{"name": name, "value": value} for name, value in values.items()]
    tables["rehashed"] = [{"kind": "entity", "ref": 5, "text": "a text whose own reference was that of another one"}]
    return tables


def _reference(value: str) -> int:
    return int.from_bytes(blake2b(_bytes(value), digest_size=8).digest(), "big", signed=True)


def _bytes(value: str) -> bytes:
    return value.encode("utf-8", "surrogatepass")


def _stored(value: str | None) -> str | None:
    def escape(found: re.Match[str]) -> str:
        return "\x10\x10" if found[0] == "\x10" else f"\x10{ord(found[0]):04x}"

    return None if value is None else re.sub("[\0\x10\ud800-\udfff]", escape, value)


def _stored_id(event_id: str) -> bytes:
    if UUID.fullmatch(event_id):
        return bytes.fromhex(event_id.replace("-", ""))
    encoded = _bytes(event_id)
    if len(encoded) > 1000:
        return b"\xfe" + sha256(encoded).digest()
    return b"\xff" * (2 if len(encoded) == 15 else 1) + encoded
