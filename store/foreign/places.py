"""Where in the order of a foreign table an event stands: remembered from when it was read, else looked up."""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

from ..event import Event
from ..page import Position
from .asking import Asking
from .fields import is_unsendable
from .mapped import ID, TIME, MappedTable, id_text
from .statements import Place, select_place

MOST_REMEMBERED = 50_000
MOST_REACHED = 1_000


class Places:
    """The places of the events that were read last, and of where counts and searches have stopped."""

    def __init__(self, mapped: MappedTable, asking: Asking) -> None:
        self._mapped = mapped
        self._asking = asking
        self._of_id: dict[str, Place] = {}
        self._reached: dict[Position, Place] = {}

    def remember(self, rows: Iterable[Sequence[Any]]) -> None:
        """Keep where these rows stand."""
        for row in rows:
            if (event_id := id_text(row[ID])) is not None:
                self._of_id[event_id] = Place(row[TIME], row[ID])
        while len(self._of_id) > MOST_REMEMBERED:
            self._of_id.pop(next(iter(self._of_id)))

    async def of(self, position: Position) -> Place | None:
        """The place of the event at a position, None when there is no such event.

        What has stopped at a row goes on from there although that is gone.
        """
        if position.id is None:
            return None
        if (reached := self._reached.get(position)) is not None:
            return reached
        remembered = self._of_id.get(position.id)
        if remembered is not None and self._is_at(remembered, position):
            return remembered
        rows = await self._rows(position.id)
        places = (Place(row[TIME], row[ID]) for row in rows)
        # No database keeps the owner of a table from giving an id twice, unless an index does.
        return next((place for place in places if self._is_at(place, position)), None)

    def position(self, place: Place, otherwise: Position) -> Position:
        """The position of a place. Its time is that of `otherwise` where none can be read there."""
        moment = self._mapped.times.read(place.time) or otherwise.occurred_at
        position = Position(occurred_at=moment, id=str(place.id))
        self._reached[position] = place
        while len(self._reached) > MOST_REACHED:
            self._reached.pop(next(iter(self._reached)))
        return position

    def _is_at(self, place: Place, position: Position) -> bool:
        return self._mapped.times.read(place.time) == position.occurred_at

    async def event(self, event_id: str) -> Event | None:
        """The event with exactly this id, or None."""
        rows = await self._rows(event_id)
        return next((event for row in rows if (event := self._mapped.read(row)) is not None), None)

    async def _rows(self, event_id: str) -> Sequence[Sequence[Any]]:
        """The rows that have that id."""
        ids = list(_as_stored(event_id, self._mapped))
        rows = await self._asking.rows(select_place(self._mapped, ids)) if ids else ()
        return [row for row in rows if id_text(row[ID]) == event_id]


def _as_stored(event_id: str, mapped: MappedTable) -> Iterable[Any]:
    """What the column of ids may hold for an id."""
    if is_unsendable(event_id):
        return
    kind = mapped.table.columns[mapped.id_column].kind
    is_number = event_id.removeprefix("-").isdecimal() and event_id.isascii() and len(event_id) < 19
    if not mapped.dialect.is_typed:
        yield event_id
        if is_number:
            yield int(event_id)
    elif kind == "integer":
        if is_number:
            yield int(event_id)
    elif kind == "number":
        if is_number:
            yield Decimal(event_id)
    elif kind == "uuid":
        try:
            yield UUID(event_id)
        except ValueError:
            return
    else:
        yield event_id
