"""What can be copied of an event and of the list it is in, as texts for elsewhere."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from store import Event, EventFilter, formats, write_filter

from .link import EventLink
from .report import time_in_zones, told
from .visible import visible

if TYPE_CHECKING:
    from .settings import Settings
    from .shown import Shown

_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\],:]|[^\s{}\[\],:"]+', re.DOTALL)
INDENT = "  "
LONGEST_LAID_OUT = 1_000_000
"""Characters up to which a JSON text is laid out over lines. Longer ones stay as they are written."""

LONGEST_IN_MARKDOWN = 100_000
"""Characters of a payload that are put into a ticket, which takes no more."""


class Copy(NamedTuple):
    """A text that can be copied: the key that chooses it, what it is, and how to make it, which may take a while."""

    key: str
    what: str
    text: Callable[[], str]


def copies(shown: Shown) -> tuple[Copy, ...]:
    """Everything to copy of what is shown. Texts that a source wrote are copied letter for letter."""
    masking_name = shown.launch.masking_name
    of_list = Copy("f", "Filter as a command", lambda: command(shown.event_filter, shown.named_again, masking_name))
    event = shown.highlighted
    if event is None:
        return (of_list,)
    link = EventLink.of(event, shown.event_filter)
    return (
        Copy("y", "Link", lambda: link.text(shown.settings.link_template)),
        Copy("o", "Link as a command", lambda: opening(link, shown.named_again, masking_name)),
        Copy("j", "Event as JSON", lambda: indented(formats.write_line(event))),
        Copy("m", "Event as Markdown", partial(markdown, event, shown.settings)),
        Copy("l", "Event as one line of JSON", lambda: formats.write_line(event)),
        *_parts(event),
        of_list,
    )


def _parts(event: Event) -> Iterator[Copy]:
    """What the event has of the texts that one looks for elsewhere."""
    entity, actor = event.entity, event.actor
    texts = {
        "i": ("Event id", event.id),
        "t": ("Trace id", event.trace_id),
        "e": ("Entity id", entity.id if entity else None),
        "a": ("Actor", (actor.email or actor.id or actor.name or actor.ip_address) if actor else None),
    }
    yield from (Copy(key, what, partial(str, text)) for key, (what, text) in texts.items() if text)
    if event.payload is not None:
        yield Copy("p", "Payload", partial(indented, event.payload))


def markdown(event: Event, settings: Settings) -> str:
    """An event for a ticket: when, what, to what, by whom, from where, the link, and its payload as a block of code."""
    lines = [f"**{time_in_zones(event.occurred_at, settings.zone)}**", told(event, settings.link_template)]
    if event.payload is not None:
        text = indented(event.payload)
        shown = "\n".join(visible(line) for line in text[:LONGEST_IN_MARKDOWN].split("\n"))
        fence = "`" * max(3, 1 + max(map(len, re.findall("`+", shown)), default=0))
        lines.append(f"{fence}json\n{shown}\n{fence}")
        if len(text) > LONGEST_IN_MARKDOWN:
            lines.append(f"… and {len(text) - LONGEST_IN_MARKDOWN:,} more characters.")
    return "\n\n".join(lines) + "\n"


def command(event_filter: EventFilter, database: str, masking_name: str = "") -> str:
    """The command line that prints the events of a list of the log that `database` names, masked as they are shown."""
    return _command("query", write_filter(event_filter), "--database", database, masking_name=masking_name)


def opening(link: EventLink, database: str, masking_name: str = "") -> str:
    """The command line that opens a link in the log that `database` names. A shell takes a bare link apart."""
    return _command("open", link.text(), database, masking_name=masking_name)


def _command(*words: str, masking_name: str) -> str:
    masked = ["--mask", masking_name] if masking_name else []
    return " ".join(shlex.quote(word) for word in ("activity", *words, *masked) if word)


def indented(json_text: str) -> str:
    """A JSON text over several lines, each token as it is written: numbers and escapes too.

    What is no JSON stays as it is, and so does what is longer than LONGEST_LAID_OUT.
    """
    if len(json_text) > LONGEST_LAID_OUT:
        return json_text
    try:
        json.loads(json_text, strict=False)
    except (ValueError, RecursionError):
        return json_text
    return "".join(_laid_out(found[0] for found in _TOKEN.finditer(json_text)))


def _laid_out(tokens: Iterable[str]) -> Iterator[str]:
    depth, before = 0, ""
    for token in tokens:
        closes = token in ("}", "]")
        depth -= closes
        opened = before in ("{", "[")
        if before == "," or opened != closes:
            yield "\n" + INDENT * depth
        yield ": " if token == ":" else token
        depth += token in ("{", "[")
        before = token
