"""Whether actors are those who were noted, and are found by the words that mean them.

A reference of all parts of an actor stands beside them. Where it is another one, the words of the actor and the type
that its events have tell whether a part became another one. Else that reference matters to nobody but a writer.
"""

from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from sqlalchemy import BigInteger, Select, bindparam, select
from sqlalchemy.ext.asyncio import AsyncConnection

from .bulk_insert import insert_rows
from .contradictions import select_whether_of_other_type
from .damaged_values import is_readable
from .dialect import Dialect
from .dictionaries import actor_of, word_refs
from .expressions import limited
from .plain_event import NO_ACTOR, ActorParts
from .references import Reference
from .schema import actor, actor_word, event
from .stored_text import to_stored_or_absent

PIECE_ACTORS = 10_000
"""So many are read at once, however many there are."""

_BEFORE_ALL = -(2**63)

Word = tuple[int, int]
"""The reference of a word, and the number of an actor whom it means."""


class CheckedActors(NamedTuple):
    """What is wrong with some actors: who is `unreadable`, who `changed`, and words `lacking` that mean the others."""

    unreadable: Collection[int]
    changed: Collection[int]
    lacking: Collection[Word]


class ActorCheck:
    """Reads all actors, inside a transaction of somebody else."""

    def __init__(self, connection: AsyncConnection, dialect: Dialect, make_reference: Reference) -> None:
        self._connection = connection
        self._dialect = dialect
        self._make_reference = make_reference

    async def pieces(self) -> AsyncIterator[CheckedActors]:
        """All actors, a part of them at a time."""
        last = _BEFORE_ALL
        while rows := (await self._connection.execute(_SELECT_ACTORS, {"after": last, "limit": PIECE_ACTORS})).all():
            last = rows[-1][0]
            identities = {number: identity for number, identity, *_ in rows}
            unreadable = {number for number, _, *parts in rows if not all(map(is_readable, parts))}
            actors = {number: actor_of(parts) for number, _, *parts in rows if number not in unreadable}
            changed, lacking = await self._checked(identities, actors) if actors else ((), ())
            yield CheckedActors(sorted(unreadable), changed, lacking)

    async def mend(self) -> None:
        """Let their words lead to all who are not changed."""
        async for piece in self.pieces():
            await insert_rows(self._connection, actor_word, sorted(piece.lacking))

    async def _checked(
        self, identities: Mapping[int, int], actors: Mapping[int, ActorParts]
    ) -> tuple[Collection[int], Collection[Word]]:
        words = {number: word_refs(parts, self._make_reference) for number, parts in actors.items()}
        doubtful = [
            number
            for number, parts in actors.items()
            if identities[number] != self._make_reference(repr(parts), 0) and not await self._is_blank(number, parts)
        ]
        noted = await self._words_of(doubtful) if doubtful else {}
        changed = {
            number
            for number in doubtful
            if noted[number] != words[number] or await self._is_of_other_type(number, actors[number])
        }
        wanted = {(word, number) for number, each in words.items() if number not in changed for word in each}
        among = {
            "low": min(actors),
            "high": max(actors),
            "words": self._dialect.references({word for word, _ in wanted}),
        }
        found = {(word, number) for word, number in await self._connection.execute(_select_words(self._dialect), among)}
        return sorted(changed), wanted - found

    async def _words_of(self, numbers: Sequence[int]) -> Mapping[int, set[int]]:
        """The words that are noted of actors, for which all words are gone through."""
        words: dict[int, set[int]] = {number: set() for number in numbers}
        among = {"numbers": self._dialect.references(numbers)}
        for word, number in await self._connection.execute(_select_words_of(self._dialect), among):
            words[number].add(word)
        return words

    async def _is_blank(self, number: int, parts: ActorParts) -> bool:
        """Whether it is one of whom only the number is left, after its last event was deleted."""
        asked = {"number": number}
        return parts == NO_ACTOR and (await self._connection.execute(_SELECT_ANY_EVENT, asked)).first() is None

    async def _is_of_other_type(self, number: int, parts: ActorParts) -> bool:
        asked = {"number": number, "type": to_stored_or_absent(parts[0])}
        return (await self._connection.execute(select_whether_of_other_type(), asked)).first() is not None


_SELECT_ACTORS = limited(
    select(actor).where(actor.c.actor_ref > bindparam("after", type_=BigInteger)).order_by(actor.c.actor_ref), ":limit"
)
_SELECT_ANY_EVENT = limited(
    select(event.c.time_key).where(event.c.actor_ref == bindparam("number", type_=BigInteger)), "1"
)


@lru_cache(maxsize=2)
def _select_words(dialect: Dialect) -> Select[int, int]:
    """Those of the words `words` that mean one of the actors from `low` to `high`."""
    return select(actor_word).where(
        dialect.one_of(actor_word.c.word_ref, "words"),
        actor_word.c.actor_ref >= bindparam("low", type_=BigInteger),
        actor_word.c.actor_ref <= bindparam("high", type_=BigInteger),
    )


@lru_cache(maxsize=2)
def _select_words_of(dialect: Dialect) -> Select[int, int]:
    return select(actor_word).where(dialect.one_of(actor_word.c.actor_ref, "numbers"))
