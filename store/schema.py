"""The tables and indexes of an activity log, the same in both databases.

Ascending `time_key` is the order of the log: ascending time, and within one microsecond the order of arrival. A key is
microseconds since 1970, times 32, plus a slot. Where more events share a microsecond than there are slots, keys run on
into the microseconds behind, and `event.occurred_at` keeps the true time; elsewhere it is NULL.
"""

from sqlalchemy import BigInteger, Column, Index, Integer, LargeBinary, MetaData, SmallInteger, Table, Text, text
from sqlalchemy.dialects import sqlite
from sqlalchemy.util import OrderedSet

metadata = MetaData()

Key = BigInteger().with_variant(sqlite.INTEGER(), "sqlite")
"""64 bits; SQLite makes a primary key of exactly this spelling the key of the table itself."""

meta = Table(
    "meta",
    metadata,
    Column("name", Text, primary_key=True),
    Column("value", Text, nullable=False),
)
"""`application` and `version` say whose tables these are. `written` counts the batches, for caches of readers.
`recent_arrivals` says what else it holds, and `log_version` what it holds while a log is moved.
"""

combination = Table(
    "combination",
    metadata,
    Column("combination_ref", Integer, primary_key=True, autoincrement=False),
    Column("event_name", Text, nullable=False),
    Column("entity_type", Text, nullable=False),
    Column("actor_type", Text, nullable=False),
    Column("environment", Text, nullable=False),
    Column("count", BigInteger, nullable=False),
)
"""The values that occur together, numbered from 1 without gaps, so that four conditions become one set of numbers."""

actor = Table(
    "actor",
    metadata,
    Column("actor_ref", Integer, primary_key=True, autoincrement=False),
    Column("identity", Integer, nullable=False),
    Column("type", Text),
    Column("id", Text),
    Column("name", Text),
    Column("email", Text),
    Column("ip_address", Text),
    Index("actor_identity", "identity"),
)
"""Each actor once, as often as anything about it differs. `identity` is a reference of all its parts."""

actor_word = Table(
    "actor_word",
    metadata,
    Column("word_ref", Integer, primary_key=True, autoincrement=False),
    Column("actor_ref", Integer, primary_key=True, autoincrement=False),
    sqlite_with_rowid=False,
)
"""Which actors a word may mean: a reference of each id, name, email and IP address without regard to case."""

_HAS_HOME = text("home_ref IS NOT NULL")
event = Table(
    "event",
    metadata,
    Column("time_key", Key, primary_key=True, autoincrement=False),
    Column("id_ref", Integer, nullable=False),
    Column("combination_ref", Integer, nullable=False),
    Column("entity_ref", Integer, nullable=False),
    Column("trace_ref", Integer, nullable=False),
    Column("actor_ref", Integer, nullable=False),
    Column("home_ref", Integer),
    Column("occurred_at", BigInteger),
    Column("batch", BigInteger, nullable=False),
    Index("event_id", "id_ref"),
    Index("event_combination", "combination_ref").ddl_if("sqlite"),  # which adds the key of the table by itself
    Index("event_combination", "combination_ref", "time_key").ddl_if("postgresql"),
    Index("event_trace", "trace_ref").ddl_if("sqlite"),
    Index("event_trace", "trace_ref", "time_key").ddl_if("postgresql"),
    Index("event_entity", "entity_ref", "combination_ref").ddl_if("sqlite"),
    Index("event_entity", "entity_ref", "combination_ref", "time_key").ddl_if("postgresql"),
    Index("event_actor", "actor_ref", "combination_ref").ddl_if("sqlite"),
    Index("event_actor", "actor_ref", "combination_ref", "time_key").ddl_if("postgresql"),
    Index("event_home", "home_ref", "combination_ref", sqlite_where=_HAS_HOME).ddl_if("sqlite"),
    Index("event_home", "home_ref", "combination_ref", "time_key", postgresql_where=_HAS_HOME).ddl_if("postgresql"),
)
"""What is searched, narrow. `actor_ref`, `entity_ref` and `trace_ref` are 0 where the event has none.

`id_ref` is the reference of the event's id, which a few others may share: `event_detail.id` tells them apart. That no
two events have the same id is what the writer looks after.

`home_ref` is what an event belongs to: the reference of its parent, or where that is none other, of its entity. It is
NULL, and in no index, where no event of the entity has another parent: of an entity, all events have a home or none.

`batch` is the number of the transaction that brought the event. Writers take the numbers from `meta.written` one after
another, each holding it until its commit, so that a higher number is a later commit: nothing ever appears below a
number that somebody has seen. Its index is the table `arrival`, as far as that goes back.
"""

