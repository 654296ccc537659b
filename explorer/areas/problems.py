"""What could not be answered: the cause is said over the rows of before, and the log is asked again by itself."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from textual import on

from .. import notices
from ..display import visible
from ..event_list import EventList
from ..messages import ListShown, QuestionFailed
from ..questions import FIRST_SECONDS, MOST_SECONDS, answered, may_be_answered, put, reach
from ..shown import Shown
from .key_area import KeyArea

if TYPE_CHECKING:
    from textual.timer import Timer

    from store import EventRepository, StoreError


class Problems(KeyArea):
    """Stands around everything that asks, and hears of each question that failed.

    While the log does not answer, one small question is asked less and less often. When it is answered, or the user
    reads again, `reload` shows the same events as they are by now. `database_name` names the log.
    """

    def __init__(
        self,
        *,
        shown: Callable[[], Shown | None],
        event_list: EventList,
        reload: Callable[[], object],
        database_name: Callable[[], str],
    ) -> None:
        super().__init__(shown=shown)
        self._list = event_list
        self._reload = reload
        self._database_name = database_name
        self._problem: StoreError | None = None
        """Why the log does not answer; None while it does."""
        self._wait = FIRST_SECONDS
        self._answered_at = float("-inf")
        self._next: Timer | None = None
        self._was_told = False

    @property
    def kept_closed(self) -> bool:
        """Whether it was said why the log cannot be opened, and it never was."""
        return self._was_told and self.shown() is None

    @on(QuestionFailed)
    def _hear(self, message: QuestionFailed) -> None:
        message.stop()
        self.tell(message.problem)

    def tell(self, problem: StoreError) -> None:
        """Say why a question was not answered, and see to it that it will be, unless that is up to the user."""
        from store import DatabaseReplaced

        self._was_told = True
        if self._is_beside_the_rows(problem):
            self._list.table.rows_failed()
            self.notify(visible(f"{problem} {problem.advice}"), severity="error", markup=False)
            return
        if notices.is_of_filter(problem):
            self._list.show_failure(None, notices.problem(problem, self._database_name()))
            return
        is_new = self._problem is None
        if may_be_answered(problem):
            self._problem = problem
        if isinstance(problem, DatabaseReplaced):
            self._reload()
            return
        if self._next is None and self._is_asked_again(problem):
            soon = is_new and time.monotonic() - self._answered_at > MOST_SECONDS
            self._wait = FIRST_SECONDS if soon else min(MOST_SECONDS, 2 * self._wait)
            self._next = self.set_timer(self._wait, self._ask_again)
        self._say(problem)

    def _is_beside_the_rows(self, problem: StoreError) -> bool:
        """Whether the log answers, and only something that the user wanted besides cannot be."""
        from store import DatabaseProblem, LinkMistake, MappingProblem, SchemaProblem, SettingsMistake

        if isinstance(problem, LinkMistake | SettingsMistake):
            return True
        if isinstance(problem, MappingProblem):
            return self._list.table.rows.are_any
        is_of_database = isinstance(problem, DatabaseProblem | SchemaProblem) or notices.is_of_filter(problem)
        return self.shown() is not None and not is_of_database

    def _is_asked_again(self, problem: StoreError) -> bool:
        """Before there is a list, only a log that may be on its way: a wrong name or password stays wrong."""
        from store import DatabaseUnavailable

        return may_be_answered(problem) and (self.shown() is not None or isinstance(problem, DatabaseUnavailable))

    def _say(self, problem: StoreError) -> None:
        again = None if self._next is None else self._wait
        banner = notices.problem_banner(problem, self._list.read_at, self._list.table.zone, again)
        self._list.show_failure(banner, notices.problem(problem, self._database_name(), again))

    def _ask_again(self) -> None:
        self._next = None
        shown = self.shown()
        if shown is None:
            self._reload()
        else:
            put(self, "problems", answered, self.tell, self._try, shown.repository)

    async def _try(self, repository: EventRepository) -> None:
        await reach(repository)
        self._reload()

    @on(ListShown)
    def _end(self) -> None:
        """The log answers: say so where it did not."""
        problem, self._problem = self._problem, None
        if self._next is not None:
            self._next.stop()
            self._next = None
        if problem is not None:
            self._answered_at = time.monotonic()
            self._list.show_banner(notices.answers_again(problem))
