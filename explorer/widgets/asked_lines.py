"""The sections of the detail that have to be asked for: what changed, and the state of the entity."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, NamedTuple

from .change_lines import change_lines
from .state_lines import state_lines
from .text_line import Path, TextLine

if TYPE_CHECKING:
    from ..entity_state import EntityState
    from ..snapshots import Comparison


class Answers(NamedTuple):
    """What is known of an event beside itself, by the name of its section; None as long as nothing is."""

    changes: Comparison | None = None
    state: EntityState | None = None


def asked_lines(answers: Answers, folds: Mapping[Path, bool]) -> Iterator[TextLine]:
    """Each section with its heading, folded unless `folds` says otherwise."""
    yield from change_lines(answers.changes, folds)
    yield from state_lines(answers.state, folds)
