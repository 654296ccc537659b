"""A password from a program that keeps it: a keyring, a password manager, a vault."""

from __future__ import annotations

import asyncio
import shlex
from asyncio.subprocess import DEVNULL, PIPE
from contextlib import suppress
from urllib.parse import urlencode

from store import AccessDenied, DatabaseAddress

WITHIN_SECONDS = 30.0
"""Somebody may have to unlock a keyring first."""

ADVICE = "Run it by itself: its first line must be the password, and nothing can be typed into it here."


async def address_with_password(url: str, command: str) -> DatabaseAddress:
    """The address with the password that `command`, which no shell sees, prints. Raises AccessDenied."""
    try:
        process = await asyncio.create_subprocess_exec(
            *shlex.split(command), stdin=DEVNULL, stdout=PIPE, stderr=DEVNULL
        )
    except (OSError, TypeError, ValueError):  # no program, no word, or quotes without an end
        raise AccessDenied("The password_command of the database cannot be run.", ADVICE) from None
    try:
        async with asyncio.timeout(WITHIN_SECONDS):
            printed, _ = await process.communicate()
    except TimeoutError:
        raise AccessDenied(
            f"The password_command of the database took longer than {WITHIN_SECONDS:.0f} seconds.", ADVICE
        ) from None
    finally:
        with suppress(ProcessLookupError):
            process.kill()
            await process.wait()
    if process.returncode:
        raise AccessDenied(f"The password_command of the database ended with exit code {process.returncode}.", ADVICE)
    password = printed.decode(errors="surrogateescape").partition("\n")[0].rstrip("\r")
    if not password:
        raise AccessDenied("The password_command of the database printed no password.", ADVICE)
    option = urlencode({"password": password}, errors="surrogateescape")
    return DatabaseAddress.parse(f"{url}{'&' if '?' in url else '?'}{option}")
