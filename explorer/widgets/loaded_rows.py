"""The part of a long list of events that is in memory: pages by ordinal, the least recently seen forgotten."""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:
    from datetime import datetime

    from store import Count, Direction, Event, EventPage

PAGE_SIZE = 128
PAGES_KEPT = 16


class Missing(NamedTuple):
    """A page that is wanted: from `ordinal` on, next to the event `beside` in `direction`, or by the ordinal alone."""

    ordinal: int
    beside: Event | None
    direction: Direction


class LoadedRows:
    """Rows of a list whose row 0 is the newest event.

    `end` is one past the last ordinal known to exist: the whole list once `end_is_known`, otherwise as far as it has
    been seen.
    """

    def __init__(self) -> None:
        self._pages: OrderedDict[int, tuple[Event, ...]] = OrderedDict()
        self.end = 0
        self.end_is_known = False
        self.end_is_wanted = False
        """Whether the reader is on the way to the end, and waits until it is known."""
        self.is_from_oldest = False
        """Whether the last row is the oldest, but how many are newer is not known: `end` leaves room for them."""
        self._at_least = 0
        self._holds_oldest = False
        """Whether the end is that of rows, and not only of a count."""
        self.rests = False
        """Whether nothing behind the last row that is known is wanted for now."""
        self._growing: int | None = None
        """The page of which only a part is found yet, and more is on its way."""

    @property
    def are_any(self) -> bool:
        """Whether a row is in memory: a list that is still searched for may have none."""
        return any(self._pages.values())

    def row(self, ordinal: int) -> Event | None:
        """The event at `ordinal`, or None while it is not in memory."""
        page_number, offset = divmod(ordinal, PAGE_SIZE)
        page = self._pages.get(page_number)
        return page[offset] if page is not None and offset < len(page) else None

    def ordinal_of(self, event: Event) -> int | None:
        """The row of an event, or None while it is not in memory."""
        for page_number, page in self._pages.items():
            for offset, each in enumerate(page):
                if each.id == event.id:
                    return page_number * PAGE_SIZE + offset
        return None

    def times(self, rows: range) -> tuple[datetime, datetime] | None:
        """The times (UTC) of the oldest and the newest of `rows`, None while these are not in memory."""
        newest, oldest = self.row(rows.start), self.row(rows.stop - 1)
        return (oldest.occurred_at, newest.occurred_at) if oldest and newest else None

    def put(self, ordinal: int, page: EventPage) -> None:
        """Keep rows from `ordinal` (a multiple of PAGE_SIZE) on. Where nothing is older they end the list.

        A page whose search is not finished is put again with what is found next.
        """
        self._growing = ordinal // PAGE_SIZE if page.searched_to else None
        for first in range(0, max(1, len(page.events)), PAGE_SIZE):
            page_number = (ordinal + first) // PAGE_SIZE
            self._pages[page_number] = page.events[first : first + PAGE_SIZE]
            self._pages.move_to_end(page_number)
        while len(self._pages) > PAGES_KEPT:
            self._pages.popitem(last=False)
        seen = ordinal + len(page.events)
        if not page.has_older:
            self.end, self.end_is_known, self._holds_oldest = seen, True, True
        elif not self.end_is_known:
            self.end = max(self.end, seen + 1)

    def from_newest(self) -> list[Event]:
        """The rows in memory that follow one another from the newest event on."""
        rows: list[Event] = []
        while (event := self.row(len(rows))) is not None:
            rows.append(event)
        return rows

    def beyond(self, ordinal: int, step: Literal[1, -1]) -> list[tuple[int, Event]]:
        """The rows in memory with their ordinals, from beyond one on: the older ones first (1) or the newer (-1)."""
        rows = [
            (number * PAGE_SIZE + offset, event)
            for number in sorted(self._pages)
            for offset, event in enumerate(self._pages[number])
        ]
        if step < 0:
            rows.reverse()
        ahead = [row for row in rows if (row[0] - ordinal) * step > 0]
        return ahead + [row for row in rows if (row[0] - ordinal) * step <= 0]

    def set_end(self, end: int) -> int:
        """The list is known to hold `end` rows. Returns by how many rows are numbered otherwise from now on."""
        if self._holds_oldest and not self.is_from_oldest and end > self.end:
            return 0  # it grew since its rows were read: none of them is missing behind the oldest
        moved = end - self.end if self.is_from_oldest else 0
        if moved:
            self._move(moved)
        self.end, self.end_is_known, self.is_from_oldest = end, True, False
        return moved

    def number_from_oldest(self, at_least: int) -> None:
        """The last row is the oldest of a list of `at_least` so many rows, and how many there are is not known."""
        self.is_from_oldest, self._at_least = True, at_least

    def _move(self, by: int) -> None:
        """Number all rows anew. Pages of which only a part is in memory are forgotten, unless they end the list."""
        rows = {
            page_number * PAGE_SIZE + offset + by: event
            for page_number, page in self._pages.items()
            for offset, event in enumerate(page)
        }
        self._pages.clear()
        for page_number in sorted({ordinal // PAGE_SIZE for ordinal in rows if ordinal >= 0}):
            first = page_number * PAGE_SIZE
            page = [rows.get(ordinal) for ordinal in range(first, min(first + PAGE_SIZE, self.end + by))]
            known = tuple(event for event in page if event is not None)
            if len(known) == len(page):
                self._pages[page_number] = known

    def name(self, ordinal: int) -> str:
        """What a row is called: "row 12", or where nobody knows how many are newer, "row 12 from the oldest"."""
        return f"row {self.end - ordinal:,} from the oldest" if self.is_from_oldest else f"row {ordinal + 1:,}"

    @property
    def found(self) -> Count:
        """How many rows are known to exist. Where the end is not known, `end` holds a place for one more."""
        from store import Count

        if self.is_from_oldest:
            return Count(number=max(self._at_least, self.end - min(self._pages) * PAGE_SIZE), exact=False)
        return Count(number=self.end if self.end_is_known else max(0, self.end - 1), exact=self.end_is_known)

    def reach(self, ordinal: int) -> None:
        """A row with that ordinal is known to exist."""
        if not self.end_is_known:
            self.end = max(self.end, ordinal + 1)

    def most_wanted(self, top: int, height: int, cursor: int, *, older: bool) -> Missing | None:
        """The page not in memory that is wanted most: in sight, then at the cursor, then the way the view moves."""
        ahead = (top + height, top + height + PAGE_SIZE) if older else (top - PAGE_SIZE, top - 1)
        in_sight = self.first_missing(top, top + height - 1)
        at_cursor = self.first_missing(cursor, cursor) or self._cut_before(cursor)
        return in_sight or at_cursor or self.first_missing(*ahead)

    def _cut_before(self, ordinal: int) -> Missing | None:
        """The page that was to hold a row, if its search was given up before it was found."""
        page_number, offset = divmod(ordinal, PAGE_SIZE)
        page = self._pages.get(page_number)
        is_cut = page is not None and offset >= len(page) and not self.end_is_known
        return self._missing(page_number) if is_cut and not self.rests and page_number != self._growing else None

    def stop_growing(self) -> None:
        """Nothing more is on its way."""
        self._growing = None

    def give_up(self) -> bool:
        """What was on its way does not come. Returns whether somebody was on the way to the end, who is no longer."""
        self.stop_growing()
        was_wanted, self.end_is_wanted = self.end_is_wanted, False
        return was_wanted

    def first_missing(self, first: int, last: int) -> Missing | None:
        """The first page not in memory that holds a row from `first` to `last` (included), or None."""
        end = self.found.number if self.rests else self.end
        for page_number in range(max(first, 0) // PAGE_SIZE, max(min(last, end - 1), -1) // PAGE_SIZE + 1):
            if page_number in self._pages:
                self._pages.move_to_end(page_number)
            else:
                return self._missing(page_number)
        return None

    def _missing(self, page_number: int) -> Missing:
        newer, older = self._pages.get(page_number - 1), self._pages.get(page_number + 1)
        ordinal = page_number * PAGE_SIZE
        if newer:
            return Missing(ordinal, newer[-1], "older")
        if older:
            return Missing(ordinal, older[0], "newer")
        return Missing(ordinal, None, "older")
