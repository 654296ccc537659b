"""Rows of filters that leave out those who own cells: where the rollup says that nothing is left, no event is read.

Who triggered nearly everything hides what others did behind a million events, each of which would be read and refused.
All is read as of one moment: what the rollup says is then true of the events.
"""

from collections.abc import AsyncIterator, Iterable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from itertools import groupby
from typing import NamedTuple

from .combination_cache import CombinationCache, mask
from .conditions import Column, Plan
from .connections import Connections, ReadRows
from .held_connection import Rows
from .owners import OWNER_EVENTS
from .page import Direction
from .parameters import Span
from .parts import Part
from .remainder_statements import select_combinations, select_keys_left, select_left, select_outer_times, select_rest
from .search import Search
from .sides import MANY_EVENTS
from .statements import select_any, select_page, select_shares
from .time_keys import HOUR, LEVELS, Buckets, ladder

ROUNDS = (1, 8)
"""So many times as many events as are wanted are left in the cells that are looked through, before all others are."""

FIRST_BUCKETS = 4
"""So many buckets of a level are looked at together at first, then twice as many each time."""

Places = Mapping[str, object]


class _Cell(NamedTuple):
    """A bucket in which events are left, and how many: in an hour of one combination, else of all together."""

    level: int
    bucket: int
    combination: int
    left: int

    @property
    def since(self) -> int:
        return self.bucket * LEVELS[self.level]

    @property
    def until(self) -> int:
        return (self.bucket + 1) * LEVELS[self.level]

    @property
    def finer(self) -> Buckets:
        """The buckets of the level below that it is made of."""
        width = LEVELS[self.level - 1]
        return Buckets(self.level - 1, self.since // width, self.until // width)


class Near(NamedTuple):
    """How to `read` the nearest events of what is `left` of a search: by another `search`, where there is one."""

    read: ReadRows
    left: Search
    search: Search


class Remainder:
    """What is behind the events of those who are excluded, for searches with `hidden_by`."""

    def __init__(self, connections: Connections, cache: CombinationCache) -> None:
        self._connections = connections
        self._dialect = connections.dialect
        self._cache = cache

    async def rows(self, search: Search, places: Places, direction: Direction, limit: int, *, beyond: bool) -> Rows:
        """As `select_page` finds them between the places `low` and `high`: the nearest `limit` rows, newest first."""
        older = direction == "older"
        async with self.nearest(search, places, direction, limit) as near:
            if near is None:
                return []
            statement = select_page(self._dialect, near.search.plan, direction, beyond and near.search.by_id)
            rows = await near.read(statement, {**near.search.parameters, **places, "limit": limit})
            if not (rows and beyond) or near.search.by_id:
                return rows
            span = ("high", "end") if older else ("end", "low")
            more = bool(await self._keys(near.read, near.left, places, span, not older, 1))
            return [(*row[:-1], more) for row in rows]

    @asynccontextmanager
    async def nearest(
        self, search: Search, places: Places, direction: Direction, limit: int
    ) -> AsyncIterator[Near | None]:
        """Where to read the nearest `limit` events between the places `low` and `high`; None where nothing is left."""
        if search.hidden_by is None:
            yield Near(self._connections.rows, search, search)
            return
        async with self._connections.at_one_moment() as read:
            left = await self._left(read, search)
            if left is None:
                yield None
                return
            if left.by_id:
                yield Near(read, left, left)
                return
            keys = await self._keys(read, left, places, ("low", "high"), direction == "older", limit)
            listed = {**left.parameters, "keys": self._dialect.references(keys)}
            yield Near(read, left, left._replace(plan=Plan(listed=True), parameters=listed))

    async def any(self, search: Search, places: Places, low: str, high: str) -> bool:
        """Whether there is any event from one place to just before another."""
        async with self._connections.at_one_moment() as read:
            left = await self._left(read, search)
            if left is None:
                return False
            if not left.by_id:
                return bool(await self._keys(read, left, places, (low, high), True, 1))
            statement = select_any(self._dialect, left.plan, low, high)
            ((found,),) = await read(statement, {**left.parameters, **places})
            return bool(found)

    async def _left(self, read: ReadRows, search: Search) -> Search | None:
        """The same search as of now, without combinations of which all events are excluded; None where none is left."""
        are_some = search.combinations is not None or search.present is not None
        statement = select_combinations(self._dialect, included=are_some)
        counts = _by_number(await read(statement, search.parameters))
        left = {number for number, count in counts.items() if count}
        for column in search.plan.excluded:
            if f"{column}_excluded" in search.owning:
                left -= await self._spent(read, search, column, {number: counts[number] for number in left})
        if not left:
            return None
        numbers = self._dialect.references(sorted(left))
        parameters = {**search.parameters, "combination_ref_included": numbers, "mask": mask(left)}
        dense = self._cache.are_dense(left)
        return search._replace(parameters=parameters, combinations=frozenset(left), dense=dense)

    async def _spent(self, read: ReadRows, search: Search, column: Column, counts: Mapping[int, int]) -> set[int]:
        """Those of the combinations, each with all of its events, of which every event is one of an excluded column."""
        statement = select_shares(self._dialect, column)
        asked = {"owners": search.parameters[f"{column}_excluded_owning_owners"], "limit": OWNER_EVENTS}
        taken = _by_number(await read(statement, {**asked, "numbers": self._dialect.references(())}))
        rests = {number: count - taken.get(number, 0) for number, count in counts.items()}
        all_own = search.owning[f"{column}_excluded"]
        if not all_own and any(counts[each] >= MANY_EVENTS and 0 < rest < OWNER_EVENTS for each, rest in rests.items()):
            # Those who own no cells, of whom only so many are counted, may have the rest of it.
            others = {
                **asked,
                "owners": self._dialect.references(()),
                "numbers": search.parameters[f"{column}_excluded_others"],
            }
            more = _by_number(await read(statement, others))
            rests = {number: rest - more.get(number, 0) for number, rest in rests.items()}
        return {number for number, rest in rests.items() if rest <= 0}

    async def _keys(
        self, read: ReadRows, search: Search, places: Places, names: tuple[str, str], newest_first: bool, limit: int
    ) -> Sequence[int]:
        """The first keys in order of the matching events between two places."""
        low, high = names
        by_combination = not search.dense
        plan = search.plan_without_driver
        plan = plan._replace(masked=plan.masked and not by_combination)
        statement = select_keys_left(self._dialect, plan, newest_first, low, high, by_combination)

        async def look_in(spans: Iterable[Span]) -> list[int]:
            asked = {**search.parameters, **places, "limit": limit - len(found)}
            rows = await read(statement, {**asked, "spans": self._dialect.span_list(spans)})
            return [key for (key,) in rows]

        # Of a place at a key or at an event, its own time is no more than a hint.
        ((first, last),) = await read(select_outer_times(self._dialect, low, high), places)
        if first is None:
            return []
        since, until = first, last + 1
        found: list[int] = []
        for most in ROUNDS:
            cells = await self._nearest_cells(read, search, since, until, newest_first, most * limit)
            if not cells:
                return found
            found += await look_in(_spans(cells, by_combination, since, until))
            if len(found) == limit:
                return found
            if newest_first:
                until = min(cell.bucket for cell in cells) * HOUR
            else:
                since = (max(cell.bucket for cell in cells) + 1) * HOUR
        if by_combination:
            statement = select_rest(self._dialect, plan, newest_first, low, high)
        return found + await look_in([(0, since, until)])

    async def _nearest_cells(
        self, read: ReadRows, search: Search, since: int, until: int, newest_first: bool, most: int
    ) -> Sequence[_Cell]:
        """The nearest cells of an hour in which about `most` events are left, all where there are not as many."""
        cells: list[_Cell] = []
        for run in _runs(since, until, newest_first):
            cells += await self._cells(read, search, [run])
            if sum(cell.left for cell in cells if _is_within(cell, since, until)) >= most:
                break
        for level in reversed(range(len(LEVELS))):
            cells = list(_nearest(cells, since, until, newest_first, most))
            if wide := [cell for cell in cells if cell.level == level > 0]:
                finer = await self._cells(read, search, [cell.finer for cell in wide])
                cells = [*(cell for cell in cells if cell.level < level), *finer]
        return cells

    async def _cells(self, read: ReadRows, search: Search, runs: Sequence[Buckets]) -> Sequence[_Cell]:
        """The cells, in which something is left, in runs of buckets of one level."""
        level = runs[0].level
        taken = Part(Plan(search.hidden_by, masked=True), "excluded_owning", by_rollup=True)
        parameters = {**search.parameters, "pieces": self._dialect.span_list(runs)}
        rows = await read(select_left(self._dialect, taken, by_combination=level == 0), parameters)
        return [_Cell(level, *row) for row in rows]


def _runs(since: int, until: int, newest_first: bool) -> Iterator[Buckets]:
    """The buckets that a span of microseconds reaches into, in the order of reading: the farther, the wider and more.

    What is left nearby is found in a few of them then, however long the log is.
    """
    if since >= until:
        return
    cut = ladder(since // HOUR * HOUR, -(-until // HOUR) * HOUR)
    near, far = (cut.finer_right, cut.finer_left) if newest_first else (cut.finer_left, cut.finer_right)
    for level, first, beyond in (*near, *reversed(far)):
        done, more = 0, FIRST_BUCKETS
        while done < beyond - first:
            edge = min(done + more, beyond - first)
            ends = (beyond - edge, beyond - done) if newest_first else (first + done, first + edge)
            yield Buckets(level, *ends)
            done, more = edge, 2 * more


def _nearest(cells: Sequence[_Cell], since: int, until: int, newest_first: bool, most: int) -> Iterator[_Cell]:
    """Whole buckets of cells, in the order of reading, until `most` events are left in those that lie within a span."""
    number = 0
    in_order = sorted(cells, key=lambda cell: cell.since, reverse=newest_first)
    for _, of_bucket in groupby(in_order, key=lambda cell: cell.since):
        if number >= most:
            return
        for cell in of_bucket:
            yield cell
            number += cell.left if _is_within(cell, since, until) else 0


def _is_within(cell: _Cell, since: int, until: int) -> bool:
    return since <= cell.since and cell.until <= until


def _by_number(rows: Rows) -> dict[int, int]:
    return {number: count for number, count in rows}


def _spans(cells: Sequence[_Cell], by_combination: bool, since: int, until: int) -> Iterator[Span]:
    """The hours of cells within a span of microseconds, neighbours as one: those of each combination, or of all."""
    hours = sorted({(cell.combination if by_combination else 0, cell.bucket) for cell in cells})
    for (number, _), run in groupby(enumerate(hours), key=lambda each: (each[1][0], each[1][1] - each[0])):
        buckets = [bucket for _, (_, bucket) in run]
        yield number, max(since, buckets[0] * HOUR), min(until, (buckets[-1] + 1) * HOUR)
