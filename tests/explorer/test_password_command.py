"""A password from a program that keeps it, which a server demands for real; it shows nowhere."""

import asyncio
import json
import os
import shlex
import sys
from pathlib import Path
from signal import SIGKILL

import pytest

from explorer.__main__ import main
from explorer.password_command import address_with_password
from store import AccessDenied, DatabaseAddress, open_writer
from tests.builders import make_event
from tests.postgres_server import OwnServer, let_in_with_password

PASSWORD = "correct %&=?/@ horsé"


def printing(text: str, code: int = 0) -> str:
    """A command that prints a text, as one that keeps passwords would."""
    program = f"import sys; sys.stdout.buffer.write({text.encode()!r}); sys.exit({code})"
    return shlex.join([sys.executable, "-c", program])


async def test_the_password_is_the_first_line_and_shows_nowhere() -> None:
    url = "postgresql://reader@db.example/audit?sslmode=require"
    address = await address_with_password(url, printing(f"{PASSWORD}\nlogin: reader\n"))
    plain = DatabaseAddress.parse(url)
    assert PASSWORD in address.secrets
    assert (address.shown, address.without_secrets) == (plain.shown, plain.without_secrets)
    assert PASSWORD not in repr(address)


@pytest.mark.parametrize(
    ("command", "said"),
    [
        (printing(PASSWORD, 3), "ended with exit code 3"),
        (printing(""), "printed no password"),
        ("no-such-program-anywhere", "cannot be run"),
        ("'without end", "cannot be run"),
        (" ", "cannot be run"),
    ],
)
async def test_a_command_that_gives_no_password_is_told_without_what_it_printed(command: str, said: str) -> None:
    with pytest.raises(AccessDenied, match=said) as raised:
        await address_with_password("postgresql://reader@db.example/audit", command)
    assert PASSWORD not in str(raised.value)


async def test_a_command_that_does_not_end_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("explorer.password_command.WITHIN_SECONDS", 0.1)
    with pytest.raises(AccessDenied, match="took longer"):
        await address_with_password("postgresql://reader@db.example/audit", f"{sys.executable} -c 'while True: pass'")


async def test_what_a_command_started_neither_delays_nor_refuses_the_password(tmp_path: Path) -> None:
    started = tmp_path / "pid"
    for printed in ("echo secret", "printf secret"):
        command = shlex.join(["sh", "-c", f"{printed}; sleep 600 & echo $! >{started}"])
        async with asyncio.timeout(20):
            address = await address_with_password("postgresql://reader@db.example/audit", command)
        os.kill(int(started.read_text()), SIGKILL)  # it still runs: a keyring may have been started
        assert "secret" in address.secrets


async def test_a_command_is_ended_in_time_with_what_it_started(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("explorer.password_command.WITHIN_SECONDS", 0.5)
    held_open = tmp_path / "pipe"
    os.mkfifo(held_open)
    command = shlex.join(["sh", "-c", f"sleep 600 9>{held_open} & sleep 600"])
    reader = os.open(held_open, os.O_RDONLY | os.O_NONBLOCK)
    try:
        async with asyncio.timeout(20):
            with pytest.raises(AccessDenied, match="took longer"):
                await address_with_password("postgresql://reader@db.example/audit", command)
        os.set_blocking(reader, True)
        assert await asyncio.wait_for(asyncio.to_thread(os.read, reader, 1), 20) == b""
    finally:
        os.close(reader)


async def write_one(url: str) -> None:
    async with await open_writer(DatabaseAddress.parse(url)) as writer:
        await writer.write([make_event(1)])


@pytest.fixture
def guarded_url(own_server: OwnServer) -> str:
    """A log on a server that lets its reader in with PASSWORD only."""
    url = own_server.create_database()
    let_in_with_password(url, PASSWORD)
    return url


@pytest.mark.parametrize("driver", ["psycopg", "asyncpg"])
def test_a_server_that_demands_a_password_is_read_with_it_alone(
    guarded_url: str, driver: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    asyncio.run(write_one(guarded_url))
    url = guarded_url.replace("postgresql://postgres@", f"postgresql+{driver}://reader@")
    file = tmp_path / "settings.toml"
    monkeypatch.setenv("ACTIVITY_SETTINGS", str(file))
    file.write_text(f'[databases.live]\nurl = "{url}"\npassword_command = {json.dumps(printing(PASSWORD))}\n')
    assert main(["count", "since:all", "--database", "live"]) == 0
    assert capsys.readouterr().out == "1\n"
    for wrong in ("", f'password_command = "{sys.executable} -c pass"\n'):
        file.write_text(f'[databases.live]\nurl = "{url}"\n{wrong}')
        assert main(["count", "since:all", "--database", "live"]) == 1
        assert PASSWORD not in capsys.readouterr().err
