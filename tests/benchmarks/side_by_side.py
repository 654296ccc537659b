"""The same events in this app and in other terminal tools: open, go to the other end, filter, memory.

Times count from the start of a program, or from the last key of what is asked for.

    python -m tests.benchmarks.side_by_side FOLDER [--events N] [--tools DIR …]

The logs are made in FOLDER (some 5 GB for 1,000,000 events) and kept. `--tools` are folders with the programs of the
others, each of which is left out where it is not found. Prints a table in Markdown. Run it while nothing else runs.
"""

import argparse
import asyncio
import json
import os
import shutil
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

from explorer.commands.words import VERSION
from store import DatabaseAddress
from tests.benchmarks.large_log import fill_log
from tests.terminal.pseudo_terminal import PseudoTerminal

PATIENCE_SECONDS = 900.0
STILL_SECONDS = 0.3
WANTED = "ENTITLEMENT_DENIED"
HEAD = "| Tool | Command | First rows | Other end | Filter | Memory |\n| --- | --- | --- | --- | --- | --- |\n"
SHOWN_ID = 12
"""How many characters of an event's id every tool shows."""


class Facts(NamedTuple):
    """Where the logs lie, and what is in them: ids of events and how many there are."""

    log: Path
    lines: Path
    table: Path
    count: int
    matching: int
    oldest: str
    newest: str
    last_of_harlequin: str


class Measured(NamedTuple):
    """Seconds and megabytes; None for what a tool cannot do."""

    opened: float
    other_end: float | None
    filtered: float | None
    megabytes: float
    note: str = ""


def activity(facts: Facts, program: str) -> Measured:
    last = f"row {facts.count:,} of {facts.count:,} "
    with started([program, "-m", "explorer", str(facts.log)]) as terminal:
        opened = seconds(terminal, "row 1 of ", "")
        seconds(terminal, f"row 1 of {facts.count:,} ", "/since:all\r")
        other_end = seconds(terminal, last, "G")
        for keys in ("/\x15", f"since:all name:{WANTED}"):
            terminal.send(keys)
            settle(terminal)
        filtered = seconds(terminal, f"of {facts.matching:,} ", "\r")
        return Measured(opened, other_end, filtered, megabytes(terminal))


def harlequin(facts: Facts, program: str) -> Measured:
    query = "select occurred_at, event_name, id from event{} order by occurred_at desc"
    with started([program, "-a", "sqlite", str(facts.table)]) as terminal:
        seconds(terminal, "Query Editor", "")
        terminal.send("\x01")  # all of what is left from before
        began = terminal_age(terminal)
        opened = began + written(terminal, query.format(""), facts.newest)
        seconds(terminal, "Records)", "")
        terminal.send("\x1b[15~")  # F5: the results
        settle(terminal)
        other_end = seconds(terminal, facts.last_of_harlequin, "\x1b[1;5F")
        for keys in ("\x1bOQ", "\x01"):  # F2: the editor, then all of what is in it
            terminal.send(keys)
            settle(terminal)
        where = f" where event_name = '{WANTED}'"
        filtered = written(terminal, query.format(where), f"({facts.matching:,} Records)")
        note = "stops at 100,000 rows" if facts.count > 100_000 else ""
        return Measured(opened, other_end, filtered, megabytes(terminal), note)


def written(terminal: PseudoTerminal, query: str, wanted: str) -> float:
    """Write a query of SQL, and tell how long it runs until `wanted` is there."""
    terminal.send(query)
    settle(terminal)
    return seconds(terminal, wanted, "\n")


def visidata(facts: Facts, program: str) -> Measured:
    with started([program, str(facts.lines)]) as terminal:
        opened = seconds(terminal, facts.oldest, "")
        other_end = seconds(terminal, lambda: f"{facts.count} rows" in terminal.text, "")
        other_end += seconds(terminal, facts.newest, "G")
        for keys in ("cevent_name\r", f"|{WANTED}\r"):
            terminal.send(keys)
        filtered = seconds(terminal, lambda: f" {facts.matching} rows" in terminal.text, '"')
        return Measured(opened, other_end, filtered, megabytes(terminal), "the other end once all is loaded")


def toolong(facts: Facts, program: str) -> Measured:
    with started([program, str(facts.lines)]) as terminal:
        opened = seconds(terminal, facts.newest, "")
        other_end = seconds(terminal, facts.oldest, "\x1b[H")
        return Measured(opened, other_end, None, megabytes(terminal), "finds, but filters nothing")


def lnav(facts: Facts, program: str) -> Measured:
    with started([program, str(facts.lines)]) as terminal:
        opened = seconds(terminal, facts.newest, "")
        other_end = seconds(terminal, facts.oldest, "g")
        for keys in (":", f"filter-in {WANTED}"):
            terminal.send(keys)
            settle(terminal)
        filtered = seconds(terminal, f" {facts.count - facts.matching} Lines not shown", "\r")
        return Measured(opened, other_end, filtered, megabytes(terminal))


TOOLS: tuple[tuple[str, str, Callable[[Facts, str], Measured], Sequence[str]], ...] = (
    ("harlequin", "harlequin -a sqlite TABLE.db", harlequin, ("harlequin", "--version")),
    ("VisiData", "vd EVENTS.jsonl", visidata, ("vd", "--version")),
    ("toolong", "tl EVENTS.jsonl", toolong, ("tl", "--version")),
    ("lnav", "lnav EVENTS.jsonl", lnav, ("lnav", "-V")),
)


def started(command: Sequence[str]) -> PseudoTerminal:
    return PseudoTerminal(command, columns=160, rows=48)


