"""Bytes that nearly are what they were, as a sequence of choices makes them."""

from collections.abc import Sequence
from typing import NamedTuple

PARTS = (
    *(
        b'"',
        b"\\",
        b"{",
        b"}",
        b"[",
        b"]",
        b",",
        b":",
        b"\n",
        b"\r",
        b"\0",
        b"\xff",
        b"\xc3",
        b"\xed\xa0\x80",
        b"0",
        b"-",
    ),
    *(b"null", b"1e999", b"-0", b"\\ud800", b"\\u0000", b"{}", b"[]", b'""', b"9" * 30, b"\xef\xbb\xbf", b"\x1f\x8b"),
)
"""What means something to one reader or another, or nothing to any."""


class Mutation(NamedTuple):
    """One change: at a share (0 to 1) of the length, `taken` bytes make room for `put`, as often as `times` says."""

    at: float
    taken: int
    put: bytes
    times: int


def mutated(data: bytes, mutations: Sequence[Mutation]) -> bytes:
    """The bytes after all changes, one after the other."""
    for each in mutations:
        place = round(each.at * len(data))
        data = data[:place] + each.put * each.times + data[place + each.taken :]
    return data
