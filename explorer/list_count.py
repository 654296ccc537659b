"""How many events a list has: counted, or where that takes too long, the rows that are known to be there."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from store import Count

    from .searching import Listed
    from .widgets.loaded_rows import LoadedRows


class ListCount:
    """The count of one list. `counted` is None until it is there."""

    def __init__(self) -> None:
        self.counted: Count | None = None
        self._is_countable = True

    async def load(self, listed: Listed) -> None:
        """Count the list. Raises StoreError."""
        from store import QuestionTooLong

        try:
            self.counted = await listed.repository.count(listed.settled)
        except QuestionTooLong:
            self._is_countable = False
            raise

    async def go_on(self, listed: Listed) -> None:
        """Count some more of a list of which a part is counted. Raises StoreError."""
        self.counted = await listed.repository.count(listed.settled, self.counted)

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

    def grow(self, new: int) -> int | None:
        """So many events came in. Returns how many there are by now, None where that is not known."""
        if self.counted is None:
            return None
        self.counted = self.counted.replaced(number=self.counted.number + new)
        return self.counted.number if self.counted.exact else None

    def shown(self, listed: Listed | None, rows: LoadedRows) -> Count | None:
        """What can be said of a list with these rows, None while it is being counted."""
        if listed is not None and (listed.is_searched or not self._is_countable):
            return rows.found
        counted = self.counted
        is_behind = counted is not None and not counted.exact and counted.number < rows.found.number
        return rows.found if is_behind else counted
