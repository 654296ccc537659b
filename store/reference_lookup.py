"""What the ids and words of a filter stand for in a log: references, and the combinations that these occur with."""

from collections.abc import Mapping, Sequence
from typing import Literal, NamedTuple

from sqlalchemy import BigInteger, bindparam, select

from .combination_cache import CombinationCache
from .connections import Connections
from .dictionaries import COLUMNS, actor_of, actor_value
from .event_filter import actor_answers_to, actor_fits
from .expressions import limited
from .owners import OWNER_EVENTS, OwnerColumn
from .references import Reference
from .schema import actor, actor_word
from .statements import (
    IdColumn,
    select_combinations_of,
    select_descendants,
    select_rehashed,
    select_shares,
    select_standings,
    select_texts_of,
    standing_of,
)
from .stored_text import from_stored

ACTORS_AT_ONCE = 20_000

RefColumn = IdColumn | Literal["actor_ref"]

_SELECT_ACTORS = (
    select(actor)
    .join(actor_word, actor_word.c.actor_ref == actor.c.actor_ref)
    .where(actor_word.c.word_ref == bindparam("word_ref", type_=BigInteger))
)
_SELECT_SOME_ACTORS = limited(
    select(actor).where(actor.c.actor_ref > bindparam("after", type_=BigInteger)).order_by(actor.c.actor_ref), ":limit"
)


class Family(NamedTuple):
    """What belongs to some entities: all of which they are the home, and the events of those that have `own` ones.

    `are_roots` says that these are all without a home. `has_home` is False where nothing is at home with any of them:
    then only what happened to themselves belongs.
    """

    homes: Sequence[int]
    own: Sequence[int]
    are_roots: bool
    has_home: bool


