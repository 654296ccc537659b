"""What the writer knows by number: combinations, actors, and the references of entities and traces."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Literal

from sqlalchemy import func, select

from .descent import Homes, Read
from .dialect import Dialect
from .event import Actor
from .owners import owners_of
from .plain_event import ActorParts, CombinationParts
from .references import NOTHING, RESERVED, WITHOUT_ID, Reference, Referred
from .rows import combination_of
from .schema import actor, combination, owner, rehashed
from .statements import IdColumn, select_texts_of
from .stored_text import (
    from_stored,
    to_stored,
    to_stored_or_absent,
    to_stored_or_none,
)

MOST_KNOWN = 200_000
"""How many actors, entities or traces are kept in memory between batches."""

_NO_ACTOR: Mapping[ActorParts | None, int] = {None: NOTHING}
_NO_IDS: Mapping[Referred, int] = {None: NOTHING, WITHOUT_ID: WITHOUT_ID}


class Combinations:
    """Numbers of combinations, from 1 without gaps."""

    def __init__(self) -> None:
        self._numbers: dict[CombinationParts, int] = {}
        self._last = 0

    async def load(self, read: Read) -> None:
        for number, *parts, _count in await read(select(combination), {}):
            self._numbers[combination_of(parts)] = number
        self._last = max(self._numbers.values(), default=0)  # not how many there are: a row may be lost

    def learn(self, combinations: Iterable[CombinationParts]) -> Mapping[CombinationParts, int]:
        """The number of each combination, among others. One that never occurred gets a new number."""
        for parts in dict.fromkeys(combinations):
            if parts not in self._numbers:
                self._last += 1
                self._numbers[parts] = self._last
        return self._numbers

    def rows(self, counts: Iterable[tuple[int, int]]) -> list[tuple[object, ...]]:
        """Rows of the table for combinations by number, each with how many events to add."""
        by_number = {number: parts for parts, number in self._numbers.items()}
        return [
            (number, to_stored(parts[0]), *map(to_stored_or_absent, parts[1:]), count)
            for number, count in counts
            for parts in (by_number[number],)
        ]


class Actors:
    """Numbers of actors, from 1, and the rows that make new ones known."""

    def __init__(self, dialect: Dialect, reference: Reference) -> None:
        self._dialect = dialect
        self._reference = reference
        self._numbers = dict(_NO_ACTOR)
        self._next: int | None = None
        self.new_actors: list[tuple[object, ...]] = []
        self.new_words: list[tuple[object, ...]] = []

    def forget(self) -> None:
        """Know nothing any more: numbers may have been given to other actors, or their rows deleted."""
        self._numbers = dict(_NO_ACTOR)
        self._next = None

    async def learn(self, actors: Iterable[ActorParts | None], read: Read) -> Mapping[ActorParts | None, int]:
        """The number of each actor, among others, and NOTHING for none.

        Rows of those that are new lie in `new_actors` and `new_words` afterwards.
        """
        self.new_actors, self.new_words = [], []
        if len(self._numbers) > MOST_KNOWN:
            self._numbers = dict(_NO_ACTOR)
        unknown = {
            parts: self._reference(repr(parts), 0)
            for parts in dict.fromkeys(actors)
            if parts is not None and parts not in self._numbers
        }
        if unknown:
            identities = self._dialect.references(sorted(set(unknown.values())))
            found = select(actor).where(self._dialect.one_of(actor.c.identity, "identities"))
            for number, _identity, *stored in await read(found, {"identities": identities}):
                self._numbers[actor_of(stored)] = number
        for parts, identity in unknown.items():
            if parts not in self._numbers:
                if self._next is None:
                    self._next = ((await read(select(func.max(actor.c.actor_ref)), {}))[0][0] or 0) + 1
                self._add(parts, identity, self._next)
                self._next += 1
        return self._numbers

    def _add(self, parts: ActorParts, identity: int, number: int) -> None:
        self._numbers[parts] = number
        self.new_actors.append((number, identity, *map(to_stored_or_none, parts)))
        self.new_words.extend((word_ref, number) for word_ref in word_refs(parts, self._reference))


def word_refs(actor: ActorParts, reference: Reference) -> set[int]:
    """The references of all words that mean an actor, without regard to case."""
    return {reference(word, 0) for word in {word.casefold() for word in actor[1:] if word is not None}}


def actor_of(stored: Sequence[str | None]) -> ActorParts:
    """The parts in a row of the table `actor`, in its order."""
    actor_type, actor_id, name, email, ip_address = (None if part is None else from_stored(part) for part in stored)
    return actor_type, actor_id, name, email, ip_address


def actor_value(parts: ActorParts) -> Actor:
    """The actor with those parts."""
    actor_type, actor_id, name, email, ip_address = parts
    return Actor(type=actor_type, id=actor_id, name=name, email=email, ip_address=ip_address)


COLUMNS: Mapping[str, tuple[IdColumn, ...]] = {"entity": ("entity_ref", "home_ref"), "trace": ("trace_ref",)}
"""For each kind of ids, the columns of references to them."""


class References:
    """References of entity ids or trace ids, each of one text only."""

    def __init__(self, kind: Literal["entity", "trace"], dialect: Dialect, reference: Reference) -> None:
        self._kind = kind
        self._reference = reference
        self._dialect = dialect
        self._known = dict(_NO_IDS)
        self._rehashed: dict[str, int] = {}
        self.new_rehashed: list[tuple[object, ...]] = []
        self.unused: set[int] = set()

    async def load(self, read: Read) -> None:
        self._known = dict(_NO_IDS)  # a text whose events were deleted may have lost its number to another one
        rows = await read(select(rehashed.c.id, rehashed.c.ref).where(rehashed.c.kind == self._kind), {})
        self._rehashed = {from_stored(text): number for text, number in rows}

    async def learn(self, ids: Iterable[Referred], read: Read, first: Mapping[str, int]) -> Mapping[Referred, int]:
        """The reference of each, among others: of an id its own, which no other has.

        `first` has the references without salt that are known already. Rows of those that needed another one lie in
        `new_rehashed` afterwards, and in `unused` the references that nothing in the log had until now.
        """
        self.new_rehashed, self.unused = [], set()
        if len(self._known) > MOST_KNOWN:
            self._known = dict(_NO_IDS)
        unknown = {
            text: first[text] if text in first else self._reference(text, 0)
            for text in dict.fromkeys(ids)
            if isinstance(text, str) and text not in self._known
        }
        owners = await self._owners(unknown.values(), read) if unknown else {}
        for text, unsalted in unknown.items():
            is_new = text not in self._rehashed
            number, salt = self._rehashed.get(text, unsalted), 0
            while number in RESERVED or owners.get(number, text) != text:
                salt += 1
                number = self._reference(text, salt)
                owners |= await self._owners([number], read) if number not in owners else {}
            if salt:
                self._rehashed[text] = number
                self.new_rehashed.append((self._kind, number, unsalted, to_stored(text)))
            if is_new and number not in owners:
                self.unused.add(number)
            owners[number] = text
            self._known[text] = number
        return self._known

    async def _owners(self, numbers: Iterable[int], read: Read) -> dict[int, str]:
        """The text that each reference stands for in the log, where it stands for any."""
        owned = select_texts_of(self._dialect, COLUMNS[self._kind])
        rows = await read(owned, {"numbers": self._dialect.references(numbers)})
        return {found: from_stored(stored) for found, stored in rows}


class Known:
    """All that a writer remembers between two batches, as of the transaction that `written` counts."""

    def __init__(self, dialect: Dialect, reference: Reference) -> None:
        self.written: int | None = None
        self.combinations = Combinations()
        self.actors = Actors(dialect, reference)
        self.entities = References("entity", dialect, reference)
        self.traces = References("trace", dialect, reference)
        self.homes = Homes(dialect)
        self.owners = owners_of(())

    async def load(self, read: Read) -> None:
        """Forget what somebody else may have changed, and read what is small enough to be held whole."""
        self.actors.forget()
        self.homes.forget()
        await self.combinations.load(read)
        await self.entities.load(read)
        await self.traces.load(read)
        self.owners = owners_of(await read(select(owner), {}))
