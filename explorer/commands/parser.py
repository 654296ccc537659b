"""A parser of command lines that is fit for data and passwords, and the two ways out of the program for words."""

import argparse
import contextlib
import errno
import os
import re
import sys
from typing import NoReturn

MARK = "\0"
"""Stands before a word that begins like an option and is none."""

_SECRET = re.compile(r"(://|password\s*=).*", re.IGNORECASE | re.DOTALL)


class Parser(argparse.ArgumentParser):
    """Says what is wrong without repeating a password or a control character."""

    def error(self, message: str) -> NoReturn:
        safe = _SECRET.sub(r"\1...", message.replace(MARK, "")).encode("ascii", "backslashreplace").decode()
        shown = "".join(sign if sign.isprintable() else repr(sign)[1:-1] for sign in safe)
        self.exit(2, f"{self.prog}: {shown}\nSee `{self.prog} --help`.\n")

    def exit(self, status: int = 0, message: str | None = None) -> NoReturn:
        complain((message or "").rstrip())
        raise SystemExit(status)

    def print_help(self, file: object = None) -> None:
        """Unlike the inherited one, let a full disk or a closed pipe be noticed."""
        write(self.format_help())


def write(text: str) -> None:
    """Data to standard output. Raises OSError when it cannot be written."""
    if sys.stdout is None:
        raise OSError(errno.EBADF, os.strerror(errno.EBADF))
    sys.stdout.write(text)


def complain(text: str) -> None:
    """One or more lines to standard error, which may be closed."""
    if text and sys.stderr is not None:
        with contextlib.suppress(OSError):
            sys.stderr.write(f"{text}\n")
            sys.stderr.flush()
