"""A password from a program that keeps it: a keyring, a password manager, a vault."""

from __future__ import annotations

import asyncio
import os
import shlex
from asyncio.subprocess import DEVNULL, PIPE
from contextlib import suppress
from signal import SIGKILL
from urllib.parse import urlencode

from store import AccessDenied, DatabaseAddress

WITHIN_SECONDS = 30.0
"""Somebody may have to unlock a keyring first."""

SETTLED_SECONDS = 1.0
"""What a program that has ended printed is read by then, even where one that it started keeps its output open."""

LONGEST_LINE = 65_536

ADVICE = "Run it by itself: its first line must be the password, and nothing can be typed into it here."


async def address_with_password(url: str, command: str) -> DatabaseAddress:
    """The address of a server with the password that `command`, which no shell sees, prints. Raises AccessDenied."""
    try:
        transport, program = await asyncio.get_running_loop().subprocess_exec(
            _FirstLine, *shlex.split(command), stdin=DEVNULL, stdout=PIPE, stderr=DEVNULL, start_new_session=True
        )
    except (OSError, TypeError, ValueError):  # no program, no word, or quotes without an end
        raise AccessDenied("The password_command of the database cannot be run.", ADVICE) from None
    try:
        async with asyncio.timeout(WITHIN_SECONDS):
            await program.ended.wait()
        await _settled(program.complete)
    except TimeoutError:
        raise AccessDenied(
            f"The password_command of the database took longer than {WITHIN_SECONDS:.0f} seconds.", ADVICE
        ) from None
    finally:
        if not program.ended.is_set():
            with suppress(ProcessLookupError, PermissionError):  # it ended just now, or it is another user's
                os.killpg(transport.get_pid(), SIGKILL)
            await _settled(program.ended)
        transport.close()
    if code := transport.get_returncode():
        raise AccessDenied(f"The password_command of the database ended with exit code {code}.", ADVICE)
    password = program.printed.decode(errors="surrogateescape").partition("\n")[0].rstrip("\r")
    if not password:
        raise AccessDenied("The password_command of the database printed no password.", ADVICE)
    option = urlencode({"password": password}, errors="surrogateescape")
    return DatabaseAddress.parse(f"{url.strip()}{'&' if '?' in url else '?'}{option}")


async def _settled(event: asyncio.Event) -> None:
    with suppress(TimeoutError):
        async with asyncio.timeout(SETTLED_SECONDS):
            await event.wait()


class _FirstLine(asyncio.SubprocessProtocol):
    """Keeps what a program prints first, and tells its end apart from that of its output: others may hold that open."""

    def __init__(self) -> None:
        self.printed = bytearray()
        self.complete, self.ended = asyncio.Event(), asyncio.Event()

    def pipe_data_received(self, fd: int, data: bytes) -> None:
        if not self.complete.is_set():
            self.printed += data
            if b"\n" in data or len(self.printed) > LONGEST_LINE:
                self.complete.set()

    def pipe_connection_lost(self, fd: int, exc: Exception | None) -> None:
        self.complete.set()

    def process_exited(self) -> None:
        self.ended.set()
