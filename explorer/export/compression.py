"""How a file is compressed, which the ending of its name says."""

from __future__ import annotations

import sys
import zlib
from typing import Protocol

GZIP = ".gz"
ZSTD = ".zst"
_GZIP_BITS = 31
"""What tells zlib to write gzip. Its header has no time then: the same events are the same bytes."""


class Compressor(Protocol):
    """Takes bytes and gives them back compressed, now or later."""

    def compress(self, data: bytes, /) -> bytes: ...

    def flush(self) -> bytes:
        """What is left, at the end."""
        ...


class Plain:
    """Leaves bytes as they are."""

    def compress(self, data: bytes, /) -> bytes:
        return data

    def flush(self) -> bytes:
        return b""


def compressor(name: str) -> Compressor:
    """What compresses a file of that name: gzip for `.gz`, zstd for `.zst`, nothing for any other."""
    if name.lower().endswith(GZIP):
        return zlib.compressobj(wbits=_GZIP_BITS)
    if name.lower().endswith(ZSTD):
        if sys.version_info >= (3, 14):
            from compression import zstd
        else:
            from backports import zstd
        return zstd.ZstdCompressor()
    return Plain()


def without_compression(name: str) -> str:
    """The name without the ending that says how it is compressed."""
    return name[: -len(ending)] if (ending := compression_of(name)) else name


def compression_of(name: str) -> str:
    """`.gz` or `.zst` where a name ends so, else nothing."""
    return next((ending for ending in (GZIP, ZSTD) if name.lower().endswith(ending)), "")
