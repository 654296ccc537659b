"""From an EventFilter to a plan: the values in it as references, and the index along which to look."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from .combination_cache import CombinationCache, mask
from .conditions import SELF, Column, Plan
from .connections import Connections
from .event_filter import EventFilter
from .owners import OwnerColumn
from .page import OLDEST, Direction, Position
from .parameters import Place, place_parameters
from .parts import Part, parts_of
from .reference_lookup import ReferenceLookup
from .references import Reference, StoredId
from .sides import Sides
from .stored_text import id_to_stored
from .time_keys import microseconds, span_of

MOST_SEARCHES = 16
WINDOW = 4_000
"""So many nearest events are tried in the order of time before an index is."""

INDEX_WINDOW = 500
"""So many of an index are tried before all that is excluded is passed over on it."""


class Search(NamedTuple):
    """How to find a filter's events, from the microsecond `since` to just before `until`.

    `combinations` are those that match, None for any. `present` are all that each included entity and actor has, where
    one of them leads to the events. `dense` says that passing over events in the order of time costs less than an index
    does, `window` how many nearest events are worth trying first. `owning` is what `parts_of` asks for. `hidden_by` is
    the column of excluded owners behind whose events others may be hidden.
    """

    plan: Plan
    parameters: Mapping[str, object]
    combinations: frozenset[int] | None
    present: frozenset[int] | None
    since: int
    until: int
    dense: bool = False
    window: int = 0
    owning: Mapping[str, bool] = MappingProxyType({})
    hidden_by: OwnerColumn | None = None

    @property
    def by_id(self) -> bool:
        """Whether an entity, a trace or an actor leads to the events."""
        return self.plan.driver not in (None, "combination_ref")

    @property
    def is_in_rollup(self) -> bool:
        """Whether the rollup knows how many of its events are where, but for those of entities that are homes."""
        counted = [part for part in self.parts(masked=True) if part.sign > 0 and SELF not in part.references]
        return all(part.by_rollup for part in counted)

    def parts(self, *, masked: bool) -> tuple[Part, ...]:
        """The parts to count it from, of the matching combinations with `masked`, else of all that are present."""
        plan = self.plan if self.by_id else self.plan._replace(driver=None, included=(), masked=False)
        return parts_of(plan._replace(masked=masked and self.combinations is not None), self.owning)

    @property
    def plan_without_driver(self) -> Plan:
        """All conditions but the times as tests, for events that something else leads to."""
        driver = self.plan.driver
        included = self.plan.included if driver in (None, "combination_ref") else (driver, *self.plan.included)
        return Plan(included=included, excluded=self.plan.excluded, masked=self.combinations is not None)

    @property
    def by_time(self) -> "Search":
        """The same search, in the order of time where passing over events costs less than an index does."""
        return self._replace(plan=self.plan_without_driver) if self.dense else self

    def places_left(self, start: Place, direction: Direction, key: int | None) -> Mapping[str, object] | None:
        """The places between which lies what is left to read from `start` in a direction; None where nothing can be.

        `key` is the last one that was read on the way, None before the first.
        """
        low, high = place_parameters("low", self.since), place_parameters("high", self.until)
        place, event_id = start
        if direction == "older":
            if key is not None:
                high = place_parameters("high", self.until, time_key=key)
            elif place < self.since:
                return None
            elif place < self.until:
                high = place_parameters("high", place + 1, event_id)
        elif key is not None:
            low = place_parameters("low", self.since, time_key=key + 1)
        elif place >= self.until:
            return None
        elif place >= self.since:
            low = place_parameters("low", place + 1, event_id)
        return low | high


class SearchPlanner:
    """Makes searches from filters. It asks the database what the ids and the words for actors stand for."""

    def __init__(self, connections: Connections, cache: CombinationCache, make_reference: Reference) -> None:
        self._connections = connections
        self._cache = cache
        self.lookup = ReferenceLookup(connections, cache, make_reference)
        self._searches: dict[EventFilter, Search | None] = {}
        self._edition = -1

    def is_new(self, event_filter: EventFilter) -> bool:
        """Whether no search was made for that filter lately."""
        return event_filter not in self._searches

    async def search(self, event_filter: EventFilter) -> Search | None:
        """The search for a settled filter, None when it can show nothing. Raises ValueError when it is not settled."""
        if self._edition != self._cache.edition:
            # Never emptied: a question of before may still fill it, which must leave nothing for later ones.
            self._searches = {}
            self.lookup.forget()
            self._edition = self._cache.edition
        searches = self._searches
        if event_filter not in searches:
            if len(searches) >= MOST_SEARCHES:
                searches.pop(next(iter(searches)))
            searches[event_filter] = await self._search(event_filter)
        return searches[event_filter]

    def place_of(self, position: Position) -> Place:
        """Where a position is. OLDEST is older than an event of its own microsecond, too."""
        time = microseconds(position.occurred_at)
        return Place(time - 1 if position == OLDEST else time, None if position.id is None else self.id_of(position.id))

    def id_of(self, event_id: str) -> StoredId:
        """How the id of an event is looked for."""
        return StoredId(self.lookup.make_reference(event_id, 0), id_to_stored(event_id))

    async def _search(self, event_filter: EventFilter) -> Search | None:
        first, beyond = span_of(*event_filter.time.ends)
        combinations = self._cache.matching(event_filter)
        if first >= beyond or (combinations is not None and not combinations):
            return None
        sides = Sides(self._connections.dialect, self._cache, self.lookup)
        if not await sides.look_up(event_filter):
            return None
        parameters, present = sides.parameters, sides.present
        wanted = present if combinations is None else combinations if present is None else combinations & present
        if wanted is not None and not wanted:
            return None
        if combinations is not None:
            parameters["mask"] = mask(combinations)
        if wanted is not None:
            parameters["combination_ref_included"] = self._connections.dialect.references(sorted(wanted))
        leading, refusing = sides.leading, sides.refusing
        driver: Column | None = leading[0].column if leading else None if combinations is None else "combination_ref"
        masked = (driver == "trace_ref" or (sides.many and driver == "home_ref")) and combinations is not None
        plan = Plan(
            driver,
            tuple(side.column for side in leading[1:]),
            tuple(side.column for side in refusing),
            masked,
            apart=sides.is_better_apart,
            many=sides.many,
        )
        dense = driver == "combination_ref" and self._cache.are_dense(combinations or ())
        dense = dense or (sides.many and driver == "home_ref")
        hidden_by = None
        if refusing and not (leading and wanted is None):
            hidden_by = await sides.hiding(self._cache.combinations.keys() if wanted is None else wanted)
        window = WINDOW if dense or (driver is None and hidden_by is not None) else 0
        if refusing and sides.leads_to_many and not window:
            window = INDEX_WINDOW
        return Search(plan, parameters, combinations, present, first, beyond, dense, window, sides.owning, hidden_by)
