"""A file that is there whole under its name, or not at all."""

from __future__ import annotations

import contextlib
import errno
import os
import secrets
from pathlib import Path

from store import TargetProblem

from ..visible import visible

_NO_SPACE = (errno.ENOSPC, errno.EDQUOT)
_FORBIDDEN = (errno.EACCES, errno.EPERM, errno.EROFS)


class AtomicFile:
    """Written beside its final place, under a name of its own, until `commit` gives it its own name.

    Every method raises TargetProblem, which says in a sentence why the file cannot be written.
    """

    def __init__(self, path: Path, *, replaces: bool = False) -> None:
        self.path = path
        self._place = path.resolve()  # of what a link leads to, which stays a link
        self._replaces = replaces
        self._refuse_what_is_there()
        self._written = self._place.with_name(f".activity-export-{secrets.token_hex(6)}.part")
        try:
            self._file = self._written.open("xb")
        except OSError as error:
            raise self._problem(error) from error

    def write(self, data: bytes) -> None:
        try:
            self._file.write(data)
        except OSError as error:
            raise self._problem(error) from error

    def finish(self) -> None:
        """Bring everything to the disk; it has its final name only after `commit`."""
        try:
            self._file.flush()
            os.fsync(self._file.fileno())
            self._file.close()
        except OSError as error:
            raise self._problem(error) from error

    def commit(self) -> None:
        """Give the finished file its name."""
        self._refuse_what_is_there()
        try:
            self._written.replace(self._place)
            _sync_folder(self._place.parent)
        except OSError as error:
            raise self._problem(error) from error

    def discard(self) -> None:
        """Leave nothing behind of a file that was not committed."""
        with contextlib.suppress(OSError):
            self._file.close()
        with contextlib.suppress(OSError):
            self._written.unlink(missing_ok=True)

    def _refuse_what_is_there(self) -> None:
        shown = visible(str(self.path))
        try:
            if self._place.is_dir():
                raise TargetProblem(f"{shown} is a folder.", "Give the name of a file in it.")
            if not self._place.parent.is_dir():
                raise TargetProblem(f"{shown} lies in no folder that exists.", "Check the path, or make the folder.")
            if self._place.exists() and not self._place.is_file():
                raise TargetProblem(f"{shown} is no file.", "Choose another name.")
            if self._place.exists() and not self._replaces:
                raise TargetProblem(f"{shown} exists already.", "Choose another name, or remove it before.")
        except OSError as error:
            raise self._problem(error) from error

    def _problem(self, error: OSError) -> TargetProblem:
        shown = visible(str(self.path))
        if error.errno in _NO_SPACE:
            return TargetProblem(f"There is no space left for {shown}.", "Free some, or choose another place.")
        if error.errno in _FORBIDDEN:
            return TargetProblem(f"{shown} may not be written.", "Check the permissions of its folder.")
        return TargetProblem(f"{shown} cannot be written: {error.strerror or 'unknown reason'}.")


def _sync_folder(folder: Path) -> None:
    """Bring the new name to the disk, where the system can do that for a folder."""
    with contextlib.suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
