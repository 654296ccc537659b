"""One event -> one row of `activity query`, as a table, as JSON Lines or as CSV."""

import csv
import io
import json
from collections.abc import Callable
from datetime import UTC

from rich.cells import cell_len

from store import EVENT_NAMES, Actor, Entity, Event, formats

from ..display import actor_text, entity_text, event_label, kind_sign, time_text
from ..visible import visible

Row = Callable[[Event], str]

TABLE_COLUMNS = {"time (UTC)": 26, "event": 30, "entity": 34, "actor": 28, "trace": 16, "id": 16}
"""Headers and widths in cells: that of the time holds microseconds. Where nothing is cut, a longer text pushes the
following ones to the right."""

CSV_COLUMNS = (
    *("id", "occurred_at", "environment", "event_name", "entity_type", "entity_id", "entity_name", "parent_entity_id"),
    *("actor_type", "actor_id", "actor_name", "actor_email", "actor_ip_address", "actor_more", "trace_id"),
    *("payload", "request"),
)
FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")


def row_format(name: str, width: int | None) -> tuple[str, Row]:
    """The header and the writer of rows of a format; both end their lines.

    `width` is that of the terminal in cells, None when the output is none: then no cell is cut, and the characters
    that a terminal would obey are left as they are in jsonl and csv.
    """
    if name == "jsonl":
        return "", _jsonl_row if width is None else _shown_jsonl_row
    if name == "csv":
        return _csv_line(CSV_COLUMNS), _csv_row if width is None else _shown_csv_row
    widths = tuple(TABLE_COLUMNS.values()) if width is None else _shared(width)
    is_cut = width is not None
    return _table_line(tuple(TABLE_COLUMNS), widths, is_cut), lambda event: _table_line(_cells(event), widths, is_cut)


def _jsonl_row(event: Event) -> str:
    return f"{formats.write_line(event)}\n"


def _shown_jsonl_row(event: Event) -> str:
    """The same JSON, with an escape for every character that a terminal would not simply draw."""
    line = formats.write_line(event)
    if not line.isprintable():
        line = "".join(sign if sign.isprintable() else json.dumps(sign)[1:-1] for sign in line)
    return f"{line}\n"


def _csv_row(event: Event) -> str:
    return _csv_line([_harmless(cell) for cell in _csv_cells(event)])


def _shown_csv_row(event: Event) -> str:
    return _csv_line([visible(_harmless(cell)) for cell in _csv_cells(event)])


def _csv_cells(event: Event) -> list[str]:
    entity, actor = event.entity or Entity(), event.actor or Actor()
    cells = [event.id, f"{event.occurred_at.replace(tzinfo=None).isoformat()}Z", event.environment, event.event_name]
    cells += [entity.type, entity.id, entity.name, event.parent_entity_id]
    cells += [actor.type, actor.id, actor.name, actor.email, actor.ip_address, actor.more]
    cells += [event.trace_id, event.payload, event.request]
    return [cell or "" for cell in cells]


def _harmless(cell: str) -> str:
    return f"'{cell}" if cell.startswith(FORMULA_SIGNS) else cell


def _csv_line(cells: list[str] | tuple[str, ...]) -> str:
    line = io.StringIO(newline="")
    csv.writer(line).writerow(cells)
    return line.getvalue()


def _cells(event: Event) -> tuple[str, ...]:
    """The cells of a table row, safe to draw and whole."""
    return (
        time_text(event.occurred_at, UTC),
        f"{kind_sign(EVENT_NAMES.kind(event.event_name))} {event_label(event.event_name, None)}",
        entity_text(event.entity, None),
        actor_text(event.actor, None),
        visible(event.trace_id or ""),
        visible(event.id),
    )


def _shared(width: int) -> tuple[int, ...]:
    """The widths of the columns on a terminal: the time whole, the others in proportion."""
    time, *others = TABLE_COLUMNS.values()
    left = max(0, width - time - 2 * len(others))
    return (time, *(left * cells // sum(others) for cells in others))


def _table_line(cells: tuple[str, ...], widths: tuple[int, ...], is_cut: bool) -> str:
    shown = [visible(cell, most) if is_cut else cell for cell, most in zip(cells, widths, strict=True)]
    padded = [cell + " " * (least - cell_len(cell)) for cell, least in zip(shown, widths, strict=True)]
    return f"{'  '.join(padded).rstrip()}\n"
