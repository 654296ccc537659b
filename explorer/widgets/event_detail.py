"""The detail pane: everything one event has, with the way to its link and to the events next to it."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import UTC, datetime, tzinfo
from typing import TYPE_CHECKING, ClassVar, Self, TypeAlias

from textual import on
from textual.binding import BindingType
from textual.containers import Horizontal
from textual.widget import Widget
from textual.widgets import Static

from store import EVENT_NAMES

from ..display import event_label, kind_sign
from ..json_value import LONG, JsonValue, NotJson, let_go, read_json, read_long_json
from ..keys import DETAIL_KEYS
from ..messages import (
    AskedSection,
    EventChosen,
    LinkCopyRequested,
    NarrowRequested,
    NeighbourRequested,
    PaneLeft,
    RevealRequested,
    SectionNeeded,
)
from .asked_lines import Answers, asked_lines
from .event_fields import absent_line, field_lines
from .line_list import LineList
from .mark_line import mark_line
from .pane_action import PaneAction, PaneTitle
from .payload_tree import Unread, tree_lines, unfoldable_paths
from .reason_line import reason_line
from .text_line import Path, Piece, TextLine, path_text

if TYPE_CHECKING:
    from store import Direction, Event

Section: TypeAlias = "JsonValue | NotJson | Unread"

TITLES = {"more": "Actor, more", "payload": "Payload", "request": "Request"}
"""The parts of an event that are JSON, by the first step of their paths."""


FIELDS_WITH_A_LOG = ("entity_ids", "trace_ids")
"""What these name has a history of its own, of which no part should be missing."""


class EventDetail(Widget):
    """Everything of the event given to `show`. What the user folds stays folded in the events that follow."""

    DEFAULT_CSS = """
    EventDetail { layout: vertical; height: 1fr; width: 1fr; background: $surface; }
    EventDetail > Horizontal { height: 1; background: $panel; padding: 0 1; }
    EventDetail #title { width: 1fr; text-style: bold; text-wrap: nowrap; text-overflow: ellipsis; }
    EventDetail PaneAction { width: auto; color: $text-primary; text-style: underline; }
    EventDetail PaneAction:hover { text-style: underline reverse; }
    EventDetail PaneAction:disabled { color: $text-muted; text-style: none; }
    EventDetail #copy-link { margin-left: 2; }
    EventDetail #between { width: 1fr; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [*DETAIL_KEYS]

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._event: Event | None = None
        self._now = datetime.now(UTC)
        self._local_zone: tzinfo = UTC
        self._sections: dict[str, Section] = {}
        self._long_values: list[JsonValue | NotJson] = []
        self._reading = asyncio.Lock()
        self._folds: dict[Path, bool] = {}
        self._answers = Answers()
        self._notes: Mapping[str, str] = {}
        self._is_focus_awaited = False
        self._title = PaneTitle("", id="title", markup=False)
        self._body = LineList(id="body")
        self._newer = PaneAction("← newer", lambda: NeighbourRequested("newer"), id="newer")
        self._older = PaneAction("older →", lambda: NeighbourRequested("older"), id="older")

    async def complete(self) -> None:
        """Add all that is in the pane: at first it only takes its place, so that nothing at the start waits for it."""
        if not self._body.is_attached:
            copy = PaneAction("Copy event link", LinkCopyRequested, id="copy-link")
            ends = Horizontal(self._newer, Static("", id="between"), self._older)
            await self.mount(Horizontal(self._title, copy), self._body, ends)
            if self._is_focus_awaited:
                self._body.focus()

    # What the screen tells the pane

    @property
    def local_zone(self) -> tzinfo:
        """The zone in which times are shown besides UTC."""
        return self._local_zone

    @local_zone.setter
    def local_zone(self, zone: tzinfo) -> None:
        self._local_zone = zone
        self._draw()

    def show(self, event: Event | None, now: datetime) -> None:
        """Show this event (None: there is none); `now` (aware) is what its age is counted from."""
        is_other = event is None or self._event is None or event.id != self._event.id
        if event is None or event != self._event:
            self._forget_long()
            self._sections, self._answers = {} if event is None else _sections(event), Answers()
        self._event, self._now = event, now
        if event is None:
            title = "No event"
        else:
            title = f"{kind_sign(EVENT_NAMES.kind(event.event_name))} {event_label(event.event_name)}"
        self._title.update(title, layout=False)
        self._draw(from_top=is_other)
        self._ask_for_unfolded()

    def show_answers(self, answers: Answers) -> None:
        """Say what an area was asked for, where it is about the event that is still the one shown."""
        for name, answer in answers._asdict().items():
            if answer is not None and self._event is not None and answer.event.id == self._event.id:
                self._answers = self._answers._replace(**{name: answer})
                self._draw()

    def show_notes(self, notes: Mapping[str, str]) -> None:
        """Say of every marked event, by its id, what the user noted about it."""
        self._notes = notes
        self._draw()

    def toggle_section(self, section: AskedSection) -> bool:
        """Unfold a section, and begin the view there; where it is unfolded, fold it. Whether it is unfolded now."""
        unfolded = not self._folds.get((section,))
        if unfolded:
            self.unfold_section(section)
        else:
            self._folds[section,] = False
            self._draw()
        return unfolded

    def unfold_section(self, section: AskedSection) -> None:
        """Unfold a section, ask for what it says, also when it is said already, and begin the view there."""
        self._folds[section,] = True
        self._answers = self._answers._replace(**{section: None})
        self._draw()
        self._ask_for_unfolded()
        self._body.go_to((section,), at_top=True)

    def show_ends(self, has_newer: bool, has_older: bool) -> None:
        """Say whether the list has events on either side of this one."""
        for action, possible, text, end in (
            (self._newer, has_newer, "← newer", "newest"),
            (self._older, has_older, "older →", "oldest"),
        ):
            if action.disabled == possible:
                action.disabled = not possible
                action.update(text if possible else end.ljust(len(text)), layout=False)

    def focus(self, scroll_visible: bool = True) -> Self:
        """Focus the lines, which take the keys of the pane, as soon as they are there."""
        self._is_focus_awaited = not self._body.is_attached
        self._body.focus(scroll_visible)
        return self

    # Gestures

    def action_move(self, step: int) -> None:
        self._body.move(step)

    def action_page(self, pages: float) -> None:
        self._body.page(pages)

    def action_first_line(self) -> None:
        self._body.move_to(0)

    def action_last_line(self) -> None:
        self._body.move_to(len(self._body.lines) - 1)

    def action_neighbour(self, direction: Direction) -> None:
        self.post_message(NeighbourRequested(direction))

    def action_leave(self) -> None:
        self.post_message(PaneLeft())

    def action_narrow(self, excluded: bool) -> None:
        line = self._body.highlighted
        if line is not None and line.narrows is not None:
            self.post_message(NarrowRequested(*line.narrows, excluded=excluded))

    def action_reveal(self) -> None:
        line = self._body.highlighted
        if line is not None and self._event is not None:
            text = "".join(piece.text for piece in line.pieces)
            self.post_message(RevealRequested(self._event, path_text(line.path), text))

    def action_use_line(self) -> None:
        """Fold or unfold the highlighted line, or go where it leads.

        To the whole log of the entity or trace, to the events with its value, or to the event it tells of.
        """
        line = self._body.highlighted
        if line is not None and line.unfolded is not None:
            self._folds[line.path] = not line.unfolded
            self._draw()
            self._ask_for_unfolded()
        elif line is not None and line.narrows is not None:
            self.post_message(NarrowRequested(*line.narrows, alone=line.narrows[0] in FIELDS_WITH_A_LOG))
        elif line is not None and line.leads_to is not None:
            self.post_message(EventChosen(line.leads_to))

    def action_fold_all(self) -> None:
        """Unfold everything in the highlighted line, or make it again as it was at first."""
        line = self._body.highlighted
        name = "" if line is None else str(line.path[0])
        if line is None or name not in self._sections:
            return
        paths = unfoldable_paths(name, self._sections[name], line.path)
        if all(self._folds.get(path) for path in paths):
            for path in paths:
                del self._folds[path]
        else:
            self._folds |= dict.fromkeys(paths, True)
        self._draw()

    @on(LineList.LineClicked)
    def _use_clicked_line(self, message: LineList.LineClicked) -> None:
        """Fold or unfold at once. What leads away from the event takes another click, as in the table of events."""
        message.stop()
        line = message.line
        leads = line.leads_to is not None or (line.narrows is not None and line.path[0] != "payload")
        if line.unfolded is not None or (leads and message.on_value and message.again):
            self.action_use_line()

    # Drawing

    def _draw(self, *, from_top: bool = False) -> None:
        self._read_unfolded()
        self._body.show_lines(self._lines(), from_top=from_top)

    def _lines(self) -> list[TextLine]:
        if self._event is None:
            return [TextLine(("nothing",), (Piece("Highlight an event in the list to read it here.", "muted"),))]
        lines = list(field_lines(self._event, self._now, self._local_zone))
        if self._event.id in self._notes:
            lines.insert(1, mark_line(self._notes[self._event.id]))
        if (reason := reason_line(self._sections)) is not None:
            lines.insert(1, reason)
        for name, title in TITLES.items():
            if name == "payload":
                lines += asked_lines(self._answers, self._folds)
            if name in self._sections:
                lines += tree_lines(name, title, self._sections[name], self._folds, gap=name != "more")
            elif name != "more":
                lines.append(absent_line(title))
        return lines

    def _ask_for_unfolded(self) -> None:
        """Ask for what the event itself does not hold, where somebody wants to read it."""
        sections: tuple[AskedSection, ...] = ("changes", "state")
        for section in sections:
            is_known = getattr(self._answers, section) is not None
            if self._event is not None and not is_known and self._folds.get((section,)):
                self.post_message(SectionNeeded(section, self._event))

    def _read_unfolded(self) -> None:
        """Begin to read the long texts that are unfolded."""
        for name, section in tuple(self._sections.items()):
            if isinstance(section, Unread) and not section.asked_for and self._folds.get((name,)):
                asked = Unread(section.text, asked_for=True)
                self._sections[name] = asked
                self.run_worker(self._read(name, asked), group="reading")  # to its end: it lets go of a value

    async def _read(self, name: str, section: Unread) -> None:
        """Read a long text beside the event loop, one at a time, and show it if its event is still the one shown."""
        async with self._reading:
            if self._sections.get(name) is not section:
                return
            value = await asyncio.to_thread(read_long_json, section.text)
        if self._sections.get(name) is section:
            self._long_values.append(value)
            self._sections[name] = value
            self._draw()
        else:
            await asyncio.to_thread(let_go, value)

    def _forget_long(self) -> None:
        """Let go of what was read of the event before."""
        forgotten, self._long_values = self._long_values, []
        for value in forgotten:
            self.run_worker(asyncio.to_thread(let_go, value), group="forgetting")


def _sections(event: Event) -> dict[str, Section]:
    """The JSON texts that the event has, by the first step of their paths."""
    texts = {"more": event.actor.more if event.actor else None, "payload": event.payload, "request": event.request}
    return {
        name: Unread(text) if len(text) > LONG else read_json(text) for name, text in texts.items() if text is not None
    }
