"""What each database is told by those who read from it and write to it, around the statements themselves."""

from collections.abc import Sequence
from dataclasses import dataclass

from .driver_errors import STATEMENT_SECONDS

CACHE_KIBIBYTES = 3_072  # of each reading connection: the system keeps the file in memory, too, once for all
WRITER_CACHE_KIBIBYTES, CHECKPOINT_PAGES = 131_072, 32_768
"""Each batch changes pages all over the indexes: they should stay, and not go to the file itself after each batch."""

BUSY_MILLISECONDS = 5_000
WRITER_LOCK = 0x61637469
"""The number of the advisory lock that makes writers of one Postgres database wait for each other."""

CHANNEL = "activity_log"
"""Where a writer to a Postgres database announces that it committed. What, it does not say: everybody can listen."""

_MOST = f"{STATEMENT_SECONDS}s"
_IS_LONGER = f"current_setting('statement_timeout')::interval NOT BETWEEN '1 microsecond' AND '{_MOST}'"
"""A limit that is lower already, whoever set it for the role or the server, stays; 0 is none."""

_READS_ONLY = f"""
SELECT set_config('default_transaction_read_only', 'on', false), set_config('jit', 'off', false),
CASE WHEN {_IS_LONGER} THEN set_config('statement_timeout', '{_MOST}', false) END
"""
"""All in one statement: each is a way to a server that may be far away, for each connection to it."""


@dataclass(frozen=True)
class SessionOrders:
    """The orders of one kind of database, in its own words."""

    reader_settings: Sequence[str]
    """What is said by who reads a log of ours, whose indexes fit its statements."""
    foreign_settings: Sequence[str]
    """The same by who reads tables of others."""
    select_database: str
    """Which database a connection has reached: behind the same name, another row says that it is another one. Empty
    where the address says so by itself."""
    writer_settings: Sequence[str]
    own_settings: Sequence[str]
    """What a writer changes in the database itself, once it is known to be ours."""
    upkeep_settings: Sequence[str]
    """What else a writer says who deletes."""
    moving_settings: Sequence[str]
    """What else somebody says who moves all events into other tables."""
    begin: Sequence[str]
    commit: Sequence[str]
    begin_snapshot: str
    """Begins a transaction that only reads, and only what was there when it began."""
    turn_seconds: float
    """How long somebody with many transactions waits after each, so that others who want to write get their turn."""


_SQLITE_READER = (
    "PRAGMA query_only=1",
    f"PRAGMA cache_size=-{CACHE_KIBIBYTES}",
    "PRAGMA temp_store=MEMORY",
    f"PRAGMA busy_timeout={BUSY_MILLISECONDS}",
)
SQLITE_ORDERS = SessionOrders(
    reader_settings=_SQLITE_READER,
    foreign_settings=_SQLITE_READER,
    select_database="",
    writer_settings=(
        f"PRAGMA busy_timeout={BUSY_MILLISECONDS}",
        "PRAGMA synchronous=FULL",
        f"PRAGMA cache_size=-{WRITER_CACHE_KIBIBYTES}",
        f"PRAGMA wal_autocheckpoint={CHECKPOINT_PAGES}",
        "PRAGMA temp_store=MEMORY",
    ),
    own_settings=("PRAGMA journal_mode=WAL",),
    upkeep_settings=("PRAGMA secure_delete=ON",),  # which costs hardly any time
    # The disk may have little room. They come in order: few pages are changed again and again.
    moving_settings=("PRAGMA wal_autocheckpoint=1000",),
    begin=("BEGIN IMMEDIATE",),  # a transaction that begins by reading could fail when it comes to write
    commit=("COMMIT",),
    begin_snapshot="BEGIN",
    turn_seconds=0.11,  # those who wait look every tenth of a second whether the file is free
)

POSTGRES_ORDERS = SessionOrders(
    # The planner does not know how many events lie between two places, and takes them for so few that it would read and
    # sort all of a branch of an index instead of the first hundred.
    reader_settings=(f"{_READS_ONLY}, set_config('enable_bitmapscan', 'off', false)",),
    foreign_settings=(_READS_ONLY,),
    # The same on every copy of a database that its server keeps by itself. Two others may share one of the numbers.
    select_database="SELECT oid, to_regclass('event')::oid FROM pg_database WHERE datname = current_database()",
    writer_settings=("SET jit = off",),
    own_settings=(),
    upkeep_settings=(),
    moving_settings=(),
    # Behind the lock it must see what the writer before it did, whatever the server begins with.
    begin=("BEGIN ISOLATION LEVEL READ COMMITTED", f"SELECT pg_advisory_xact_lock({WRITER_LOCK})"),
    commit=(f"NOTIFY {CHANNEL}", "COMMIT"),
    begin_snapshot="BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
    turn_seconds=0.0,  # the server lets them in in the order in which they came
)
