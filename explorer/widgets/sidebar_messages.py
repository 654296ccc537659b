"""What the controls of the filter sidebar tell the sidebar, which makes a `FilterChanged` of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from textual.message import Message

if TYPE_CHECKING:
    from store import Choice, TimeRange

    from .value_field import ValueField


@dataclass
class ChoiceMade(Message):
    """The user chose values of a field: `choice` is the whole new choice."""

    field: str
    choice: Choice


@dataclass
class TimeChosen(Message):
    """The user chose one of the ranges of time on offer."""

    time_range: TimeRange


@dataclass
class CustomTimeRequested(Message):
    """The user wants to write a range of time."""


@dataclass
class ClearRequested(Message):
    """The user wants the default filter back."""


@dataclass
class OffersNeeded(Message):
    """The user writes `text` in a field, which so far stands for this value: what may be meant is to be offered."""

    asking: ValueField
    text: str
    value: str
    excluded: bool


@dataclass
class EdgeReached(Message):
    """The user moved beyond the last line of a control (1) or its first one (-1)."""

    step: Literal[-1, 1]
