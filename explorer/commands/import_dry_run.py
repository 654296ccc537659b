"""`activity import --dry-run`: where each file has the fields of an event, and its first events; nothing is stored."""

import json
import re
from collections.abc import Callable
from datetime import datetime
from itertools import islice
from typing import Any, NamedTuple

from store import Actor, Entity, Event, EventMistake, FormatMistake, StoreError, formats

from ..visible import visible
from .import_files import ImportFile, opened
from .import_reading import Reading
from .proposed_map import map_text, proposed_map, remarks
from .words import complain, write

Mask = Callable[[Event], Event]
"""Gives an event as it may be shown."""

SHOWN_EVENTS = 3
LOOKED_AT = 20
"""Records that are read to find so many events."""

NAME_CELLS = 20
VALUE_CELLS = 100

_beyond_ascii = re.compile("[^ -~]").sub


class _Look(NamedTuple):
    """The beginning of a file: its format, where that has the fields of an event, its first records, and what is wrong;
    or the map that is proposed where no format is known."""

    file: ImportFile
    title: str
    fields: list[tuple[str, str]]
    found: list[formats.Found]
    problem: str = ""
    proposed: formats.ProposedMap | None = None

    @property
    def has_events(self) -> bool:
        return any(isinstance(each.outcome, Event) for each in self.found)


def dry_run(reading: Reading, mask: Mask, *, as_json: bool) -> int:
    """Print how records become events, and give the exit code: 1 when no event was found in one of the named files."""
    looks: list[_Look] = []
    for file in reading.files:
        look = _look(file, reading, mask)
        looks.append(look)
        if not as_json:
            write("".join(f"{line}\n" for line in _lines(look)))
        if look.problem:
            complain(f"{visible(file.name)}: {visible(look.problem)}")
        for remark in () if look.proposed is None else remarks(look.proposed):
            complain(remark)
    if as_json:
        # What is no ASCII stands in texts alone, and may command a terminal.
        told = f'{{"files": [{", ".join(map(_as_json, looks))}]}}'
        write(f"{_beyond_ascii(_escaped, told)}\n")
    return 1 if any(look.file.is_named and not look.has_events for look in looks) else 0


def _look(file: ImportFile, reading: Reading, mask: Mask) -> _Look:
    look = _Look(file, "", [], [])
    try:
        with opened(file.name) as raw:
            source = formats.open_log(raw, reading.log_format(), reading.id_paths)
            look = look._replace(title=source.title)
            if source.format is not None and source.format.table is not None:
                told = formats.told_fields(source.format.table)
                look.fields.extend((name, where.replace("`", "")) for name, where in told if where)
            events = 0
            for found in islice(source.events(), LOOKED_AT):
                outcome = found.outcome
                events += isinstance(outcome, Event)
                look.found.append(found._replace(outcome=mask(outcome) if isinstance(outcome, Event) else outcome))
                if events == SHOWN_EVENTS:
                    break
    except FormatMistake as problem:
        proposed = proposed_map(file.name, reading)
        return look._replace(problem=str(problem) if proposed else _told(problem), proposed=proposed)
    except StoreError as problem:
        return look._replace(problem=_told(problem))
    except OSError as problem:
        return look._replace(problem=f"It cannot be read: {problem.strerror or 'unknown reason'}.")
    return look


def _told(problem: StoreError) -> str:
    return " ".join(filter(None, (str(problem), problem.advice)))


def _as_json(look: _Look) -> str:
    """One object, in which each event stands as in our JSON Lines form, letter for letter."""
    told = {
        "file": look.file.name,
        "format": look.title or None,
        "problem": look.problem or None,
        "fields": dict(look.fields),
        "map": None if look.proposed is None else map_text(look.proposed, look.file.name),
    }
    return f'{json.dumps(told)[:-1]}, "records": [{", ".join(map(_record_as_json, look.found))}]}}'


def _record_as_json(found: formats.Found) -> str:
    place = f'{{"line": {json.dumps(found.place.line)}, "record": {json.dumps(found.place.record)}'
    if isinstance(found.outcome, EventMistake):
        return f'{place}, "reason": {json.dumps(_told(found.outcome))}}}'
    return f'{place}, "event": {formats.write_line(found.outcome)}}}'


def _escaped(sign: re.Match[str]) -> str:
    return " " if sign[0] == "\t" else json.dumps(sign[0])[1:-1].replace("\x7f", "\\u007f")


def _lines(look: _Look) -> list[str]:
    if look.proposed is not None:
        return [visible(line) for line in map_text(look.proposed, look.file.name).splitlines()]
    if not look.title:
        return []
    lines = [f"{visible(look.file.name)}: {visible(look.title)}"]
    lines += [f"  {name:<{NAME_CELLS}} {visible(where)}" for name, where in look.fields]
    for found in look.found:
        lines += [str(found.place), *_record_lines(found.outcome)]
    return lines


def _record_lines(outcome: Event | EventMistake) -> list[str]:
    """What an event holds, field by field, or why there is none."""
    if isinstance(outcome, EventMistake):
        return [f"  rejected: {visible(_told(outcome))}"]
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
