"""The 32-bit numbers that stand for ids and for the words of actors in the indexes."""

import struct
from collections.abc import Callable, Sequence
from hashlib import blake2b
from typing import NamedTuple

Reference = Callable[[str, int], int]
"""From a text and a salt (0 at first, counting up while another text has the number) to a signed 32-bit number."""

NOTHING = 0
"""The reference of an event without entity or trace."""

WITHOUT_ID = 1
"""The reference of an entity that has no id."""

RESERVED = (NOTHING, WITHOUT_ID)


class StoredId(NamedTuple):
    """How an event's id is looked for: its reference leads to few events, and the id in its stored form is one's."""

    ref: int
    stored: bytes


Referred = str | int | None
"""The id of an entity or trace, WITHOUT_ID for an entity that has none, None for no entity or trace."""


def reference(text: str, salt: int = 0) -> int:
    """A number for `text`. Two texts can share one: the writer notices and takes the next salt (table `rehashed`).

    Among ten million traces some ten thousand do. Twice as many bits would spare them that, and take a sixth more room.
    """
    encoded = text.encode("utf-8", "surrogatepass")
    digest = blake2b(encoded, digest_size=4, salt=salt.to_bytes(8, "big")) if salt else blake2b(encoded, digest_size=4)
    return int.from_bytes(digest.digest(), "big", signed=True)


def references_of(texts: Sequence[str], make_reference: Reference = reference) -> Sequence[int]:
    """The number for each text, without salt. Of `reference` for many, which takes half as long as one by one."""
    if make_reference is not reference:
        return [make_reference(text, 0) for text in texts]
    begin = blake2b(digest_size=4).copy
    digests = []
    for text in texts:
        hashed = begin()
        hashed.update(text.encode("utf-8", "surrogatepass"))
        digests.append(hashed.digest())
    return struct.unpack(f">{len(digests)}i", b"".join(digests))
