"""How many events a list has: counted, or where that takes too long, the rows that are known to be there."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from store import Count

    from .searching import Listed
    from .widgets.loaded_rows import LoadedRows

ATTEMPTS = 2
"""How often a followed list is counted when a batch comes in meanwhile."""


class ListCount:
    """The count of one list. `counted` is None until it is there."""

    def __init__(self) -> None:
        self.counted: Count | None = None
        self._is_countable = True
        self._grown: Count | None = None
        """What is counted, and what came in since then."""
        self._newest: int | None = None
        """The newest batch that this holds; None where that is not known."""
        self._listed: Listed | None = None

    async def load(self, listed: Listed, *, is_followed: bool = False) -> None:
        """Count the list, and of one that `is_followed` learn which batches are counted. Raises StoreError."""
        from store import QuestionTooLong

        repository = listed.repository
        newest = None
        try:
            for _ in range(ATTEMPTS):
                before = await repository.newest_batch() if is_followed else None
                counted = await repository.count(listed.settled)
                if before is None or before == await repository.newest_batch():
                    newest = before
                    break
        except QuestionTooLong:
            self._is_countable = False
            raise
        self.counted = self._grown = counted
        self._listed, self._newest = listed, newest

    async def go_on(self, listed: Listed) -> None:
        """Count some more of a list of which a part is counted. Raises StoreError."""
        self.counted = self._grown = await listed.repository.count(listed.settled, self.counted)
        self._newest = None

    async def add(self, after: int, newest: int, new: int) -> None:
        """The batches behind `after` up to `newest` brought `new` events, which show once it grows. Raises StoreError.

        Those of them that are counted already are not added. Where nobody knows which, there are at least as many.
        """
        grown, held, listed = self._grown, self._newest, self._listed
        if grown is None or listed is None or not grown.exact:
            return
        if held is None:
            self._grown = grown.replaced(exact=not new)
        elif held < newest:
            if held != after:
                new = await listed.repository.count_arrivals(listed.settled, held, newest)
            if self._grown is grown:  # else it was counted again meanwhile
                self._grown, self._newest = grown.replaced(number=grown.number + new), newest

    def grow(self) -> int | None:
        """What was added shows from now on. Returns how many there are, None where that is not known."""
        self.counted = self._grown
        return self.counted.number if self.counted and self.counted.exact else None

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
