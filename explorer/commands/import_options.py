"""What `activity import` and `activity view` are asked to do, as values that hold nothing but texts."""

from argparse import Namespace
from pathlib import Path
from typing import NamedTuple

from store import SourceProblem, formats

from .import_files import import_files
from .import_reading import Reading


class ImportOptions(NamedTuple):
    """What to read, where to put it, and what to tell."""

    reading: Reading
    database: str | None
    strict: bool = False
    rejects: str | None = None
    as_json: bool = False
    dry_run: bool = False


def import_options(arguments: Namespace) -> ImportOptions:
    """The options of `import`. Raises as `reading_options`."""
    return ImportOptions(
        reading=reading_options(arguments),
        database=arguments.into,
        strict=arguments.strict,
        rejects=arguments.rejects,
        as_json=arguments.report == "json",
        dry_run=arguments.dry_run,
    )


def reading_options(arguments: Namespace) -> Reading:
    """What to read, and how.

    Raises FormatMistake when the format, the map file or the fields of the id cannot be understood, SourceProblem when
    there is no such file.
    """
    reading = Reading(
        files=import_files(arguments.files),
        format_name=arguments.format,
        map_text=None if arguments.map is None else _map_text(arguments.map),
        id_paths=() if arguments.id is None else formats.parse_id_paths(arguments.id),
    )
    reading.log_format()
    return reading


def reading_words(arguments: Namespace) -> list[str]:
    """The words that ask `import` for the same reading."""
    options = (("--format", arguments.format), ("--map", arguments.map), ("--id", arguments.id))
    return [*(word for name, value in options if value is not None for word in (name, value)), *arguments.files]


def _map_text(name: str) -> str:
    try:
        return Path(name).read_text(encoding="utf-8")
    except OSError as problem:
        raise SourceProblem(f"The map file cannot be read: {problem.strerror or 'unknown reason'}.") from None
    except UnicodeDecodeError:
        raise SourceProblem("The map file cannot be read: it is not valid UTF-8.") from None
