"""The filter as one line of text, to read, to write and to apply, with what the line means said below it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.message import Message
from textual.widgets import Input, OptionList, Static

from ..display import events_text, visible
from ..keys import QUERY_BOX_KEYS
from .completion_list import CompletionList
from .query_input import QueryInput

if TYPE_CHECKING:
    from collections.abc import Sequence

    from store import Count, EventFilter, FilterMistake, UnfinishedTerm

    from ..completions import Completion

PLACEHOLDER = "name:plan.updated -actor_type:system since:-7d, or a text to look for"


class QueryBox(Vertical):
    """Posts `DraftRead` as the user writes, `Applied` on Enter when the line is a filter, and `Left` on Escape."""

    DEFAULT_CSS = """
    QueryBox { height: 2; background: $panel; border-left: outer $accent; }
    QueryBox > QueryInput { background: $panel; }
    QueryBox > .query-box--note {
        height: 1; width: 1fr; color: $text-muted; text-wrap: nowrap; text-overflow: ellipsis;
    }
    QueryBox > CompletionList { offset-x: -1; }
    QueryBox.-mistaken { height: auto; }
    QueryBox.-mistaken > .query-box--note {
        height: auto; max-height: 4; color: $text-error; text-wrap: wrap;
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [*QUERY_BOX_KEYS]

    @dataclass
    class DraftRead(Message):
        """The line has changed, and is now this filter, or None as long as there is a mistake in it.

        `term` is what is being written of the `text`.
        """

        event_filter: EventFilter | None
        text: str
        term: UnfinishedTerm

    @dataclass
    class Applied(Message):
        """The user wants this filter, written as `text`."""

        text: str
        event_filter: EventFilter

    @dataclass
    class Left(Message):
        """The user wants the filter to stay as it is."""

    def __init__(self) -> None:
        super().__init__()
        self._input = QueryInput(placeholder=PLACEHOLDER)
        self._note = Static(classes="query-box--note", markup=False)
        self._list = CompletionList()
        self._queries: Sequence[str] = ()
        self._draft = ""
        self._age = 0
        """How many queries ago the one in the line was written, 0 for what is written now."""

    def compose(self) -> ComposeResult:
        yield self._input
        yield self._note
        yield self._list

    @property
    def text(self) -> str:
        return self._input.value.strip()

    def write(self, text: str) -> None:
        """Show a text, ready for more of it."""
        self._age = 0
        self._input.write(text)
        self.read_draft()  # also where that changes nothing

    def write_on(self, text: str) -> None:
        """Show a text that is not finished."""
        self.write(text)
        self._input.value = text
        self._input.cursor_position = len(text)

    def show_history(self, queries: Sequence[str]) -> None:
        """Queries to go back to, the last one last."""
        self._queries, self._age = queries, 0

    def write_in(self) -> None:
        """Focus the line. At once: keys typed ahead are meant for it."""
        self.screen.set_focus(self._input)

    def show_meaning(self, event_filter: EventFilter, count: Count | None) -> None:
        """Say what the line means, and how many events that are, where it is known: the number also for long lines."""
        from store import sentence

        events = "" if count is None else f" · {events_text(count)}"
        room = self._note.content_size.width - len(events)
        self.say(visible(f"= {sentence(event_filter)}", room if events and room > 0 else None) + events)

    def show_completions(self, completions: Sequence[Completion]) -> None:
        """What the term that is being written can become."""
        self._list.show(completions)

    def read(self, unfinished: UnfinishedTerm | None = None) -> EventFilter | None:
        """The filter that the line writes; None, and the reason below it, when there is a mistake in it.

        That a term is still being written, the `unfinished` one, is no mistake to underline.
        """
        from store import FilterMistake, parse_filter

        try:
            event_filter = parse_filter(self._input.value)
        except FilterMistake as mistake:
            is_unfinished = unfinished is not None and self._may_go_away(mistake, unfinished)
            if is_unfinished and unfinished is not None and unfinished.word and not unfinished.value:
                from ..completions import still_to_write

                self._input.mark(None)
                self.say(still_to_write(unfinished))
            else:
                self._show_mistake(mistake, underlined=not is_unfinished)
            return None
        self._input.mark(None)
        return event_filter

    def _may_go_away(self, mistake: FilterMistake, term: UnfinishedTerm) -> bool:
        """Whether a mistake is none any more if the user writes the `term` on.

        One with which it begins stays, but for a bare word up to the cursor: OR may become ORDER, and `-name` a field.
        """
        start, end = mistake.column - 1, mistake.column - 1 + mistake.length
        is_bare = term.word is None and (start, end) == (term.start, term.end) and end == self._input.cursor_position
        return is_bare or (term.is_open and start > term.start)

    def _show_mistake(self, mistake: FilterMistake, *, underlined: bool) -> None:
        self._input.mark((mistake.column - 1, mistake.column - 1 + mistake.length) if underlined else None)
        self.say(f"{mistake} {mistake.advice}".strip(), mistaken=underlined)

    def say(self, note: str, *, mistaken: bool = False) -> None:
        """Say something of the line below it."""
        self._note.update(visible(note), layout=mistaken)  # only a mistake is told to its end, on several lines
        self.set_class(mistaken, "-mistaken")

    @on(Input.Changed)
    def _read_change(self, message: Input.Changed) -> None:
        message.stop()
        self.read_draft()

    def read_draft(self) -> None:
        """Say what is written in the line by now."""
        from store import unfinished_term

        text = self._input.value
        term = unfinished_term(text, min(self._input.cursor_position, len(text)))
        event_filter = self.read(unfinished=term)
        if event_filter is not None:
            self.show_meaning(event_filter, None)
        self.post_message(self.DraftRead(event_filter, text, term))

    @on(Input.Submitted)
    def _apply(self, message: Input.Submitted) -> None:
        message.stop()
        if self._list.chosen is not None:
            self._complete(self._list.chosen)
        elif (event_filter := self.read()) is not None:
            self.post_message(self.Applied(self.text, event_filter))

    def action_move(self, step: int) -> None:
        """Move in the list where the user is in it or goes there; else through what was written before."""
        if self._list.chosen is not None or (step > 0 and self._age == 0 and self._list.display):
            self._list.move(step)
        else:
            self._recall(step)

    def _recall(self, step: int) -> None:
        """Show the query written before (-1) or after (1) the one in the line; after the last one what was left."""
        age = max(0, min(self._age - step, len(self._queries)))
        if age != self._age:
            self._draft = self._draft if self._age else self.text
            self._age = age
            self._input.write(self._queries[-age] if age else self._draft)

    def action_complete(self) -> None:
        """Write the highlighted completion, else the first one."""
        if completion := self._list.chosen or next(iter(self._list.completions), None):
            self._complete(completion)

    def _complete(self, completion: Completion) -> None:
        from store import unfinished_term

        term = unfinished_term(self._input.value, self._input.cursor_position)
        end = term.end + (self._input.value[term.end : term.end + 1] == completion.written[-1])
        self._input.replace(completion.written, term.start, end)

    @on(OptionList.OptionSelected)
    def _complete_selected(self, message: OptionList.OptionSelected) -> None:
        message.stop()
        self._complete(self._list.completions[message.option_index])

    async def action_apply(self) -> None:
        await self._input.action_submit()

    def action_leave(self) -> None:
        if self._list.chosen is not None:
            self._list.highlighted = None
        else:
            self.post_message(self.Left())
