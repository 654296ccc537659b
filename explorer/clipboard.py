"""The routes by which a copied text can reach the user's clipboard, and which of them was taken.

Inside tmux its own buffer, which tmux sends on to the terminal (tmux drops what a program inside it sends there). Over
SSH only the terminal itself, through OSC 52: a clipboard program would fill the clipboard of the wrong computer.
Locally a clipboard program where there is one, else OSC 52. Nothing tells whether a terminal obeyed OSC 52, so only a
clipboard program makes a delivery sure; otherwise the text should be shown too, for selecting.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import sys
from asyncio.subprocess import DEVNULL, PIPE
from collections.abc import Callable, Iterator, Mapping
from typing import Literal, NamedTuple

Route = Literal["auto", "native", "osc52", "tmux", "off"]

PROGRAM_SECONDS = 1.5
"""A clipboard program has this long: wl-copy may stay for ever."""

MOST_OSC52_BYTES = 74_994
"""The longest text whose base64 form stays below the 100,000 bytes that terminals take."""

PIECE = 1_000_000
"""Characters that are encoded at once."""

_TMUX = ("tmux", "load-buffer", "-w", "-")
"""Needs tmux 3.2; an older one refuses `-w`, and the next route is tried."""


class Delivery(NamedTuple):
    """What became of a text to copy.

    `route` is the last one that took it ("off": none did). Where `sure` is false, it may not have arrived, and
    `sentence`, which is for the user, ends by asking to select it.
    """

    route: Literal["native", "osc52", "tmux", "off"]
    sure: bool
    sentence: str


class ClipboardProgram(NamedTuple):
    """A program that puts what it reads into the clipboard, where `needs` says that it can reach one."""

    command: tuple[str, ...]
    needs: Callable[[Mapping[str, str], str, bytes], object]


_PROGRAMS = (
    ClipboardProgram(("pbcopy",), lambda environ, platform, data: platform == "darwin"),
    ClipboardProgram(("wl-copy",), lambda environ, platform, data: environ.get("WAYLAND_DISPLAY")),
    ClipboardProgram(("xclip", "-selection", "clipboard"), lambda environ, platform, data: environ.get("DISPLAY")),
    ClipboardProgram(("xsel", "--clipboard", "--input"), lambda environ, platform, data: environ.get("DISPLAY")),
    # It reads the code page of the system: only ASCII means the same in each.
    ClipboardProgram(
        ("clip.exe",),
        lambda environ, platform, data: data.isascii() and (platform == "win32" or environ.get("WSL_DISTRO_NAME")),
    ),
)


async def copy(
    text: str,
    *,
    send_osc52: Callable[[str], None],
    route: Route = "auto",
    what: str = "Link",
    environ: Mapping[str, str] = os.environ,
    platform: str = sys.platform,
) -> Delivery:
    """Send `text` towards the user's clipboard by `route` ("auto": the best one here) and say how it went.

    `send_osc52` puts a text, which has no lone surrogates, into an OSC 52 sequence and writes it to the terminal
    (`App.copy_to_clipboard` does); `what` names the text in the sentence. Never raises because of the clipboard: at the
    worst the delivery is "off".
    """
    data = await asyncio.to_thread(_encoded, text)  # which may be one of many megabytes
    remote = bool(environ.get("SSH_TTY") or environ.get("SSH_CONNECTION"))
    wants_tmux = route == "tmux" or (route == "auto" and environ.get("TMUX"))
    if wants_tmux and await _run(_TMUX, data, environ):
        # A terminal may ignore what tmux sends on; a program of this computer reaches the same clipboard surely.
        program = None if remote or route == "tmux" else await _through_program(data, environ, platform)
        if program:
            return Delivery(route="tmux", sure=True, sentence=f"{what} copied through tmux and {program}.")
        sentence = f"{what} copied through tmux and sent to your terminal; if it did not arrive, select it here."
        return Delivery(route="tmux", sure=False, sentence=sentence)
    if route == "native" or (route == "auto" and not remote):
        program = await _through_program(data, environ, platform)
        if program:
            return Delivery(route="native", sure=True, sentence=f"{what} copied with {program}.")
    if route in ("auto", "osc52") and len(data) <= MOST_OSC52_BYTES:
        send_osc52(data.decode())
        sentence = f"{what} sent to your terminal (OSC 52); if it did not arrive, select it here."
        return Delivery(route="osc52", sure=False, sentence=sentence)
    return Delivery(route="off", sure=False, sentence=f"{what} not copied: {_why_not(route)}. Select it here.")


def _encoded(text: str) -> bytes:
    """In pieces, between which the event loop gets its turn: it waits for one that is being encoded."""
    pieces = (text[start : start + PIECE] for start in range(0, len(text), PIECE))
    return b"".join(piece.encode(errors="backslashreplace") for piece in pieces)


def _why_not(route: Route) -> str:
    match route:
        case "off":
            return "copying is switched off in the settings"
        case "native":
            return "no clipboard program works here"
        case "tmux":
            return "tmux did not take it"
        case "auto" | "osc52":
            return f"it is longer than the {MOST_OSC52_BYTES:,} bytes a terminal takes"


async def _through_program(data: bytes, environ: Mapping[str, str], platform: str) -> str | None:
    """The name of the program that took `data`, None when there is none that did."""
    for command in _commands(data, environ, platform):
        if await _run(command, data, environ):
            return command[0]
    return None


def _commands(data: bytes, environ: Mapping[str, str], platform: str) -> Iterator[tuple[str, ...]]:
    return (program.command for program in _PROGRAMS if program.needs(environ, platform, data))


async def _run(command: tuple[str, ...], data: bytes, environ: Mapping[str, str]) -> bool:
    """Whether `command`, if there is such a program, read `data` and ended well in time."""
    program = shutil.which(command[0], path=environ.get("PATH", ""))
    if program is None:
        return False
    try:
        process = await asyncio.create_subprocess_exec(
            program, *command[1:], stdin=PIPE, stdout=DEVNULL, stderr=DEVNULL, env=environ
        )
    except OSError:
        return False
    try:
        async with asyncio.timeout(PROGRAM_SECONDS):
            await process.communicate(data)
    except TimeoutError:
        return False
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    return process.returncode == 0
