"""The map file that is proposed for a file of no known format, as text, and what is said of it."""

from collections.abc import Iterator
from pathlib import PurePath

import tomlkit

from store import StoreError, formats, write_path

from .guessed_fields import guessed_fields
from .import_files import STANDARD_INPUT, opened
from .import_reading import Reading

MEANINGS = {"occurred_at": "the time, as ISO 8601 or as a count since 1970", "event_name": "what happened"}


def proposed_map(name: str, reading: Reading) -> formats.ProposedMap | None:
    """The map that is proposed for a file, None where its format was named or nothing can be told."""
    if reading.log_format() is not None or name == STANDARD_INPUT:
        return None
    try:
        with opened(name) as raw:
            return formats.propose_map(raw)
    except (StoreError, OSError):  # which was said already
        return None


def map_text(proposed: formats.ProposedMap, name: str) -> str:
    """The map file for the file of that name."""
    document = tomlkit.document()
    document["title"] = PurePath(name).name.split(".")[0] or "log"
    if proposed.within is not None:
        document["records"] = write_path(proposed.within)
    if proposed.opens:
        document["open"] = list(proposed.opens)
    sources = {field: _written(path) for field, path in proposed.fields.items()}
    document["event"] = guessed_fields(sources, proposed.by_values, proposed.missing, MEANINGS)
    if proposed.no_offset:
        time = tomlkit.table()
        time["zone"] = "UTC"
        time["zone"].comment("of times that have no offset: is it that of whoever wrote them?")
        document["time"] = time
    return tomlkit.dumps(document)


def _written(path: str) -> object:
    """A path with quotes as a text in which they need no backslash, where that can be written."""
    is_plain = '"' not in path or not path.isprintable() or "'" in path
    return path if is_plain else tomlkit.string(path, literal=True)


def remarks(proposed: formats.ProposedMap) -> Iterator[str]:
    """What is left to whoever knows the file."""
    records = f"{proposed.records:,} record{'' if proposed.records == 1 else 's'}"
    yield f"A map for it was guessed from the names of its keys and from {records}."
    if proposed.missing:
        yield f"Nothing tells where {' and '.join(proposed.missing)} stand{'s' if len(proposed.missing) == 1 else ''}."
    if proposed.by_values:
        yield f"By their values alone were chosen: {', '.join(proposed.by_values)}. Look at them."
    yield "Save it, correct it, and look at what it makes of the file: --dry-run --map MAP.toml"
