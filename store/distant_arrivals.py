"""Arrivals of which nothing is noted any more: the log is read for many of them at once, and their keys are held.

So whoever is far behind catches up by a few readings of the log, and not by one for each piece that he is told.
"""

from array import array
from collections.abc import Hashable, Mapping, Sequence
from itertools import chain, groupby
from operator import itemgetter
from typing import NamedTuple

from .arrival_statements import select_arrival_keys, select_arrivals
from .conditions import Plan
from .connections import Connections, ReadRows
from .held_connection import Rows

HELD = 100_000
"""The keys of so many arrivals are held at the most, or those of one batch that has more."""

EVERY = 1 << 62
"""More than any batch has."""


class ArrivalQuestion(NamedTuple):
    """What is asked for of the batches behind `after` up to `newest`; `name` tells apart what else is asked."""

    name: Hashable
    plan: Plan
    named_parameters: Mapping[str, object]
    after: int
    newest: int

    @property
    def parameters(self) -> Mapping[str, object]:
        """All values of its statements."""
        return {**self.named_parameters, "after": self.after, "newest": self.newest}


class _Held(NamedTuple):
    """The keys of the matching events of the batches behind `after` up to `newest`, by batch and in its order."""

    name: Hashable
    after: int
    newest: int
    batches: Sequence[tuple[int, Sequence[int]]]

    @property
    def number(self) -> int:
        """How many events they are."""
        return sum(len(keys) for _, keys in self.batches)


class DistantArrivals:
    """Finds arrivals in the log, and holds the keys of those that will be asked for next, by one follower at a time."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections
        self._held: _Held | None = None

    def holds(self, question: ArrivalQuestion) -> bool:
        """Whether it is known where the next ones are."""
        return self._held is not None and (self._held.name, self._held.after) == (question.name, question.after)

    async def rows(self, question: ArrivalQuestion, enough: int) -> tuple[Rows, int]:
        """The rows of the first batches that hold `enough` matching events, and the last of these batches."""
        if self._held is not None and self.holds(question):
            piece, left = _parted(self._held, enough)
            rows = await self._rows_of(question, piece, self._connections.rows)
            # Else events were deleted meanwhile, or made room for others: a batch gets no events later than at once.
            if len(rows) == piece.number:
                self._held = left
                return rows, piece.newest
        async with self._connections.at_one_moment() as read:
            piece, left = _parted(await self._find(question, read), enough)
            rows = await self._rows_of(question, piece, read)
        self._held = left
        return rows, piece.newest

    async def _rows_of(self, question: ArrivalQuestion, piece: _Held, read: ReadRows) -> Rows:
        dialect = self._connections.dialect
        keys = dialect.references(chain.from_iterable(keys for _, keys in piece.batches))
        parameters = {**question._replace(newest=piece.newest).parameters, "keys": keys}
        return await read(select_arrivals(dialect, question.plan, False), parameters)

    async def _find(self, question: ArrivalQuestion, read: ReadRows) -> _Held:
        found, newest = await self._keys(question, HELD, read), question.newest
        if len(found) == HELD:
            first, last = found[0][0], found[-1][0]
            if first == last:
                newest = last
                found = await self._keys(question._replace(newest=newest), EVERY, read)
            else:  # the last one may have more
                newest = last - 1
                found = [row for row in found if row[0] < last]
        of_each = groupby(found, key=itemgetter(0))
        batches = [(batch, array("q", map(itemgetter(1), rows))) for batch, rows in of_each]
        return _Held(question.name, question.after, newest, batches)

    async def _keys(self, question: ArrivalQuestion, most: int, read: ReadRows) -> Rows:
        statement = select_arrival_keys(self._connections.dialect, question.plan)
        return await read(statement, {**question.parameters, "limit": most})


def _parted(held: _Held, enough: int) -> tuple[_Held, _Held | None]:
    """The first batches that hold `enough` events, and what is left behind them."""
    number = events = 0
    while number < len(held.batches) and events < enough:
        events += len(held.batches[number][1])
        number += 1
    left = held.batches[number:]
    if not left:
        return held, None
    newest = held.batches[number - 1][0]
    piece = held._replace(newest=newest, batches=held.batches[:number])
    return piece, held._replace(after=newest, batches=left)
