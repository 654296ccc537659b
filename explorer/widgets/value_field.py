"""A field of the filter whose values are written by the user: those chosen, a line to write another, what is wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

from textual import events, on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.widgets import Input, OptionList, Static

from ..display import visible
from ..keys import FIELD_KEYS
from .completion_list import CompletionList
from .facet_list import FacetList
from .line_input import LineInput
from .sidebar_messages import ChoiceMade, EdgeReached, OffersNeeded

if TYPE_CHECKING:
    from collections.abc import Sequence

    from store import Choice, Facet

    from ..completions import Completion


QUOTE = '"'


class ValueField(Vertical):
    """Posts `ChoiceMade` when the user adds or removes a value.

    With `counted` it also lists those of the log. With `offering` it posts `OffersNeeded` while one is written.
    """

    DEFAULT_CSS = """
    ValueField { height: auto; }
    ValueField > LineInput { background: $panel; }
    ValueField > .value-field--problem { height: auto; color: $text-error; display: none; }
    ValueField.-problem > .value-field--problem { display: block; }
    ValueField > CompletionList { constrain: none inflect; margin: 0 0 1 0; max-height: 30vh; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [*FIELD_KEYS]

    def __init__(
        self, field: str, title: str, placeholder: str, *, counted: bool = False, offering: bool = False
    ) -> None:
        super().__init__()
        self.field = field
        self._values = FacetList(field, title, counted=counted, most_rows=6)
        self._input = LineInput(placeholder=placeholder)
        self._problem = Static(classes="value-field--problem", markup=False)
        self._offers = CompletionList() if offering else None
        self._answered = ""
        """The text for which offers were shown last, or are not waited for."""
        self._waiting: tuple[str, Sequence[Literal["down", "enter"]]] = "", ()
        """A text, and the keys that wait for its offers."""
        self._choice: Choice | None = None

    def compose(self) -> ComposeResult:
        yield self._values
        yield self._input
        yield self._problem
        if self._offers is not None:
            yield self._offers

    def show(self, choice: Choice) -> None:
        """List the values that the filter names."""
        self._choice = choice
        loses_focus = self._values.has_focus and not choice and not self._values.is_counted
        self._values.show(choice)
        if loses_focus:
            self._input.focus()

    def show_facets(self, facets: Sequence[Facet], *, at_least: bool, left_out: bool) -> None:
        """List these values of the log."""
        self._values.show_facets(facets, at_least=at_least, left_out=left_out)

    def show_offers(self, text: str, offers: Sequence[Completion]) -> None:
        """What may be meant by a text, if it is still the one that is written. Keys that waited for it act now."""
        if self._offers is None or text != self._input.value:
            return
        self._offers.show(offers if self._input.has_focus else (), self._offers.chosen)
        self._answered, keys, self._waiting = text, self._keys_waiting(), ("", ())
        for key in keys:
            if key == "enter":
                self._choose_written()
            elif self._offers.display:
                self._offers.move(1)

    def action_leave(self, step: int) -> None:
        """Move in what is offered, where the user is in it or goes there; else to another control.

        What is still looked for is waited for: who writes a name and goes on by heart would land somewhere else.
        """
        if step > 0 and self._is_unanswered:
            self._waiting = self._input.value, [*self._keys_waiting(), "down"]
        elif self._offers is not None and self._offers.display and (step > 0 or self._offers.chosen is not None):
            self._offers.move(step)
        else:
            self.post_message(EdgeReached(1 if step > 0 else -1))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Take offers away only where there are any: else the key leads out of the filters."""
        return action != "decline" or (self._offers is not None and self._offers.display)

    @on(events.DescendantBlur)
    def action_decline(self) -> None:
        """Take away what is offered, and wait for no more."""
        self._answered = self._input.value
        if self._offers is not None:
            self._offers.show(())

    @on(ChoiceMade)
    def _keep(self, message: ChoiceMade) -> None:
        self.show(message.choice)

    @on(Input.Changed)
    def _check(self, message: Input.Changed) -> None:
        message.stop()
        is_empty = message.value.strip() in ("", "-", QUOTE, f"-{QUOTE}")
        found = None if is_empty else self._read(message.value)
        if is_empty:
            self._say("")
        if self._offers is not None:
            value, excluded = found or ("", False)
            self._offers.narrow(value)  # what was offered for another text is not chosen by this one
            self.post_message(OffersNeeded(self, message.value, value, excluded))

    @on(Input.Submitted)
    def _add(self, message: Input.Submitted) -> None:
        message.stop()
        if self._is_unanswered and (keys := self._keys_waiting()):
            self._waiting = self._input.value, [*keys, "enter"]
        else:
            self._choose_written()

    @property
    def _is_unanswered(self) -> bool:
        return self._offers is not None and self._input.value.strip() != "" and self._answered != self._input.value

    def _keys_waiting(self) -> Sequence[Literal["down", "enter"]]:
        """Those that were pressed behind the text as it is written now."""
        text, keys = self._waiting
        return keys if text == self._input.value else ()

    def _choose_written(self) -> None:
        """Choose what is highlighted of the offers, or else what is written."""
        text = self._input.value
        found = self._read(text) if text.strip() else None
        if found is not None:
            value, excluded = found
            chosen = self._offers.chosen if self._offers is not None else None
            self._choose(chosen.label if chosen else value, excluded=excluded)

    @on(OptionList.OptionSelected)
    def _add_offer(self, message: OptionList.OptionSelected) -> None:
        message.stop()
        found = self._read(self._input.value)
        if found is not None and self._offers is not None:
            self._choose(self._offers.completions[message.option_index].label, excluded=found[1])

    def _choose(self, value: str, *, excluded: bool) -> None:
        if self._choice is not None:
            self._input.clear()
            choice = self._choice.with_value(value, excluded=excluded)
            self.show(choice)
            self.post_message(ChoiceMade(self.field, choice))

    def _read(self, text: str) -> tuple[str, bool] | None:
        """The value and whether to exclude it; None, and the reason under the field, when the text writes none."""
        from store import FilterMistake

        try:
            found = read_value(text)
        except FilterMistake as mistake:
            self._say(f"{mistake} {mistake.advice}".strip())
            return None
        self._say("")
        return found

    def _say(self, problem: str) -> None:
        if problem:
            self._problem.update(visible(problem))
        self.set_class(bool(problem), "-problem")


def read_value(text: str) -> tuple[str, bool]:
    """The value that a text writes, and whether a leading minus excludes it.

    White space around it does not count. A value in double quotes is read as in the query language, so that it may
    begin with a minus or white space. Raises FilterMistake.
    """
    from store import Choice, EventFilter, FilterMistake, parse_filter

    bare = text.strip()
    excluded = bare.startswith("-")
    value = bare.removeprefix("-").lstrip()
    if not value:
        raise FilterMistake("There is no value behind the minus.", column=1, advice="Write one to exclude it.")
    if not value.startswith(QUOTE):
        return value, excluded
    read = parse_filter(f"entity:{value}")
    if read != EventFilter(entity_ids=Choice(included=read.entity_ids.included[:1])):
        raise FilterMistake("There is more than one value.", column=1, advice="Add one after the other.")
    return read.entity_ids.included[0], excluded
