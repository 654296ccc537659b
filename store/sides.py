"""What a filter asks of entities, traces, actors and homes: the references that events must or must not have.

How many events a side has says only in which way they are counted best. While others write that is of a moment ago, so
no test is ever left out for it.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

from .choice import Choice
from .combination_cache import CombinationCache
from .conditions import SELF
from .dialect import Dialect
from .event_filter import EventFilter
from .owners import OwnerColumn
from .reference_lookup import RefColumn, ReferenceLookup

MANY_EVENTS = 10_000
"""So many events are not looked at one by one for the sake of fewer that are refused."""

HIDING = 0.1
"""Events that are excluded may hide others from this share of all on."""

MANY_BRANCHES = 2_000
"""From so many homes times combinations on, these are not looked up pair by pair."""


class Side(NamedTuple):
    """References of a column that events must have, or must not have.

    `occurring` are the combinations of their events, None where these are not looked up. `reached` are the references
    once more, by the columns whose index leads to them; none for traces, which are small.
    """

    column: RefColumn
    occurring: frozenset[int] | None
    reached: Sequence[tuple[OwnerColumn, Sequence[int]]] = ()
    counts: Sequence[Mapping[int, int]] = ()
    """About how many events of each combination each of these leads to."""

    def size(self, combinations: frozenset[int] | None) -> int:
        """About how many events they have of the combinations, as far as it is counted."""
        return sum(
            count
            for counts in self.counts
            for number, count in counts.items()
            if combinations is None or number in combinations
        )


class Sides:
    """The sides of one filter, with the parameters that statements ask for.

    `owning` is what `parts_of` asks for. `many` says that there are too many homes to look up their combinations.
    """

    def __init__(self, dialect: Dialect, cache: CombinationCache, lookup: ReferenceLookup) -> None:
        self._dialect = dialect
        self._cache = cache
        self._lookup = lookup
        self.parameters: dict[str, object] = {}
        self.owning: dict[str, bool] = {}
        self.included: list[Side] = []
        self.excluded: list[Side] = []

    async def look_up(self, event_filter: EventFilter) -> bool:
        """Fill everything, once. False when no event can have what the filter asks for."""
        choices: Mapping[RefColumn, Choice] = {
            "trace_ref": event_filter.trace_ids,
            "entity_ref": event_filter.entity_ids,
            "actor_ref": event_filter.actors,
            "home_ref": event_filter.belongs_to,
        }
        wanted, refused = dict[RefColumn, set[int]](), dict[RefColumn, set[int]]()
        for named, choice in choices.items():
            # Patterns of ids are left to reading the events: nothing but the hash of an id has an index.
            patterns = choice.patterns if named == "actor_ref" else ()
            excluded_patterns = choice.excluded_patterns if named == "actor_ref" else ()
            if patterns or (choice.included and not choice.patterns):
                numbers = {*await self._lookup.references(named, choice.included, patterns)}
                if not numbers:
                    return False
                column = await self._column_for(named, numbers)
                wanted[column] = numbers & wanted.get(column, numbers)
            for number in await self._lookup.references(named, choice.excluded, excluded_patterns):
                refused.setdefault(await self._column_for(named, {number}), set()).add(number)
        for column, numbers in wanted.items():
            # An event has one of these alone: of them, those that are refused are just not wanted.
            left = numbers if column == "home_ref" else numbers - refused.pop(column, set())
            if not left:
                return False
            self.included.append(await self._side(column, "included", sorted(left)))
        for column, numbers in refused.items():
            self.excluded.append(await self._side(column, "excluded", sorted(numbers)))
        present = self.present
        for side in self.excluded:
            if side.occurring is not None:  # of no others is anything taken away
                among = side.occurring if present is None else side.occurring & present
                self.parameters[f"{side.column}_combinations"] = self._dialect.references(sorted(among))
        if self.excluded and not self._by_trace:
            await self._count()
        return True

    @property
    def many(self) -> bool:
        return any(side.column == "home_ref" and side.occurring is None for side in (*self.included, *self.excluded))

    @property
    def present(self) -> frozenset[int] | None:
        """All combinations that each included entity, actor and home has, None where a trace leads to the events."""
        known = [side.occurring for side in self.included if side.occurring is not None]
        return frozenset.intersection(*known) if known and not self._by_trace else None

    @property
    def leading(self) -> Sequence[Side]:
        """The included sides: those with very many events lead to them only where there are no others."""
        return sorted(self.included, key=lambda side: f"{side.column}_included" in self.owning)

    @property
    def refusing(self) -> Sequence[Side]:
        """The excluded sides, those with the fewest events first."""
        present = self.present
        return sorted(self.excluded, key=lambda side: side.size(present))

    @property
    def is_better_apart(self) -> bool:
        """Whether to count what is refused by itself: it is less than what it is taken away from, and that is much."""
        if not (self.excluded and self.included):
            return bool(self.excluded)
        size = self.leading[0].size(self.present)
        return self.leads_to_many and sum(side.size(self.present) for side in self.excluded) < size

    @property
    def leads_to_many(self) -> bool:
        """Whether what is included has many events, as far as they are counted: where something is excluded."""
        return bool(self.included) and self.leading[0].size(self.present) >= MANY_EVENTS

    async def hiding(self, combinations: Collection[int]) -> OwnerColumn | None:
        """The column whose excluded owners have so many of all events of these combinations that they hide the others.

        Where something is included they only do so if nothing is left of a combination.
        """
        counts, hidden = self._cache.counts, dict[OwnerColumn, int]()
        total = sum(counts[number] for number in combinations)
        if self._by_trace or total < MANY_EVENTS:
            return None
        for column, numbers in (side.reached[-1] for side in self.excluded if side.reached):
            if owning := [number for number in numbers if number in self._cache.owners[column]]:
                shares = await self._lookup.shares(column, owning)
                taken = {number: shares.get(number, 0) for number in combinations}
                if not self.included or any(0 < counts[number] <= share for number, share in taken.items()):
                    hidden[column] = sum(taken.values())
        most = max(hidden.values(), default=0)
        return next((column for column, taken in hidden.items() if taken == most >= HIDING * total), None)

    @property
    def _by_trace(self) -> bool:
        """Whether the few events of traces are all that is looked at."""
        return any(side.column == "trace_ref" for side in self.included)

    async def _column_for(self, column: RefColumn, numbers: Collection[int]) -> RefColumn:
        """The column that holds references of a filter: where no event is at home with them, that of entities."""
        by_home = column != "home_ref" or (await self._lookup.family(sorted(numbers))).has_home
        return column if by_home else "entity_ref"

    async def _side(self, column: RefColumn, side: str, numbers: Sequence[int]) -> Side:
        """The side with these references, after its parameters are added.

        Its combinations are not looked up for traces, and not where there are too many homes.
        """
        if column == "trace_ref":
            self._add(f"{column}_{side}", numbers, {})
            return Side(column, None)
        occurring, reached = frozenset[int](), list[tuple[OwnerColumn, Sequence[int]]]()
        if column == "home_ref":
            family = await self._lookup.family(numbers)
            # What cells count of roots may be of a moment ago, which must not be taken away from what is there now.
            by_cells = family.are_roots and side == "included"
            numbers, owners = family.homes, self._cache.owners["entity_ref"] if by_cells else {}
            self._add(f"{column}_{side}{SELF}", family.own, owners)
            occurring = await self._lookup.combinations_of("entity_ref", family.own)
            reached.append(("entity_ref", family.own))
        self._add(f"{column}_{side}", numbers, self._cache.owners[column])
        reached.append((column, numbers))
        if column == "home_ref" and len(numbers) * len(self._cache.combinations) > MANY_BRANCHES:
            return Side(column, None, reached)
        return Side(column, occurring | await self._lookup.combinations_of(column, numbers), reached)

    async def _count(self) -> None:
        """Count the events of those sides on whose number it depends how they are counted."""
        self.included = [await self._counted(side) for side in self.included]
        if self.included and self.leading[0].size(self.present) < MANY_EVENTS:
            return
        if self.included or len(self.excluded) > 1:
            self.excluded = [await self._counted(side) for side in self.excluded]

    async def _counted(self, side: Side) -> Side:
        counts = [await self._lookup.shares(column, numbers) for column, numbers in side.reached if numbers]
        return side._replace(counts=counts)

    def _add(self, name: str, numbers: Sequence[int], owners: Mapping[int, int]) -> None:
        """Add all references of that name, those that own cells, their owners and the others."""
        references = self._dialect.references
        self.parameters[name] = references(numbers)
        owned = [number for number in numbers if number in owners]
        if owned:
            others = [number for number in numbers if number not in owners]
            self.owning[name] = not others
            self.parameters |= {
                f"{name}_owning": references(owned),
                f"{name}_owning_owners": references(owners[number] for number in owned),
                f"{name}_others": references(others),
            }
