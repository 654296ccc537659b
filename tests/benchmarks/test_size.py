"""How much room the log takes, beside what is only read."""

import sqlite3

import pytest

from store import DatabaseAddress
from tests.benchmarks.conftest import LARGE
from tests.benchmarks.figures import report

BAR_BYTES = 165
ONLY_READ = "event_detail"


def test_an_event_takes_at_most_165_bytes_beside_its_texts(large_log: DatabaseAddress) -> None:
    with sqlite3.connect(large_log.shown) as connection:
        try:
            rows = connection.execute("SELECT name, sum(pgsize) FROM dbstat GROUP BY name").fetchall()
        except sqlite3.OperationalError:
            pytest.skip("this SQLite does not tell the sizes of tables")
    bytes_an_event = {name: size / LARGE for name, size in rows if size / LARGE >= 0.1}
    whole = sum(size / LARGE for name, size in rows if name != ONLY_READ)
    report("bytes an event", whole=whole, **bytes_an_event)
    assert whole <= BAR_BYTES
