"""`activity map`: propose how a table of another program is read, and on request write that into the settings file."""

import os
import re
from collections.abc import Iterator
from pathlib import Path

import tomlkit
from tomlkit import TOMLDocument

from store import (
    DatabaseAddress,
    FilterMistake,
    Proposal,
    SettingsMistake,
    TargetProblem,
    parse_path,
    propose_mapping,
)

from ..settings import load_settings
from ..settings_file import read_settings_file
from ..state_folder import write_state
from ..visible import visible
from .database import database_address
from .guessed_fields import guessed_fields
from .interruptible import run
from .words import complain, write

MEANINGS = {
    "id": "a column that tells any two rows apart",
    "occurred_at": "the column with the time",
    "event_name": "the column that says what happened",
}


def map_table(database: str, table: str | None, name: str | None, *, writes: bool) -> int:
    """Print the section of the settings, or write it into their file, and give the exit code.

    Raises StoreError when the database cannot be read, has no such table, or the file must not be changed.
    """
    settings = load_settings(os.environ)
    address = run(database_address, database, settings)
    proposal = run(propose_mapping, address, None if table is None else _path(table))
    is_named = database in settings.databases
    section = name or (database if is_named else _name_for(address))
    url = None if is_named and section == database else _url(address, settings.address(database))
    if writes and not proposal.missing:
        file = _write(section, proposal, url)
        complain(f"Written to {visible(str(file))}. Look at it with: activity {visible(section)}")
    else:
        shown = None if url is None else address.shown
        write(visible_lines(_section(section, proposal, shown)))
        left_out = [] if url is None else _left_out(address, url)
        if left_out:
            verb = "is" if left_out == ["password"] else "are"
            complain(f"The {' and the '.join(left_out)} {verb} left out here: --write writes the URL as it was given.")
    for note in (*proposal.notes, *_to_do(proposal)):
        complain(visible(note))
    return 1 if writes and proposal.missing else 0


def _to_do(proposal: Proposal) -> Iterator[str]:
    """What is left to whoever knows the table."""
    if proposal.by_values:
        yield f"By their values alone, not by their names, were chosen: {', '.join(proposal.by_values)}. Look at them."
    if proposal.missing:
        yield (
            f"Nothing tells where {' and '.join(proposal.missing)} stand{'s' if len(proposal.missing) == 1 else ''}: "
            "the section is written into the settings file by hand, when that is filled in."
        )


def visible_lines(text: str) -> str:
    """A text of several lines without what a terminal would obey."""
    return "".join(f"{visible(line)}\n" for line in text.splitlines())


def _path(table: str) -> tuple[str, ...]:
    try:
        return parse_path(table)
    except FilterMistake as mistake:
        if '"' not in table and "\\" not in table:
            return tuple(table.split("."))  # as it is: on a command line quotes are seldom meant for the name
        raise SettingsMistake(
            f"--table cannot be read as a name: {mistake}",
            "Write it as it is, or as in the settings: '\"a name\".table'",
        ) from None


def _url(address: DatabaseAddress, text: str) -> str:
    """How the settings name a database that was named with `text`: wherever the app is started, it must be found."""
    return text if address.path is None else str(address.path)


def _left_out(address: DatabaseAddress, url: str) -> list[str]:
    """What of a URL is not printed."""
    has_options = address.path is None and "?" in url
    return [*(["password"] if address.secrets else []), *(["options"] if has_options else [])]


def _name_for(address: DatabaseAddress) -> str:
    """A name for a database that has none yet: that of its file, or of the database of the server."""
    stem = address.path.stem if address.path is not None else address.shown.rsplit("/", 1)[-1]
    return re.sub(r"[^A-Za-z0-9_-]+", "-", stem).strip("-") or "log"


def _section(name: str, proposal: Proposal, url: str | None) -> str:
    document = tomlkit.document()
    _add(document, name, proposal, url)
    return tomlkit.dumps(document)


def _add(document: TOMLDocument, name: str, proposal: Proposal, url: str | None) -> None:
    """Put a mapping into a document in which the database has none. Raises SettingsMistake when it has."""
    databases = document.setdefault("databases", tomlkit.table(is_super_table=True))
    database = databases.setdefault(name, tomlkit.table())
    taken = [
        key
        for key in ("table", "columns", "time_unit", "time_zone", *([] if url is None else ["url"]))
        if key in database
    ]
    if taken:
        raise SettingsMistake(
            visible(f"[databases.{name}] has {' and '.join(taken)} already: nothing was written."),
            "Choose another name for it: --name NAME",
        )
    if url is not None:
        database["url"] = url
    database["table"] = proposal.table
    database["time_unit"] = proposal.time_unit
    database["time_zone"] = "UTC"
    sources = {
        field: list(source) if isinstance(source, tuple) else source for field, source in proposal.columns.items()
    }
    database["columns"] = guessed_fields(sources, proposal.by_values, proposal.missing, MEANINGS)


def _write(name: str, proposal: Proposal, url: str | None) -> Path:
    """Add the section to the settings file, of which everything else stays as it is."""
    file, _ = read_settings_file(os.environ)
    try:
        before = file.read_bytes().decode() if file.exists() else ""
        document = tomlkit.parse(before)
        _add(document, name, proposal, url)
        after = tomlkit.dumps(document)
        if 0 < before.count("\n") == before.count("\r\n"):
            after = after.replace("\r\n", "\n").replace("\n", "\r\n")
        write_state(file.resolve(), after.encode())  # a link to the file stays one
    except OSError as problem:
        raise TargetProblem(f"{visible(str(file))} cannot be written: {problem.strerror}.") from None
    return file
