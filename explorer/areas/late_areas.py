"""The areas that are mounted behind the first rows: their keys act and they hear of what happens as if they were there.

They do not stand around the panes, as other areas do: Textual goes through everything around a widget for each message
of it, and several times when it is drawn.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from copy import copy
from dataclasses import replace
from typing import ClassVar

from textual import actions, events, on
from textual.binding import Binding, BindingType
from textual.message import Message

from ..keys import (
    COLUMN_KEYS,
    CONTEXT_KEYS,
    COPY_KEYS,
    EXPORT_KEYS,
    FOLLOW_KEYS,
    MARK_KEYS,
    SNAPSHOT_KEYS,
    STORY_KEYS,
    TIME_TRAVEL_KEYS,
    VIEW_KEYS,
    ZONE_KEYS,
)
from ..messages import (
    EventChosen,
    ExtentsNeeded,
    LinkCopyRequested,
    ListShown,
    LogOpened,
    RevealRequested,
    SectionNeeded,
    TraceOpened,
    ViewOpened,
)
from ..widgets.sidebar_messages import OffersNeeded
from ..widgets.undrawn import Undrawn
from .key_area import KeyArea


def _handed_on(*keys: Iterable[Binding]) -> list[BindingType]:
    return [replace(each, action=f"hand_on({each.action!r})") for some in keys for each in some]


class LateAreas(Undrawn):
    """Stands around the panes for the areas that `make` makes, and hands on to them what comes from there."""

    DEFAULT_CSS = """
    LateAreas { height: 1fr; width: 1fr; }
    LateAreas > KeyArea { display: none; }
    """

    BINDINGS: ClassVar[list[BindingType]] = _handed_on(
        SNAPSHOT_KEYS,
        CONTEXT_KEYS,
        STORY_KEYS,
        FOLLOW_KEYS,
        ZONE_KEYS,
        TIME_TRAVEL_KEYS,
        MARK_KEYS,
        EXPORT_KEYS,
        COPY_KEYS,
        VIEW_KEYS,
        COLUMN_KEYS,
    )

    def __init__(self, make: Callable[[], Sequence[KeyArea]]) -> None:
        super().__init__()
        self._make = make
        self._areas: Sequence[KeyArea] = ()
        self._missed: list[Message | str] = []
        """What happened and which actions were ordered before the areas were there and had heard of all before it."""

    async def complete(self) -> None:
        """Mount the areas, and hand on to them what they have missed."""
        areas = self._make()
        await self.mount(*areas, before=0)
        while self._missed:  # what happens meanwhile comes last
            await self._hand_on_to(areas, self._missed.pop(0))
        self._areas = areas

    async def action_hand_on(self, action: str) -> None:
        """Let the area act that has this action."""
        await self._hand_on(action)

    @on(events.DescendantFocus)
    @on(EventChosen)
    @on(ExtentsNeeded)
    @on(LinkCopyRequested)
    @on(OffersNeeded)
    @on(ListShown)
    @on(LogOpened)
    @on(RevealRequested)
    @on(SectionNeeded)
    @on(TraceOpened)
    @on(ViewOpened)
    async def _tell(self, message: Message) -> None:
        await self._hand_on(message)

    async def _hand_on(self, told: Message | str) -> None:
        if self._areas:
            await self._hand_on_to(self._areas, told)
        else:
            self._missed.append(told)

    async def _hand_on_to(self, areas: Sequence[KeyArea], told: Message | str) -> None:
        if isinstance(told, str):
            _, name, _ = actions.parse(told)
            able = next(area for area in areas if hasattr(area, f"action_{name}"))
            await self.app.run_action(told, able)
        else:
            for area in areas:
                area.post_message(copy(told).stop())  # it does not come back here
