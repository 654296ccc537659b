"""The bytes of a file -> its text: unpacked from gzip or zstd, and decoded from UTF-8 or UTF-16."""

import codecs
import gzip
import io
import os
import re
import select
import stat
import sys
import time
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, NamedTuple

from ..errors import SourceProblem

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

HEAD_BYTES = 1 << 18
"""How much of a file is looked at to recognise what it holds."""

PAUSE_SECONDS = 0.3
"""So long a pipe says nothing when it is taken to pause."""

HEAD_SECONDS = 1.0
"""How long one is looked at that never pauses: who says a little all the time wants none of it to wait for more."""

_READ_BYTES = 1 << 16
_FIRST_OBJECT = re.compile(rb"\{[^\r\n]*\}\s*\n")
_GZIP = b"\x1f\x8b"
_ZSTD = b"\x28\xb5\x2f\xfd"
_BYTE_ORDER_MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))


class SourceText(NamedTuple):
    """`head` is how the text begins, read from `file` already or not; `is_whole` says whether that is all of it.

    Bytes that are not valid in UTF-8 stand in the text as lone surrogates U+DC80 to U+DCFF, from which they can be had
    back. Line ends are as the file has them.
    """

    file: io.TextIOWrapper
    head: str
    is_whole: bool


class _Joined(io.RawIOBase):
    """A head that was read already, then the file it was read from."""

    def __init__(self, head: bytes, rest: io.BufferedIOBase) -> None:
        self._head = head
        self._rest = rest

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "WriteableBuffer") -> int:
        place = memoryview(buffer).cast("B")
        part = self._head[: len(place)] or self._rest.read1(len(place))
        self._head = self._head[len(place) :]
        place[: len(part)] = part
        return len(part)


def source_text(file: io.BufferedIOBase) -> SourceText:
    """The text of a file. Raises SourceProblem when nothing of it can be read or unpacked."""
    with readable():
        start = _read(file, len(_ZSTD))
        if start.startswith((_GZIP, _ZSTD)):
            packed = io.BufferedReader(_Joined(start, file), _READ_BYTES)
            file = gzip.GzipFile(fileobj=packed) if start.startswith(_GZIP) else zstd.ZstdFile(packed)
            start = b""
        start, is_whole = _head(file, start)
        encoding, mark = _encoding(start)
        start = start.removeprefix(mark)
        errors = "surrogateescape" if encoding == "utf-8" else "surrogatepass"
        head = codecs.getincrementaldecoder(encoding)(errors).decode(start)
        joined = io.BufferedReader(_Joined(start, file), _READ_BYTES)
        text = io.TextIOWrapper(joined, encoding, errors, newline="\n")
        return SourceText(text, head, is_whole)


@contextmanager
def readable() -> Iterator[None]:
    """Let whatever goes wrong in reading be a SourceProblem."""
    try:
        yield
    except OSError as problem:
        raise SourceProblem(f"It cannot be read: {problem.strerror or 'its compressed data are damaged'}.") from None
    except (EOFError, zlib.error, zstd.ZstdError):
        raise SourceProblem("It cannot be read: its compressed data are damaged or end too early.") from None
    except UnicodeDecodeError:
        raise SourceProblem("It cannot be read to its end: it is UTF-16 that breaks off inside a character.") from None


def _head(file: io.BufferedIOBase, start: bytes) -> tuple[bytes, bool]:
    """HEAD_BYTES that begin with `start`, or all there are, and whether they are all.

    Of a pipe that pauses behind its first lines, or is slow, these are enough, if the first is an object by itself.
    What stands before an error is enough, too: the error comes again when it is read on.
    """
    began = time.monotonic()
    while len(start) < HEAD_BYTES:
        try:
            part = file.read1(HEAD_BYTES - len(start))
        except (OSError, EOFError, zlib.error, zstd.ZstdError):
            if not start:
                raise
            return start, False
        if not part:
            return start, True
        start += part
        seconds = min(PAUSE_SECONDS, max(0.0, began + HEAD_SECONDS - time.monotonic()))
        if len(start) < HEAD_BYTES and _FIRST_OBJECT.match(start) and _pauses(file, seconds):
            return start, False
    return start, False


def _read(file: io.BufferedIOBase, size: int) -> bytes:
    """That many bytes, or all there are: a pipe gives fewer at a time."""
    parts: list[bytes] = []
    while size > 0 and (part := file.read1(size)):
        parts.append(part)
        size -= len(part)
    return b"".join(parts)


def _pauses(file: io.BufferedIOBase, seconds: float) -> bool:
    """Whether whoever writes to a pipe has nothing to say for so many seconds. What was read of it must be used up.

    With no seconds left that is so whatever he has to say.
    """
    try:
        descriptor = file.fileno()
        is_pipe = stat.S_ISFIFO(os.fstat(descriptor).st_mode)
        return is_pipe and (seconds <= 0 or not select.select([descriptor], [], [], seconds)[0])
    except (OSError, ValueError):  # no pipe, or none that can be asked
        return False


def _encoding(start: bytes) -> tuple[str, bytes]:
    """The encoding, and the byte order mark. Without one, a zero byte beside the first sign tells UTF-16."""
    for mark, encoding in _BYTE_ORDER_MARKS:
        if start.startswith(mark):
            return encoding, mark
    if len(start) > 1 and 0 in start[:2] and start[:2] != b"\0\0":
        return ("utf-16-be" if start[0] == 0 else "utf-16-le"), b""
    return "utf-8", b""
