"""A password in the URL of a command: it works, and nobody else on the machine can read it."""

import asyncio
import os
import subprocess
import sys
from pathlib import Path
from urllib.parse import quote

import pytest

from explorer.commands.hidden_password import hide_password
from store import DatabaseAddress, open_writer
from tests.builders import make_event
from tests.postgres_server import OwnServer, let_in_with_password

PASSWORD = "correct %&=?/@ horsé"


@pytest.fixture
def guarded_url(own_server: OwnServer) -> str:
    """A log of one event on a server that lets its reader in with PASSWORD only."""
    url = own_server.create_database()

    async def write_one() -> None:
        async with await open_writer(DatabaseAddress.parse(url)) as writer:
            await writer.write([make_event(1, id="first")])

    asyncio.run(write_one())
    let_in_with_password(url, PASSWORD)
    return url


@pytest.mark.skipif(not Path("/proc/self/cmdline").exists(), reason="the system shows no words of processes there")
@pytest.mark.parametrize("driver", ["psycopg", "asyncpg"])
def test_a_password_in_a_url_opens_the_log_and_is_soon_no_longer_among_the_words_of_the_process(
    guarded_url: str, driver: str
) -> None:
    secret = quote(PASSWORD, safe="")
    url = guarded_url.replace("postgresql://postgres@", f"postgresql+{driver}://reader:{secret}@")
    command = [sys.executable, "-m", "explorer"]
    counted = subprocess.run([*command, "count", "since:all", "--database", url], capture_output=True, check=True)
    assert counted.stdout == b"1\n"
    shown = f"\0tail\0since:all\0--database={url.replace(f':{secret}@', '@')}\0"
    process = subprocess.Popen([*command, "tail", "since:all", f"--database={url}"])
    try:
        words = Path(f"/proc/{process.pid}/cmdline")
        while not words.read_text().endswith(shown):  # there are none for a moment while it begins again
            assert process.poll() is None
    finally:
        process.kill()
        process.wait()


def test_words_without_one_password_stay_as_they_are(monkeypatch: pytest.MonkeyPatch) -> None:
    def unexpected(*_: object) -> None:
        raise AssertionError("the program began again")

    monkeypatch.setattr(os, "execve", unexpected)
    hide_password(["postgresql://a:one@host/db", "postgresql://a:two@host/db"])
    hide_password(["postgresql://reader@host/db", "text:a:b@c", "demo"])
