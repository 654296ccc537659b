"""What every test shares: coroutine tests run without a plugin, and nothing of the user's environment reaches one."""

import asyncio
import inspect
import os
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest

from tests.postgres_server import OwnServer, RunningServer, Server, find_binaries

for variable in ("NO_COLOR", "TEXTUAL_THEME", "TEXTUAL_DRIVER", "ACTIVITY_DATABASE", "ACTIVITY_SETTINGS"):
    os.environ.pop(variable, None)
os.environ["TEXTUAL_ANIMATIONS"] = "none"
os.environ["TZ"] = "UTC"
# How long one example takes says more of what else the machine does than of the example.
hypothesis.settings.register_profile(
    "any machine", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("any machine")


@pytest.hookimpl(tryfirst=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> bool | None:
    """Run a coroutine test on an event loop of its own."""
    if not inspect.iscoroutinefunction(pyfuncitem.obj):
        return None
    arguments = {name: pyfuncitem.funcargs[name] for name in pyfuncitem._fixtureinfo.argnames}
    asyncio.run(pyfuncitem.obj(**arguments))
    return True


@pytest.fixture(autouse=True)
def own_home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home folder of the test's own, so that no test reads or leaves a user's settings and caches."""
    home = tmp_path_factory.mktemp("home")
    monkeypatch.setenv("HOME", str(home))
    for variable in ("XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME", "XDG_DATA_HOME"):
        monkeypatch.delenv(variable, raising=False)
    return home


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[Server]:
    """One real server for the whole run: that of ACTIVITY_TEST_PG_URL, else one of our own."""
    if url := os.environ.get("ACTIVITY_TEST_PG_URL"):
        yield RunningServer(url)
    else:
        yield from started()


@pytest.fixture
def own_server() -> Iterator[OwnServer]:
    """A server of the test's own, to stop it and to close its door."""
    yield from started()


def started() -> Iterator[OwnServer]:
    """A server that is stopped behind the test."""
    binaries = find_binaries()
    if binaries is None:
        pytest.skip("no PostgreSQL: install the `dev` extra or set ACTIVITY_TEST_PG_URL")
    server = OwnServer(binaries)
    yield server
    server.stop()


@pytest.fixture
def postgres_url(postgres_server: Server) -> Iterator[str]:
    """`postgresql://…` of a new empty database of the test's own."""
    url = postgres_server.create_database()
    yield url
    postgres_server.drop_database(url)
