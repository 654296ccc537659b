"""Benchmarks: `pytest tests/benchmarks -s`. Each prints its figures and holds a ratio measured in the same run.

ACTIVITY_BENCHMARK_EVENTS sets the size of the large log (1,000,000 unless set). It is generated once and kept in the
temporary folder of the machine.
"""

import asyncio
import os
import tempfile
from pathlib import Path

import pytest

from store import DatabaseAddress
from tests.benchmarks.large_log import build_log, fill_log
from tests.postgres_server import Server

SMALL = 10_000
LARGE = int(os.environ.get("ACTIVITY_BENCHMARK_EVENTS", "1_000_000"))


def log_of(count: int) -> DatabaseAddress:
    path = Path(tempfile.gettempdir()) / f"activity-benchmark-{count}.db"
    return asyncio.run(build_log(path, count))


@pytest.fixture(scope="session")
def small_log() -> DatabaseAddress:
    return log_of(SMALL)


@pytest.fixture(scope="session")
def large_log() -> DatabaseAddress:
    return log_of(LARGE)


@pytest.fixture(scope="session")
def large_postgres_log(postgres_server: Server) -> DatabaseAddress:
    """Written anew for each run: the server of the tests ends with them."""
    address = DatabaseAddress.parse(postgres_server.create_database())
    asyncio.run(fill_log(address, LARGE))
    return address
