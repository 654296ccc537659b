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

    def grow(self, new: int) -> int | None:
        """So many events came in. Returns how many there are by now, None where that is not known."""
        if self.counted is None:
            return None
        self.counted = self.counted.replaced(number=self.counted.number + new)
        return self.counted.number

    def shown(self, listed: Listed | None, rows: LoadedRows) -> Count | None:
        """What can be said of a list with these rows, None while it is being counted."""
        if listed is not None and (listed.is_searched or not self._is_countable):
            return rows.found
        return self.counted
