"""A file that is there whole under its name, or not at all."""

from __future__ import annotations

import contextlib
import errno
import os
import secrets
import stat
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self

from store import TargetProblem

from ..visible import visible

_NO_SPACE = (errno.ENOSPC, errno.EDQUOT)
_FORBIDDEN = (errno.EACCES, errno.EPERM, errno.EROFS)


class TargetExists(TargetProblem):
    """A file is there already, which nobody asked to replace."""


class AtomicFile:
    """Written beside its final place, under a name of its own, until `commit` gives it its own name.

    A context that is left by an exception leaves nothing behind, also of a file that was committed. Every method raises
    TargetProblem, which says in a sentence why the file cannot be written.
    """

    def __init__(self, path: Path, *, replaces: bool = False) -> None:
        self.path = path
        self._place = path.resolve()  # of what a link leads to, which stays a link
        self._replaces = replaces
        self._has_its_name = False
        check_place(path, replaces=replaces)
        self._written = self._place.with_name(f".activity-export-{secrets.token_hex(6)}.part")
        try:
            self._file = self._opened()
        except OSError as error:
            with contextlib.suppress(OSError):
                self._written.unlink(missing_ok=True)
            raise _problem(self.path, error) from error

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None:
            return
        with contextlib.suppress(OSError):
            self._file.close()
        with contextlib.suppress(OSError):
            (self._place if self._has_its_name else self._written).unlink(missing_ok=True)

    def write(self, data: bytes) -> None:
        try:
            self._file.write(data)
        except OSError as error:
            raise _problem(self.path, error) from error

    def finish(self) -> None:
        """Bring everything to the disk; it has its final name only after `commit`."""
        try:
            self._file.flush()
            os.fsync(self._file.fileno())
            self._file.close()
        except OSError as error:
            raise _problem(self.path, error) from error

    def commit(self) -> None:
        """Give the finished file its name."""
        check_place(self.path, replaces=self._replaces)
        try:
            self._written.replace(self._place)
            self._has_its_name = True
        except OSError as error:
            raise _problem(self.path, error) from error

    def _opened(self) -> BinaryIO:
        """The new file, which at no moment more people may read than what it replaces."""
        if not self._place.exists():
            return self._written.open("xb")
        mode = stat.S_IMODE(self._place.stat().st_mode)
        self._written.touch(0o600, exist_ok=False)
        file = self._written.open("wb")
        self._written.chmod(mode)
        return file


def place_named(name: str) -> Path:
    """Where a file lies, from the root, by the name that a user wrote. Raises TargetProblem unless it can be written.

    That is so as far as one can know before, and where no file is there yet.
    """
    try:
        path = Path(name).expanduser().absolute()
    except RuntimeError as error:
        shown = visible(name)
        problem = TargetProblem(f"{shown} lies in the folder of a user who is not known here.", "Check its beginning.")
        raise problem from error
    check_place(path)
    return path


def check_place(path: Path, *, replaces: bool = False) -> None:
    """Raise TargetProblem unless a file can have that name, as far as one can know before; `replaces` what is there."""
    shown = visible(str(path))
    try:
        place = path.resolve()
        if place.is_dir():
            raise TargetProblem(f"{shown} is a folder.", "Give the name of a file in it.")
        if not place.parent.is_dir():
            raise TargetProblem(f"{shown} lies in no folder that exists.", "Check the path, or make the folder.")
        if place.exists() and not place.is_file():
            raise TargetProblem(f"{shown} is no file.", "Choose another name.")
        if place.exists() and not replaces:
            raise TargetExists(f"{shown} exists already.", "Choose another name, or remove it before.")
    except OSError as error:
        raise _problem(path, error) from error


def _problem(path: Path, error: OSError) -> TargetProblem:
    shown = visible(str(path))
    if error.errno in _NO_SPACE:
        return TargetProblem(f"There is no space left for {shown}.", "Free some, or choose another place.")
    if error.errno in _FORBIDDEN:
        return TargetProblem(f"{shown} may not be written.", "Check the permissions of its folder.")
    return TargetProblem(f"{shown} cannot be written: {error.strerror or 'unknown reason'}.")