arrival = Table(
    "arrival",
    metadata,
    Column("batch", BigInteger, primary_key=True, autoincrement=False),
    Column("time_key", BigInteger, primary_key=True, autoincrement=False),
    sqlite_with_rowid=False,
)
"""Batch and key of the newest events only: of all in the batches behind `meta.forgotten`, whole batches at a time.

Those who follow a log are not far behind it: for them alone, an index of all events would take a tenth of the log.
"""

descent = Table(
    "descent",
    metadata,
    Column("parent_ref", Integer, primary_key=True, autoincrement=False),
    Column("child_ref", Integer, primary_key=True, autoincrement=False),
    Index("descent_child", "child_ref"),
    sqlite_with_rowid=False,
)
"""Which entities belong to which, for those that are the home of events: of the others it says nothing.

A pair is there while an event has both, the child as its entity and the parent as its home.
"""

event_detail = Table(
    "event_detail",
    metadata,
    Column("time_key", Key, primary_key=True, autoincrement=False),
    Column("id", LargeBinary, nullable=False),
    Column("entity_id", Text),
    Column("entity_name", Text),
    Column("trace_id", Text),
    Column("parent_entity_id", Text),
    Column("actor_more", Text),
    Column("payload", Text),
    Column("request", Text),
)
"""What is only read. JSON is kept as it was written, as text, and `id` as `stored_text` says."""

rollup = Table(
    "rollup",
    metadata,
    Column("owner_ref", Integer, primary_key=True, autoincrement=False),
    Column("level", SmallInteger, primary_key=True, autoincrement=False),
    Column("bucket", BigInteger, primary_key=True, autoincrement=False),
    Column("combination_ref", Integer, primary_key=True, autoincrement=False),
    Column("count", BigInteger, nullable=False),
    sqlite_with_rowid=False,
)
"""How many events each combination has in each bucket of the true time, for every level of the ladder.

Cells of the owner 0 count all events, those of another one only the events of an entity, an actor or a home.
"""

owner = Table(
    "owner",
    metadata,
    Column("owner_ref", Integer, primary_key=True, autoincrement=False),
    Column("kind", Text, nullable=False),
    Column("ref", Integer),
    Index("owner_ref_of", "kind", "ref"),
)
"""Which entity, actor or home (`kind`) an owner of cells is. `ref` is NULL once its last event was deleted."""

rehashed = Table(
    "rehashed",
    metadata,
    Column("kind", Text, primary_key=True),
    Column("ref", Integer, primary_key=True, autoincrement=False),
    Column("common_ref", Integer, nullable=False),
    Column("id", Text, nullable=False),
    Index("rehashed_common", "kind", "common_ref"),
)
"""The ids (of kind `entity` or `trace`) whose own reference, `common_ref`, belonged to another id.

A program that had the log open when it was of version 5 or older looks for a column `text` here, whatever it does: it
finds none, and neither takes half a log for a whole one nor writes into it.
"""

for _table in metadata.tables.values():
    # Else they would be made in another order by each process, and lie in other places of each file.
    _table.indexes = OrderedSet(sorted(_table.indexes, key=lambda index: str(index.name)))
