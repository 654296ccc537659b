"""A summary -> lines: how often, since when, what, by whom and from where; each value can narrow the list."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import UTC
from typing import TYPE_CHECKING

from textual.content import Content

from store import ENTITY_TYPES, EVENT_NAMES, VOCABULARIES

from ..display import ago, kind_sign, time_text, visible
from ..summary import ADDRESSES_AMONG
from .text_line import Piece, TextLine, safe_pieces

if TYPE_CHECKING:
    from datetime import datetime

    from store import Event, Facet

    from ..summary import Summary

COUNT_WIDTH, LABEL_WIDTH, TAB_CELLS = 10, 12, 24
SHOWN_LENGTH = 300
MOST_VALUES = 200
TITLES = {
    "event_names": "What happened",
    "entity_types": "To what",
    "actors": "Who did it",
    "actor_types": "In which role",
    "environments": "In which environment",
}
"""The fields of a summary in the order they are shown."""


def summary_lines(summary: Summary, now: datetime) -> Iterator[TextLine]:
    """Every number of a summary; `now` (aware) is what ages are counted from."""
    for label, event in (("First seen", summary.first), ("Last seen", summary.last)):
        if event is not None:
            yield _moment_line(label, event, now)
    names = summary.fields.get("event_names", ())
    kinds: Counter[str] = Counter()
    for facet in names:
        kind = EVENT_NAMES.kind(facet.value or "")
        kinds[f"{kind_sign(kind)} {kind or 'other'}"] += facet.count
    told = "   ".join(f"{kind} {number:,}" for kind, number in kinds.most_common())
    yield TextLine(("kinds",), (Piece("Kinds".ljust(LABEL_WIDTH), "label"), Piece(told, "plain")), hang=LABEL_WIDTH)
    for field, title in TITLES.items():
        values = summary.fields.get(field, ())
        if values and (len(values) > 1 or field in ("event_names", "entity_types", "actors")):
            more = " (of the newest events)" if field in summary.at_least else ""
            yield _heading(field, f"{title}{more}")
            yield from (_value_line(field, facet) for facet in values[:MOST_VALUES])
    if summary.addresses:
        yield _heading("addresses", f"From which address (newest {ADDRESSES_AMONG} events)")
        for address in summary.addresses[:MOST_VALUES]:
            when = Piece(f"  last {time_text(address.last, UTC)} UTC", "muted")
            shown = (*safe_pieces(address.ip_address, "link", SHOWN_LENGTH), when)
            yield _counted("addresses", address.ip_address, address.number, shown, ("actors", address.ip_address))


def tab_line(tabs: Sequence[Facet], chosen: int) -> Content:
    """One line that names the kinds of things that can be summed up by themselves; 0 is all of them together."""
    labels = ["All", *(f"{visible(ENTITY_TYPES.label(tab.value or ''), TAB_CELLS)} {tab.count:,}" for tab in tabs)]
    return Content.assemble(
        *(
            (f"[{label}]", "bold") if place == chosen else (f" {label} ", "$text-muted")
            for place, label in enumerate(labels)
        )
    )


def _heading(name: str, title: str) -> TextLine:
    return TextLine((name,), (Piece(title, "heading"),), gap=True)


def _moment_line(label: str, event: Event, now: datetime) -> TextLine:
    when = f"{time_text(event.occurred_at, UTC)} UTC  {ago(event.occurred_at, now)}"
    return TextLine((label,), (Piece(label.ljust(LABEL_WIDTH), "label"), Piece(when, "plain")), hang=LABEL_WIDTH)


def _value_line(field: str, facet: Facet) -> TextLine:
    if facet.value is None:
        return _counted(field, "", facet.count, (Piece("none", "muted"),), None)
    vocabulary = VOCABULARIES.get(field)
    label = facet.value if vocabulary is None else vocabulary.label(facet.value)
    pieces = list(safe_pieces(label, "link", SHOWN_LENGTH))
    if vocabulary is EVENT_NAMES:
        pieces.insert(0, Piece(f"{kind_sign(EVENT_NAMES.kind(facet.value))} ", "plain"))
    elif vocabulary is not ENTITY_TYPES and vocabulary is not None and label != facet.value:
        pieces += safe_pieces(f"  {facet.value}", "muted", SHOWN_LENGTH)
    return _counted(field, facet.value, facet.count, tuple(pieces), (field, facet.value))


def _counted(
    field: str, value: str, count: int, pieces: tuple[Piece, ...], narrows: tuple[str, str] | None
) -> TextLine:
    number = Piece(f"{count:,}".rjust(COUNT_WIDTH) + "  ", "number")
    return TextLine((field, value), (number, *pieces), clipped=True, narrows=narrows)
