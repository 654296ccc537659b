"""The dialog that lists the marked events of a log, whatever filter they were found with."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding
from textual.content import Content
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from store import EVENT_NAMES

from ..display import entity_text, event_label, kind_sign, time_text, visible
from .choice_list import ChoiceList
from .dialog import Dialog
from .frame import DialogFrame

if TYPE_CHECKING:
    from store import Event

    from ..marks import Mark


class MarkList(Dialog["Event | None"]):
    """Returns the event that the user chose. `marked` are marks with their events, oldest first."""

    DEFAULT_CSS = """
    MarkList { align: center middle; }
    MarkList DialogFrame { width: 110; }
    """
    BINDINGS: ClassVar = [Binding("escape,M", "cancel", "Close", id="mark_list.cancel")]

    def __init__(
        self, marked: Sequence[tuple[Mark, Event | None]], title: str = "Marked events", choose: str = "go"
    ) -> None:
        super().__init__()
        self._marked = marked
        self._frame = DialogFrame(f"{title}, oldest first", f"enter {choose} · esc close")

    def compose(self) -> ComposeResult:
        with self._frame:
            yield ChoiceList(*(Option(_line(mark, event), disabled=event is None) for mark, event in self._marked))

    def on_option_list_option_selected(self, message: OptionList.OptionSelected) -> None:
        self.dismiss(self._marked[message.option_index][1])

    def action_cancel(self) -> None:
        self.dismiss(None)


def _line(mark: Mark, event: Event | None) -> Content:
    what = f"event {visible(mark.event_id, 60)}, which the log no longer holds"
    if event is not None:
        sign = kind_sign(EVENT_NAMES.kind(event.event_name))
        what = "  ".join(
            part for part in (f"{sign} {event_label(event.event_name)}", entity_text(event.entity)) if part
        )
    first = Content.styled(f"{time_text(mark.occurred_at, UTC)}  ", "$text-muted") + Content(what)
    return first + Content.styled(f"\n    {visible(mark.note)}", "$text-accent") if mark.note else first