def terminal_age(terminal: PseudoTerminal) -> float:
    """Seconds since the program was started."""
    ticks = int(Path(f"/proc/{terminal.process.pid}/stat").read_text().rsplit(")", 1)[1].split()[19])
    uptime = float(Path("/proc/uptime").read_text().split()[0])
    return uptime - ticks / os.sysconf("SC_CLK_TCK")


def seconds(terminal: PseudoTerminal, wanted: str | Callable[[], bool], keys: str) -> float:
    """Seconds from pressing `keys`, or without any from the start of the program, until `wanted` stands there."""
    begun = time.monotonic()
    if keys:
        terminal.send(keys)
    terminal.wait_for(wanted, PATIENCE_SECONDS)
    return time.monotonic() - begun if keys else terminal_age(terminal)


def settle(terminal: PseudoTerminal) -> None:
    """Wait until nothing has been drawn for a moment: programs may mix up keys that come in one bundle."""
    seen = [time.monotonic(), 0.0]

    def is_still() -> bool:
        if len(terminal.raw) != seen[1]:
            seen[:] = [time.monotonic(), len(terminal.raw)]
        return time.monotonic() - seen[0] > STILL_SECONDS

    terminal.wait_for(is_still, PATIENCE_SECONDS)


def megabytes(terminal: PseudoTerminal) -> float:
    """Resident memory of the program and of what it has started."""
    group = [path for path in Path("/proc").glob("[0-9]*/stat") if _session(path) == terminal.process.pid]
    pages = sum(int((path.parent / "statm").read_text().split()[1]) for path in group)
    return pages * os.sysconf("SC_PAGE_SIZE") / 1_000_000


def _session(stat: Path) -> int | None:
    try:
        return int(stat.read_text().rsplit(")", 1)[1].split()[3])
    except OSError:
        return None


# The same events three times: our log, JSON Lines, and a plain table for SQL


def facts_of(folder: Path, count: int) -> Facts:
    log, lines, table = (folder / f"events-{count}.{ending}" for ending in ("db", "jsonl", "table.db"))
    if not table.exists():
        asyncio.run(fill_log(DatabaseAddress.parse(str(log)), count))
        words = ["query", "since:all", "--database", str(log), "--output", str(lines), "--replace"]
        subprocess.run([sys.executable, "-m", "explorer", *words], check=True)
        _fill_table(lines, table)
    with sqlite3.connect(table) as database:
        ask = database.execute

        def one(query: str) -> str:
            return str(ask(query).fetchone()[0])

        newest_first = "select id from event order by occurred_at desc limit 1 offset {}"
        return Facts(
            log,
            lines,
            table,
            count,
            int(one(f"select count(*) from event where event_name = '{WANTED}'")),
            one("select id from event order by occurred_at limit 1")[:SHOWN_ID],
            one(newest_first.format(0))[:SHOWN_ID],
            one(newest_first.format(min(count, 100_000) - 1))[:SHOWN_ID],
        )


def _fill_table(lines: Path, table: Path) -> None:
    with sqlite3.connect(table) as database, lines.open(encoding="utf-8") as file:
        database.execute(
            "create table event(id text primary key, occurred_at text, environment text, event_name text, "
            "entity_type text, entity_id text, actor text, trace_id text, payload text)"
        )
        database.executemany("insert into event values (?,?,?,?,?,?,?,?,?)", map(_row, file))
        database.execute("create index event_time on event(occurred_at)")
        database.execute("create index event_name_time on event(event_name, occurred_at)")


def _row(line: str) -> tuple[object, ...]:
    event = json.loads(line)
    entity, actor = event.get("entity") or {}, event.get("actor") or {}
    plain = [event.get(key) for key in ("id", "occurred_at", "environment", "event_name")]
    who = actor.get("email") or actor.get("name") or actor.get("id")
    payload = json.dumps(event.get("payload"))
    return (*plain, entity.get("type"), entity.get("id"), who, event.get("trace_id"), payload)


def main() -> None:
    words = argparse.ArgumentParser()
    words.add_argument("folder", type=Path)
    words.add_argument("--events", type=int, default=1_000_000)
    words.add_argument("--tools", type=Path, nargs="*", default=[])
    words.add_argument("--only", nargs="*", default=[])
    arguments = words.parse_args()
    arguments.folder.mkdir(parents=True, exist_ok=True)
    facts = facts_of(arguments.folder, arguments.events)
    places = os.pathsep.join([*map(str, arguments.tools), os.environ["PATH"]])
    sys.stdout.write(HEAD)
    _tell("this app", VERSION, "activity LOG.db", activity(facts, sys.executable))
    for name, command, measure, version in TOOLS:
        program = shutil.which(version[0], path=places)
        if program is not None and (not arguments.only or name in arguments.only):
            _tell(name, _version([program, *version[1:]]), command, measure(facts, program))


def _version(command: Sequence[str]) -> str:
    """What stands last in the first line that the program says of its version."""
    said = subprocess.run(command, capture_output=True, text=True, check=False).stdout.splitlines()
    return said[0].split()[-1].strip("v") if said and said[0].strip() else ""


def _tell(name: str, version: str, command: str, measured: Measured) -> None:
    times = (measured.opened, measured.other_end, measured.filtered)
    cells = [
        f"{name} {version}".strip(),
        f"`{command}`",
        *("none" if each is None else f"{each:.2f} s" for each in times),
    ]
    note = f" ({measured.note})" if measured.note else ""
    sys.stdout.write(f"| {' | '.join([*cells, f'{measured.megabytes:,.0f} MB{note}'])} |\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
