"""`activity import --dry-run`: where each file has the fields of an event, and its first events; nothing is stored."""

from collections.abc import Callable
from datetime import datetime
from itertools import islice
from typing import Any

from store import Actor, Entity, Event, EventMistake, StoreError, formats

from ..visible import visible
from .import_files import ImportFile, opened
from .import_reading import Reading
from .words import complain, write

Mask = Callable[[Event], Event]
"""Gives an event as it may be shown."""

SHOWN_EVENTS = 3
LOOKED_AT = 20
"""Records that are read to find so many events."""

NAME_CELLS = 20
VALUE_CELLS = 100


def dry_run(reading: Reading, mask: Mask) -> int:
    """Print how records become events, and give the exit code: 1 when no event was found in one of the named files."""
    code = 0
    for file in reading.files:
        shown = 0
        try:
            shown = _show(file, reading, mask)
        except StoreError as problem:
            why = " ".join(filter(None, (str(problem), problem.advice)))
            complain(f"{visible(file.name)}: {visible(why)}")
        except OSError as problem:
            complain(f"{visible(file.name)}: It cannot be read: {problem.strerror or 'unknown reason'}.")
        if not shown and file.is_named:
            code = 1
    return code


def _show(file: ImportFile, reading: Reading, mask: Mask) -> int:
    """Print the mapping and the first events, and give how many these were."""
    with opened(file.name) as raw:
        source = formats.open_log(raw, reading.log_format(), reading.id_paths)
        write(f"{visible(file.name)}: {visible(source.title)}\n")
        if source.format is not None and source.format.table is not None:
            told = [(name, where.replace("`", "")) for name, where in formats.told_fields(source.format.table) if where]
            write("".join(f"  {name:<{NAME_CELLS}} {visible(where)}\n" for name, where in told))
        shown = 0
        for place, outcome, _ in islice(source.events(), LOOKED_AT):
            if shown == SHOWN_EVENTS:
                break
            lines = _lines(outcome if isinstance(outcome, EventMistake) else mask(outcome))
            shown += isinstance(outcome, Event)
            write("".join(f"{line}\n" for line in [str(place), *lines]))
    return shown


def _lines(outcome: Event | EventMistake) -> list[str]:
    """What an event holds, field by field, or why there is none."""
    if isinstance(outcome, EventMistake):
        return [f"  rejected: {visible(' '.join(filter(None, (str(outcome), outcome.advice))))}"]
    lines = []
    for name, value in _held(outcome):
        parts = _held(value) if isinstance(value, Entity | Actor) else ((None, value),)
        for part, text in parts:
            label = name if part is None else f"{name}.{part}"
            told = text.isoformat() if isinstance(text, datetime) else visible(text, VALUE_CELLS)
            lines.append(f"  {label:<{NAME_CELLS}} {told}")
    return lines


def _held(value: Event | Entity | Actor) -> list[tuple[str, Any]]:
    """The fields that are there, with their names."""
    return [(name, getattr(value, name)) for name in value.__struct_fields__ if getattr(value, name) is not None]
