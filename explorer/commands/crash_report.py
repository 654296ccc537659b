"""What is told of a fault of our own: where it happened, in which surroundings, and nothing of what was worked on."""

from __future__ import annotations

import contextlib
import logging
import os
import sys
import threading
import traceback
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType

from ..state_folder import write_state
from ..visible import visible
from .words import COMMANDS, VERSION, complain

HEAD = "A fault of the Activity Explorer itself. This holds no data of a log, no settings and no secrets.\n"
PACKAGES = ("textual", "rich", "pydantic", "msgspec", "sqlalchemy", "aiosqlite", "psycopg", "asyncpg", "platformdirs")
TERMINAL_VARIABLES = ("TERM", "COLORTERM", "TERM_PROGRAM", "TERM_PROGRAM_VERSION", "LANG", "LC_ALL")
CONNECTIONS = {"ssh": "SSH_CONNECTION", "tmux": "TMUX", "screen": "STY", "wsl": "WSL_DISTRO_NAME"}

FIRST_CALLS, LAST_CALLS = 20, 40
"""So many calls of a long traceback are written from either end."""

MOST_ERRORS = 10
MOST_REPORTS = 20
"""So many reports are kept, the newest."""

OUR_ROOT = Path(__file__).parents[2]
_VALUE_CELLS = 60


def report_crashes() -> None:
    """From now on an error that nobody foresaw ends in a report, and in one sentence instead of a traceback.

    What Python and its libraries would write to the terminal by themselves may quote the log as well.
    """
    sys.excepthook = _end
    threading.excepthook = _end_of_thread
    logging.lastResort = logging.NullHandler()


def report_text(error: BaseException, environ: Mapping[str, str], now: datetime) -> str:
    """The whole report. Of the errors it has their types and places, never their messages."""
    lines = [HEAD, *(f"{name:<22}{value}" for name, value in _surroundings(environ, now)), ""]
    for relation, each in _chain(error):
        lines += [f"{relation}{_kind(each)}", *(f"  {call}" for call in _calls(each.__traceback__)), ""]
    return "\n".join(lines)


def _end(_kind_of: type[BaseException], error: BaseException, _trace: TracebackType | None) -> None:
    complain(_sentence(error))


def _end_of_thread(arguments: threading.ExceptHookArgs) -> None:
    if arguments.exc_value is not None and not isinstance(arguments.exc_value, SystemExit):
        complain(_sentence(arguments.exc_value))


def _sentence(error: BaseException) -> str:
    """Writes the report, and says where it is."""
    began = f"activity failed by a fault of its own ({type(error).__name__})"
    now = datetime.now(UTC)
    try:
        path = _folder() / f"{now:%Y%m%dT%H%M%S}-{os.getpid()}.txt"
        report = report_text(error, os.environ, now).encode("utf-8", "backslashreplace")
    except (OSError, RuntimeError, LookupError, ImportError) as problem:  # there may be no home and no such user
        return f"{began}; no report could be written ({type(problem).__name__})."
    try:
        write_state(path, report)
    except OSError as problem:
        return f"{began}; no report could be written to {visible(str(path))}: {problem.strerror or 'unknown reason'}."
    with contextlib.suppress(OSError):
        for old in sorted(path.parent.glob("*.txt"))[:-MOST_REPORTS]:
            old.unlink()
    return f"{began}; a report without data or secrets is in {visible(str(path))}."


def _folder() -> Path:
    from platformdirs import user_state_path

    return user_state_path("activity-explorer") / "crashes"


def _surroundings(environ: Mapping[str, str], now: datetime) -> Iterator[tuple[str, str]]:
    import platform
    from importlib.metadata import PackageNotFoundError, version

    words = [word for word in sys.argv[1:2] if word in COMMANDS]
    yield "time", f"{now:%Y-%m-%d %H:%M:%S} UTC"
    yield "command", " ".join(["activity", *words])
    yield "activity", VERSION
    yield "python", f"{platform.python_implementation()} {platform.python_version()}"
    yield "system", platform.platform()
    for name in PACKAGES:
        with contextlib.suppress(PackageNotFoundError):
            yield name, version(name)
    for name in TERMINAL_VARIABLES:
        if name in environ:
            yield name, visible(environ[name], _VALUE_CELLS)
    yield "through", ", ".join(name for name, variable in CONNECTIONS.items() if variable in environ) or "nothing"
    with contextlib.suppress(OSError):
        yield "size", "{} x {}".format(*os.get_terminal_size(2))


def _chain(error: BaseException) -> Iterator[tuple[str, BaseException]]:
    """The error, then those that led to it and those that are in it, each once, and how it has to do with it."""
    waiting: list[tuple[str, BaseException]] = [("", error)]
    told: list[BaseException] = []
    while waiting and len(told) < MOST_ERRORS:
        relation, each = waiting.pop(0)
        if any(each is other for other in told):
            continue
        told.append(each)
        yield relation, each
        if isinstance(each, BaseExceptionGroup):
            waiting += [("in it: ", inner) for inner in each.exceptions]
        if each.__cause__ is not None:
            waiting.append(("caused by: ", each.__cause__))
        elif each.__context__ is not None and not each.__suppress_context__:
            waiting.append(("while dealing with: ", each.__context__))


def _kind(error: BaseException) -> str:
    """The type of an error, with the number that the system gives it."""
    kind = type(error)
    number = f" (errno {error.errno})" if isinstance(error, OSError) and error.errno is not None else ""
    return f"{kind.__module__}.{kind.__qualname__}{number}"


def _calls(trace: TracebackType | None) -> list[str]:
    """The calls that led to an error, the innermost last: file, line and function."""
    calls = [
        f"{_place(frame.f_code.co_filename)}:{line} in {frame.f_code.co_qualname}"
        for frame, line in traceback.walk_tb(trace)
    ]
    left_out = len(calls) - FIRST_CALLS - LAST_CALLS
    if left_out <= 0:
        return calls
    return [*calls[:FIRST_CALLS], f"… {left_out:,} more …", *calls[-LAST_CALLS:]]


def _place(file_name: str) -> str:
    """A file of code as modules are found, without the folders above, which may bear the name of the user."""
    if file_name.startswith("<"):
        return visible(file_name, _VALUE_CELLS)
    file = Path(file_name)
    roots = [root for root in (OUR_ROOT, *map(Path, filter(None, sys.path))) if file.is_relative_to(root)]
    return visible(str(file.relative_to(max(roots, key=lambda root: len(root.parts))) if roots else file.name))
