"""`activity stats`: how many events match, when they happened and what they are, without loading Textual."""

import json
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import NamedTuple

from rich.cells import cell_len

from store import (
    VOCABULARIES,
    Count,
    EventFilter,
    Facet,
    Facets,
    Histogram,
    Vocabulary,
    parse_filter,
    sentence,
    write_filter,
)

from ..display import events_text, visible
from ..time_spans import span_text
from .database import complain_of_remarks
from .interruptible import run
from .query import opened_repository, utf8_output
from .why_nothing import complain_of_nothing

MOST_SHOWN = 10
BAR_CELLS = 40
MOST_NAME_CELLS = 60
EIGHTHS = " ▏▎▍▌▋▊▉█"
LEFT_OUT = "Not counted over time: for texts, payloads and patterns of ids every event would have to be read."
NOT_COUNTED = "Not counted: every event that matches would have to be read."

TITLES = {
    "environments": "Environment",
    "event_names": "Event name",
    "entity_types": "Entity type",
    "actor_types": "Actor type",
    "actors": "Actor",
}


class Stats(NamedTuple):
    """What is said of the events that `event_filter` shows."""

    event_filter: EventFilter
    total: Count
    histogram: Histogram
    facets: Facets

    @property
    def left_out(self) -> str | None:
        """Why there are no bars for a filter on texts, payloads or patterns of ids, even if nothing can match it."""
        return LEFT_OUT if self.event_filter.has_text_conditions and not self.histogram.bars else None

    def values_left_out(self, field: str) -> str | None:
        """Why no values of a field were counted, None where they were, even if there are none."""
        return NOT_COUNTED if field in self.facets.left_out else None


def stats(filter_text: str, database: str | None, format_name: str, most_bars: int) -> int:
    """Print totals, bars and values. Raises StoreError, and OSError when the output cannot be written."""
    event_filter = parse_filter(filter_text)
    found = run(_stats, event_filter, database, most_bars)
    utf8_output().write(_as_json(found) if format_name == "json" else "".join(f"{line}\n" for line in _lines(found)))
    return 0


async def _stats(event_filter: EventFilter, database: str | None, most_bars: int) -> Stats:
    now = datetime.now(UTC)
    settled = event_filter.settled(now)
    async with opened_repository(database) as repository:
        count = await repository.count(settled)
        histogram = await repository.histogram(settled, now, most_bars)
        facets = await repository.facets(settled, lifts=False)
        actors = await repository.actor_facets(settled, lifts=False)
        if count.exact and not count.number:
            await complain_of_nothing(repository, settled)
        await complain_of_remarks(repository, settled)
    return Stats(event_filter, count, histogram, facets.beside(actors))


def _lines(found: Stats) -> Iterator[str]:
    yield f"{events_text(found.total)} · {visible(sentence(found.event_filter))}"
    if found.left_out:
        yield ""
        yield found.left_out
    yield from _histogram_lines(found.histogram)
    for field, title in TITLES.items():
        facets = found.facets.fields.get(field, ())
        if facets:
            at_least = field in found.facets.at_least
            yield ""
            yield f"{title}{' (among the newest events: at least so many)' if at_least else ''}"
            yield from _facet_lines(facets, VOCABULARIES.get(field), at_least)
        elif reason := found.values_left_out(field):
            yield from ("", title, f"  {reason}")


def _histogram_lines(histogram: Histogram) -> Iterator[str]:
    if not histogram.bars:
        return
    top = max(1, *(bar.count for bar in histogram.bars))
    widths = [max(len(title), len(f"{top:,}")) for title in ("events", "failures")]
    yield ""
    yield f"{'time (UTC)':20}{'events':>{widths[0]}}  {'failures':>{widths[1]}}  {span_text(histogram.width)} a bar"
    for bar in histogram.bars:
        since = bar.since.replace(tzinfo=None).isoformat(" ", "auto" if bar.since.microsecond else "seconds")
        if histogram.is_counted(bar.since):
            yield f"{since:20}{bar.count:>{widths[0]},}  {bar.failures:>{widths[1]},}  {_bar(bar.count, top)}".rstrip()
        else:
            found = f"░ at least {events_text(bar.count)}" if bar.count else "░ not counted"
            yield f"{since:20}{'':{widths[0]}}  {'':{widths[1]}}  {found}"
    if histogram.later or not histogram.later_is_exact:
        yield f"{'later':20}{'' if histogram.later_is_exact else '≥'}{histogram.later:>{widths[0]},}"


def _bar(count: int, top: int) -> str:
    eighths = -(-count * BAR_CELLS * 8 // top)
    return "█" * (eighths // 8) + EIGHTHS[eighths % 8].strip()


def _facet_lines(facets: tuple[Facet, ...], vocabulary: Vocabulary | None, at_least: bool) -> Iterator[str]:
    by_name: Counter[str] = Counter()
    for facet in facets:
        value = "(none)" if facet.value is None else vocabulary.label(facet.value) if vocabulary else facet.value
        by_name[visible(value, MOST_NAME_CELLS)] += facet.count
    shown = by_name.most_common(MOST_SHOWN)
    name_width, count_width = max(cell_len(name) for name, _ in shown), len(f"{shown[0][1]:,}")
    for name, count in shown:
        padded = name + " " * (name_width - cell_len(name))
        yield f"  {padded}  {'≥' if at_least else ''}{count:>{count_width},}"
    if rest := by_name.total() - sum(count for _, count in shown):
        yield f"  … {len(by_name) - MOST_SHOWN:,} more, {events_text(rest)}"


def _as_json(found: Stats) -> str:
    """One object; values are as they are stored, times ISO 8601 in UTC."""
    counted_since = found.histogram.counted_since
    document = {
        "filter": write_filter(found.event_filter),
        "count": found.total.number,
        "is_exact": found.total.exact,
        "histogram": {
            "bar_seconds": found.histogram.width.total_seconds(),
            "bars": [
                {
                    "since": bar.since.isoformat(),
                    "until": bar.until.isoformat(),
                    "count": bar.count,
                    "failures": bar.failures,
                }
                for bar in found.histogram.bars
            ],
            "later": found.histogram.later,
            "later_is_exact": found.histogram.later_is_exact,
            "counted_since": counted_since and counted_since.isoformat(),
            "left_out": found.left_out,
        },
        "facets": {
            field: {
                "is_exact": field not in found.facets.at_least,
                "values": [{"value": facet.value, "count": facet.count} for facet in facets],
                "left_out": found.values_left_out(field),
            }
            for field, facets in found.facets.fields.items()
        },
    }
    return json.dumps(document, indent=2).replace("\x7f", "\\u007f") + "\n"
