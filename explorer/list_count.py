"""How many events a list has: counted, or where that takes too long, the rows that are known to be there."""

from __future__ import annotations

import time
from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from store import Count

    from .searching import Listed
    from .widgets.loaded_rows import LoadedRows

QUICK_SECONDS = 0.1
"""Where a batch comes in while a followed list is counted, it is counted once more if that took no longer."""


class ListCount:
    """The count of one list. `counted` is None until it is there."""

    def __init__(self) -> None:
        self.counted: Count | None = None
        self._is_countable = True
        self._listed: Listed | None = None
        self._grown: Count | None = None
        """What is counted, and what came in since then."""
        self._newest: int | None = None
        """The batch behind which nothing is in that number; None where nobody knows."""
        self._holds_all = True
        """Whether all up to that batch is in it: some may have come in while it was counted."""

    async def load(self, listed: Listed, *, is_followed: bool = False) -> None:
        """Count the list, and of one that `is_followed` learn which batches are counted. Raises StoreError."""
        from store import QuestionTooLong

        began = time.monotonic()
        before = await _newest_batch(listed) if is_followed else None
        try:
            counted = await listed.repository.count(listed.settled)
            newest = None if before is None else await _newest_batch(listed)
            if newest != before and time.monotonic() - began < QUICK_SECONDS:
                before, counted = newest, await listed.repository.count(listed.settled)
                newest = None if before is None else await _newest_batch(listed)
        except QuestionTooLong:
            self._is_countable = False
            raise
        self.counted = self._grown = counted
        self._listed, self._newest, self._holds_all = listed, newest, newest == before

    async def go_on(self, listed: Listed) -> None:
        """Count some more of a list of which a part is counted. Raises StoreError."""
        self.counted = self._grown = await listed.repository.count(listed.settled, self.counted)
        self._newest = None

    async def add(self, after: int, newest: int, new: int) -> None:
        """The batches behind `after` up to `newest` brought `new` events, which show once it grows. Raises StoreError.

        Those of them that are counted already are not added. Of a number that may lack some it is said that there are
        at least so many, until it is counted again; one that was counted in part stays as it is.
        """
        grown, held, listed = self._grown, self._newest, self._listed
        if grown is None or listed is None or grown.searched_to is not None:
            return
        if held is None:
            self._grown = grown.replaced(exact=grown.exact and not new)
            return
        if held >= newest:
            new = 0
        elif held != after:
            new = await listed.repository.count_arrivals(listed.settled, held, newest)
        if self._grown is grown:  # else it was counted again meanwhile
            self._grown = grown.replaced(number=grown.number + new, exact=grown.exact and self._holds_all)
            self._newest = max(held, newest)

    def grow(self) -> int | None:
        """What was added shows from now on. Returns how many rows there are, None where that is not known."""
        self.counted = self._grown
        return self.counted.number if self.counted and self.counted.searched_to is None else None

    @property
    def number(self) -> int:
        """How many events are counted by now."""
        return self.counted.number if self.counted else 0

    @property
    def can_go_on(self) -> bool:
        """Whether a part is counted, behind which counting can go on."""
        return self.counted is not None and self.counted.searched_to is not None

    @property
    def is_uncertain(self) -> bool:
        """Whether it was tried to count the list, and not all of it is counted."""
        return not self._is_countable or (self.counted is not None and not self.counted.exact)

    def shown(self, listed: Listed | None, rows: LoadedRows) -> Count | None:
        """What can be said of a list with these rows, None while it is being counted."""
        if listed is not None and (listed.is_searched or not self._is_countable):
            return rows.found
        counted = self.counted
        is_behind = counted is not None and not counted.exact and counted.number < rows.found.number
        return rows.found if is_behind else counted


async def _newest_batch(listed: Listed) -> int | None:
    """The newest batch of a log; None where that cannot be told, or not soon."""
    from store import MappingProblem, QuestionTooLong

    with suppress(MappingProblem, QuestionTooLong):
        return await listed.repository.newest_batch()
    return None
