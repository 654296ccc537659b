"""Where the user left a log: kept for its next start without a filter, which leads there again if it can."""

from __future__ import annotations

import asyncio
import contextlib
import json
from datetime import UTC, datetime, tzinfo
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from .landing import Place
from .trail import Trail

if TYPE_CHECKING:
    from collections.abc import Mapping

    from textual.content import Content

    from store import EventFilter, EventRepository


class LastPlace:
    """Keeps the place in a `file`, which is the user's alone. Without one, or where it cannot be read, there is none.

    It `leads` there at a start at which nothing else was asked for.
    """

    def __init__(self, file: Path | None = None, *, leads: bool = False) -> None:
        self._file = file
        self._leads = leads

    async def beginning(
        self, repository: EventRepository, usual: EventFilter, now: datetime, zones: tuple[tzinfo, tzinfo]
    ) -> Beginning:
        """Where to begin `now` (UTC): where the log was left, else with the newest events of the `usual` filter.

        `zones` are UTC and the one of the settings. Raises StoreError while the log does not answer.
        """
        kept = _read(self._file) if self._leads and self._file is not None else None
        if kept is None:
            return Beginning(Place(usual, None, 0), zones[0])
        return await _beginning(repository, kept, Place(usual, None, 0), now, zones[kept.is_local])

    async def keep(self, here: Place | None, left_at: datetime, *, is_local: bool) -> None:
        """The log is left at a moment (UTC): lead `here` next time, or, with None, nowhere.

        Where that cannot be kept, nothing leads there.
        """
        if self._file is not None:
            await asyncio.to_thread(_write, self._file, here and _place_to_keep(here, left_at, is_local=is_local))


def place_file(remembered_as: str) -> Path:
    """Where the place in a log lies, by the name under which it is remembered."""
    from .state_folder import state_path

    return state_path("places", remembered_as)


class KeptPlace(NamedTuple):
    """The filter as text, in which spans of time are still spans, and when it was left (UTC).

    `event_id` and `occurred_at` (UTC) are those of the highlighted event, which stood at `screen_row`; None for the
    newest end, where one looks for what is new. With `is_local` times were in the zone of the settings.
    """

    query: str
    left_at: datetime
    event_id: str | None = None
    occurred_at: datetime | None = None
    screen_row: int = 0
    is_local: bool = False


class Beginning(NamedTuple):
    """Where a log begins and in which zone, the way from there to the newest events, and what is said of it."""

    place: Place
    zone: tzinfo
    trail: Trail = Trail()
    banner: Content | None = None


def _place_to_keep(here: Place, left_at: datetime, *, is_local: bool) -> KeptPlace | None:
    """What a start must know to lead `here`, which was left at a moment (UTC); None where every start leads."""
    from store import write_filter

    query = write_filter(here.event_filter)
    if here.position is not None:
        return KeptPlace(query, left_at, here.position.id, here.position.occurred_at, here.screen_row, is_local)
    return KeptPlace(query, left_at, is_local=is_local) if query or is_local else None


async def _beginning(
    repository: EventRepository, kept: KeptPlace, newest: Place, now: datetime, zone: tzinfo
) -> Beginning:
    place, lack = await _found(repository, kept, newest, now)
    if place == newest:
        return Beginning(place, zone, banner=_where_you_were(kept.left_at, zone, lack) if lack else None)
    banner = _where_you_were(kept.left_at, zone, lack, "esc shows the newest events.")
    return Beginning(place, zone, Trail().narrowed(newest), banner)


def _where_you_were(left_at: datetime, zone: tzinfo, *sentences: str) -> Content:
    from textual.content import Content

    from .display import labelled_second, visible

    said = (f"Where you were at {labelled_second(left_at, zone)}.", *sentences)
    return Content(visible(" ".join(filter(None, said))))


async def _found(repository: EventRepository, kept: KeptPlace, newest: Place, now: datetime) -> tuple[Place, str]:
    """The place, and a sentence if it is another one than that where the user was."""
    from store import FilterMistake, Position, StoreError, parse_filter

    from .landing import is_at
    from .questions import may_be_answered

    try:
        event_filter = parse_filter(kept.query, now)
        newest_there = Place(event_filter, None, 0)
        if kept.event_id is None or kept.occurred_at is None:
            return newest_there, ""
        position, settled = Position(occurred_at=kept.occurred_at, id=kept.event_id), event_filter.settled(now)
        if not await is_at(repository, settled, position):
            return newest_there, "The event that was highlighted is not in this list any more, its newest one is."
        if repository.needs_reading(settled):
            return newest_there, "It is searched for again, from the newest event on."
        return Place(event_filter, position, kept.screen_row), ""
    except FilterMistake as mistake:
        lack = f"The filter cannot be read any more: {mistake}"
    except StoreError as problem:
        if may_be_answered(problem):
            raise
        lack = str(problem)
    return newest, f"{lack} The newest events are shown instead."


def _read(file: Path) -> KeptPlace | None:
    from .state_folder import read_state

    with contextlib.suppress(OSError, ValueError, RecursionError, KeyError, TypeError, OverflowError):
        if (content := read_state(file)) is not None:
            return _place(json.loads(content))
    return None


def _write(file: Path, place: KeptPlace | None) -> None:
    from .state_folder import write_state

    with contextlib.suppress(OSError):
        if place is None:
            file.unlink(missing_ok=True)
        else:
            write_state(file, json.dumps(place._asdict(), default=datetime.isoformat).encode())


def _place(values: Mapping[str, object]) -> KeptPlace:
    """Raises ValueError, OverflowError, KeyError or TypeError for what is no place."""
    query, event_id, screen_row = values["query"], values["event_id"], values["screen_row"]
    if not isinstance(query, str) or not isinstance(event_id, str | None) or type(screen_row) is not int:
        raise TypeError
    occurred_at = None if event_id is None else _moment(values["occurred_at"])
    return KeptPlace(query, _moment(values["left_at"]), event_id, occurred_at, screen_row, values["is_local"] is True)


def _moment(value: object) -> datetime:
    """Raises ValueError, OverflowError or TypeError."""
    if not isinstance(value, str):
        raise TypeError
    return datetime.fromisoformat(value).astimezone(UTC)