class ReferenceLookup:
    """Asks the database once for each, and again after `forget`."""

    def __init__(self, connections: Connections, cache: CombinationCache, make_reference: Reference) -> None:
        self._connections = connections
        self._cache = cache
        self.make_reference = make_reference
        self._of_texts: dict[tuple[str, str], Sequence[int]] = {}
        self._combinations: dict[tuple[str, tuple[int, ...]], frozenset[int]] = {}
        self._shares: dict[tuple[str, tuple[int, ...]], Mapping[int, int]] = {}
        self._families: dict[tuple[int, ...], Family] = {}

    def forget(self) -> None:
        """Know nothing any more: a batch may have made something else of it."""
        # Never emptied: a question of before may still fill them, which must leave nothing for later ones.
        self._of_texts, self._combinations, self._shares, self._families = {}, {}, {}, {}

    async def references_of_traces(self, trace_ids: Sequence[str]) -> Mapping[str, int]:
        """What stands for each of the ids of traces, for those that the log holds."""
        return await self._held("trace", COLUMNS["trace"], trace_ids)

    async def references(self, column: RefColumn, texts: Sequence[str], patterns: Sequence[str] = ()) -> Sequence[int]:
        """Every reference that one of the texts stands for, or that of an actor who fits one of the patterns."""
        known = self._of_texts
        for pattern in patterns:
            if ("pattern", pattern) not in known:
                known["pattern", pattern] = await self._fitting_actors(pattern)
        for text in texts:
            if (column, text) not in known:
                found = await (self._actors(text) if column == "actor_ref" else self._ids(column, text))
                known[column, text] = found
        keys = [*((column, text) for text in texts), *(("pattern", pattern) for pattern in patterns)]
        return sorted({number for key in keys for number in known[key]})

    async def combinations_of(self, column: OwnerColumn, numbers: Sequence[int]) -> frozenset[int]:
        """Every combination that occurs with one of the references."""
        key, known = (column, tuple(numbers)), self._combinations
        if key not in known:
            dialect = self._connections.dialect
            statement = select_combinations_of(dialect, column)
            rows = await self._connections.rows(statement, {"numbers": dialect.references(numbers)})
            known[key] = frozenset(number for (number,) in rows)
        return known[key]

    async def shares(self, column: OwnerColumn, numbers: Sequence[int]) -> Mapping[int, int]:
        """How many events of each combination the references have, at a moment.

        Of those that own no cells, about as many are counted as one of them can have: together they can have more.
        """
        key, known = (column, tuple(numbers)), self._shares
        if key not in known:
            dialect, owners = self._connections.dialect, self._cache.owners[column]
            asked = {
                "owners": dialect.references(owners[number] for number in numbers if number in owners),
                "numbers": dialect.references(number for number in numbers if number not in owners),
                "limit": OWNER_EVENTS,
            }
            rows = await self._connections.rows(select_shares(dialect, column), asked)
            known[key] = {number: count for number, count in rows}
        return known[key]

    async def family(self, numbers: Sequence[int]) -> Family:
        """All that belongs to these homes or entities."""
        key, known = tuple(numbers), self._families
        if key not in known:
            dialect = self._connections.dialect
            among = {"numbers": dialect.references(numbers)}
            homes = [number for (number,) in await self._connections.rows(select_descendants(dialect), among)]
            rows = await self._connections.rows(select_standings(dialect), among)
            standings = {number: standing_of(key, home_ref) for number, _, key, home_ref in rows}
            known[key] = Family(
                homes=sorted(homes),
                own=sorted(number for number, standing in standings.items() if standing != "none"),
                are_roots="child" not in standings.values(),
                has_home=len(homes) > len(numbers) or any(is_home for _, is_home, *_ in rows),
            )
        return known[key]

    async def _ids(self, column: IdColumn, text: str) -> Sequence[int]:
        kind = "trace" if column == "trace_ref" else "entity"
        # What is not in the log yet is looked up again after the next batch.
        return [*(await self._held(kind, COLUMNS[kind] if column == "home_ref" else (column,), [text])).values()]

    async def _held(self, kind: str, columns: Sequence[IdColumn], texts: Sequence[str]) -> Mapping[str, int]:
        """The reference of each of the texts that the log holds in one of the columns."""
        dialect, numbers = self._connections.dialect, await self._references_of(kind, texts)
        among = {"numbers": dialect.references(sorted(set(numbers.values())))}
        rows = await self._connections.rows(select_texts_of(dialect, columns), among)
        held = {from_stored(stored) for _, stored in rows}  # another one may have the number of one that is gone
        return {text: number for text, number in numbers.items() if text in held}

    async def _references_of(self, kind: str, texts: Sequence[str]) -> Mapping[str, int]:
        """The reference of each text, if the log holds it: its own, or the one it got where that belongs to another."""
        own = {text: self.make_reference(text, 0) for text in texts}
        asked = {"kind": kind, "numbers": self._connections.dialect.references(sorted(set(own.values())))}
        rows = await self._connections.rows(select_rehashed(self._connections.dialect), asked)
        other = {from_stored(stored): number for number, stored in rows}
        return {text: other.get(text, number) for text, number in own.items()}

    async def _fitting_actors(self, pattern: str) -> Sequence[int]:
        """Every actor is looked through, a part of them at a time: no index knows what is in the middle of a name."""
        numbers: list[int] = []
        after: int | None = -1
        while after is not None:
            rows = await self._connections.rows(_SELECT_SOME_ACTORS, {"after": after, "limit": ACTORS_AT_ONCE})
            for number, _identity, *stored in rows:
                if actor_fits(pattern, actor_value(actor_of(stored))):
                    numbers.append(number)
            after = rows[-1][0] if len(rows) == ACTORS_AT_ONCE else None
        return numbers

    async def _actors(self, word: str) -> Sequence[int]:
        number = self.make_reference(word.casefold(), 0)
        return [
            found
            for found, _identity, *stored in await self._connections.rows(_SELECT_ACTORS, {"word_ref": number})
            if actor_answers_to(word, actor_value(actor_of(stored)))
        ]
