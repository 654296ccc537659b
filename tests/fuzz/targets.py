"""What is given anything at all: each target reads bytes, and raises only what is no error of ours."""

import contextlib
import json
import tempfile
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import partial
from io import BufferedReader, BytesIO
from pathlib import Path

from explorer.commands.proposed_map import map_text
from explorer.link import EventLink, looks_like_link
from explorer.link_template import check_template
from explorer.saved_views import read_views
from explorer.settings import load_settings
from explorer.settings_file import exposure, theme_of_first_frame
from explorer.table_choice import read_columns, write_columns
from store import (
    DatabaseAddress,
    Event,
    EventMistake,
    Masking,
    StoreError,
    parse_filter,
    parse_moment,
    parse_when,
    sentence,
    unfinished_term,
    write_filter,
)
from store.formats import FORMATS, Format, open_log, parse_line, propose_map, read_map, write_line
from store.masking.masked_event import EventMask
from store.masking.pseudonyms import Pseudonyms
from tests.builders import make_event
from tests.store.formats.examples import FOLDER

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
TEMPLATE = "https://app.example/{environment}/activity/{id}?at={at}&filter={filter}"
MAP = (
    'title = "x"\nrecords = "data.items"\nopen = ["a"]\n[event]\noccurred_at = ["when", "seen"]\nevent_name = "what"\n'
    'environment = { constant = "p" }\ntrace_id = { join = ["a", "b"] }\n[time]\nunit = "ms"\nzone = "Europe/Berlin"\n'
)
SETTINGS = (
    'database = "x.db"\nclipboard = "off"\ntime_zone = "UTC"\ncolumns = "event,payload.a:20"\nmask = "m"\n'
    f'link_template = "{TEMPLATE}"\n[databases.a]\nurl = "postgresql://u:p@h/d"\nmask = "m"\n'
    '[masking.m]\nnames = true\npaths = ["payload.a"]\nkey = "0123456789abcdef"\n'
)
VIEWS = '[views]\na = "name:*failed"\nb = { query = "since:-7d", columns = "event" }\n'
FILTERS = (
    'since:-30d until:"friday 14:00" name:*failed -actor_type:system actor:"Dana \\*" entity:a\\b payload."a b".0.c:1',
    'since:all belongs_to:x -text:y trace:c1* environment:prod word "two words" payload.x:null',
)
LINKS = (
    "activity://production/event-7?at=2026-11-20T12:00:00Z&filter=since%3Aall",
    "<activity://-/a%2Fb>",
    "https://app.example/p/activity/1?at=&filter=x",
)
EXAMPLES = tuple(path.read_bytes() for path in sorted(FOLDER.iterdir()))
LINE = write_line(make_event(payload='{"a": ["dana@northlake.example", 1.10]}', trace_id="t")).encode()


def as_text(data: bytes) -> str:
    """Any text, lone surrogates too."""
    return data.decode("utf-8", "surrogateescape")


def filter_text(data: bytes) -> None:
    """A filter that can be read is written and described, and read again as the same."""
    text = as_text(data)
    unfinished_term(text, len(text) // 2)
    with contextlib.suppress(StoreError):
        event_filter = parse_filter(text)
        assert parse_filter(write_filter(event_filter)) == event_filter
        sentence(event_filter)
        event_filter.settled(NOW).matches(make_event(payload='{"a": [1]}'))


def moment(data: bytes) -> None:
    """A time in any of the ways to write one."""
    text = as_text(data)
    for parse in (parse_moment, partial(parse_when, now=NOW), partial(parse_when, now=NOW, end=True)):
        with contextlib.suppress(StoreError):
            parse(text)


def link(data: bytes) -> None:
    """A link that can be read is written, and read again as the same."""
    text = as_text(data)
    looks_like_link(text, TEMPLATE)
    with contextlib.suppress(StoreError):
        read = EventLink.parse(text, TEMPLATE)
        assert EventLink.parse(read.text()) == read
    with contextlib.suppress(ValueError):
        check_template(text)


def address(data: bytes) -> None:
    """Where a database lives."""
    with contextlib.suppress(StoreError):
        assert DatabaseAddress.parse(as_text(data)).shown.isprintable()


def columns(data: bytes) -> None:
    """Columns that can be read are written, and read again as the same."""
    with contextlib.suppress(ValueError):
        chosen = read_columns(as_text(data))
        assert read_columns(write_columns(chosen)) == chosen


def settings_file(data: bytes) -> None:
    """The settings, what is read of them before they are checked, and a file of views."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "settings.toml"
        path.write_bytes(data)
        environ = {"ACTIVITY_SETTINGS": str(path)}
        theme_of_first_frame(environ)
        exposure(environ)
        for read in (lambda: load_settings(environ), lambda: read_views(path)):
            with contextlib.suppress(StoreError):
                read()


def map_file(data: bytes) -> None:
    """A map file, and the records that it reads."""
    with contextlib.suppress(StoreError):
        log(EXAMPLES[0], read_map(as_text(data)))


def log(data: bytes, log_format: Format | None = None) -> None:
    """The events of a file are written as lines, which say the same when they are read again."""
    with contextlib.suppress(StoreError):
        for found in open_log(BufferedReader(BytesIO(data)), log_format).events():
            assert isinstance(found.outcome, Event | EventMistake)
            if isinstance(found.outcome, Event):
                line = write_line(found.outcome)
                assert write_line(parse_line(line)) == line


def any_format(data: bytes) -> None:
    """A file that is recognised, or is read as the format it is said to be, or as the map says that is proposed."""
    log(data)
    with contextlib.suppress(StoreError):
        proposed = propose_map(BufferedReader(BytesIO(data)))
        if proposed is not None and not proposed.missing:
            log(data, read_map(map_text(proposed, "a.json")))
    for each in FORMATS:
        log(data, each)


def masked(data: bytes) -> None:
    """An event with anything in its texts is masked, and what was JSON stays JSON."""
    text = as_text(data)
    masking = Masking(name="x", key=b"x", names=True, paths=("payload.a",))
    shown = EventMask(masking, Pseudonyms(b"x")).event(make_event(id=text, payload=text, request=text))
    with contextlib.suppress(ValueError, RecursionError):
        json.loads(text)
        json.loads(shown.payload or "")
        json.loads(shown.request or "")


def encoded(*texts: str) -> tuple[bytes, ...]:
    return tuple(text.encode() for text in texts)


TARGETS: Mapping[str, tuple[Callable[[bytes], None], tuple[bytes, ...]]] = {
    "filter": (filter_text, encoded(*FILTERS)),
    "moment": (moment, encoded("friday 14:00", "-15m", "2026-11-20T10:04:11.5+02:00", "1732104251000")),
    "link": (link, encoded(*LINKS, TEMPLATE)),
    "address": (address, encoded("postgresql://u:p%40@[::1]:5432/d?sslmode=require", "sqlite:///a.db", "~/a.db")),
    "columns": (columns, encoded('occurred_at,event:40,payload.plan.id,payload."a,b"')),
    "settings": (settings_file, encoded(SETTINGS, VIEWS)),
    "map": (map_file, encoded(MAP)),
    "log": (any_format, (*EXAMPLES, LINE)),
    "masked": (masked, (LINE, b'{"a": {"b": "dana@northlake.example"}, "c": "fe80::1: \\u0041"}')),
}
"""By name: what reads the bytes, and examples to begin with."""
