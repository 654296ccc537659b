"""A screen of lines under a title, walked with the keys that every list has, and what it asks a log for them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC
from functools import partial
from types import MappingProxyType
from typing import TYPE_CHECKING, Generic, TypeVar

from textual import on
from textual.app import ComposeResult
from textual.widgets import Static

from . import notices
from .asking_screen import AskingScreen
from .questions import FIRST_SECONDS, MOST_SECONDS, answered, may_be_answered, pass_over, put
from .widgets.key_footer import KeyFooter
from .widgets.line_list import LineList

if TYPE_CHECKING:
    from textual.timer import Timer

    from store import StoreError

Question = Callable[[], Awaitable[None]]
Chosen = TypeVar("Chosen")


class LineScreen(AskingScreen["Chosen | None"], Generic[Chosen]):
    """Returns what the user chose, None when they leave. `name` begins the ids of what stands on the screen.

    While the log does not answer, what is there stays, and it is asked again less and less often.
    """

    DEFAULT_CSS = """
    LineScreen { layout: vertical; }
    LineScreen .line-screen--title { height: auto; background: $panel; padding: 0 1; }
    """

    def __init__(self, name: str) -> None:
        super().__init__()
        self._title = Static(id=f"{name}-title", classes="line-screen--title", markup=False)
        self._lines = LineList(id=f"{name}-lines")
        self._unanswered: Mapping[str, Question] = MappingProxyType({})
        self._too_long: frozenset[str] = frozenset()
        """The groups of those questions that only the user asks again: they would keep the log as busy once more."""
        self._problem: StoreError | None = None
        """Why the log does not answer; None while it does."""
        self._wait = FIRST_SECONDS
        self._next: Timer | None = None

    def compose(self) -> ComposeResult:
        yield self._title
        yield self._lines
        yield KeyFooter()

    def action_move(self, step: int) -> None:
        self._lines.move(step)

    def action_page(self, pages: float) -> None:
        self._lines.page(pages)

    def action_first_line(self) -> None:
        self._lines.move_to(0)

    def action_last_line(self) -> None:
        self._lines.move_to(len(self._lines.lines) - 1)

    def action_open(self) -> None:
        """Use the highlighted line."""
        raise NotImplementedError

    def action_leave(self) -> None:
        self.dismiss(None)

    @on(LineList.LineClicked)
    def _use_clicked_line(self, message: LineList.LineClicked) -> None:
        message.stop()
        if message.again or message.line.unfolded is not None:  # where to go takes two, as in the table of events
            self.action_open()

    # Questions and their answers

    def _ask(self, group: str, question: Question) -> None:
        """Put a question, which uses its own answer and can be put again. There is one at a time in a group."""
        self._unanswered = {**self._unanswered, group: question}
        self._too_long -= {group}
        put(self, group, answered, partial(self._show_problem, group), self._answer, group, question)

    async def _answer(self, group: str, question: Question) -> None:
        await question()
        self._unanswered = {each: asked for each, asked in self._unanswered.items() if each != group}
        if self._problem is not None and self._unanswered.keys() <= self._too_long:
            self.notify(notices.answers_again(self._problem).plain, markup=False)
            self._problem, self._wait = None, FIRST_SECONDS

    def _show_problem(self, group: str, problem: StoreError) -> None:
        pass_over(self, problem)  # the list below is of that log as well
        if not may_be_answered(problem):
            self._too_long |= {group}
        else:
            self._problem = problem
            if self._next is None:
                self._next = self.set_timer(self._wait, self._ask_again)
        again = None if self._next is None else self._wait
        self._title.update(notices.problem_banner(problem, None, UTC, again))

    def action_ask_again(self) -> None:
        """Put every question that was not answered again, at once."""
        self._too_long = frozenset()
        self._ask_again()

    def _ask_again(self) -> None:
        if self._next is not None:
            self._next.stop()
            self._next, self._wait = None, min(MOST_SECONDS, 2 * self._wait)
        for group, question in self._unanswered.items():
            if group not in self._too_long:
                self._ask(group, question)
