"""Proves that what is counted and listed of the events of a log is what they say, and makes it anew where it is not.

A check reads the log as it was at one moment, in one transaction that only reads: others go on writing meanwhile. With
`repair` it is a writer's transaction instead, for which other writers wait, so that what is found is what is repaired.
"""

from collections import Counter
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from .address import DatabaseAddress
from .bookkeeping import wrong_notes
from .cells import ALL_EVENTS
from .check_lookups import LookupCheck
from .check_statements import (
    count_missing_details,
    count_stray_details,
    select_level,
    select_missing_details,
    select_repeated_ids,
    select_stray_cells,
    select_stray_details,
)
from .connections import Connections
from .damaged_values import is_readable, name_of, numeral, open_damaged, place_among
from .descent import count_missing_pairs, count_stray_pairs
from .dialect import Dialect
from .findings import COUNTED, MOST_TOLD, REPAIRABLE, CheckReport, Findings
from .log_version import VERSION
from .noted_references import noted_references
from .owners import COLUMNS
from .rebuild import rebuild
from .recent_arrivals import count_missing_arrivals, count_stray_arrivals
from .recount import LevelCells, Recounted, recounted
from .references import Reference, reference
from .schema import combination, owner
from .time_keys import HOUR, LEVELS, SLOT_BITS, moment_of
from .time_text import write_moment
from .transaction import snapshot, transaction
from .upgrade import Tell, upgrade
from .upkeep import open_for_upkeep
from .versions import OLDEST, check_schema


def _untold(events: int) -> None:
    """Nobody wants to hear how many events are done."""


async def check_log(
    address: DatabaseAddress,
    *,
    repair: bool = False,
    tell: Tell = _untold,
    tell_upgraded: Tell = _untold,
    make_reference: Reference = reference,
) -> CheckReport:
    """Hold the whole log against its events. `tell` hears how many are done.

    With `repair`, all that follows from the events is made anew if any of it is wrong. A log of an older version is
    first brought to this one, part by part: `tell_upgraded` hears how many events are done, and what was done stays
    when it is stopped. Raises a StoreError when the database cannot be read, or with `repair` written.
    `make_reference` is there for tests.
    """
    findings = Findings()
    version = await _version(address, findings, oldest=OLDEST if repair else VERSION)
    if findings.has("page"):
        return CheckReport(events=0, findings=findings.all())  # whatever else is read from it may be wrong
    if repair:
        connections = await open_for_upkeep(address, OLDEST, open_damaged)
    else:
        connections = Connections(address, most=1, open_file=open_damaged)
    try:
        if version < VERSION:
            findings.add("version", f"The log has schema version {version}, which is older than {VERSION}.")
            await upgrade(connections, tell_upgraded)
        open_transaction: Callable[[Connections], AbstractAsyncContextManager[AsyncConnection]]
        open_transaction = transaction if repair else snapshot
        async with open_transaction(connections) as connection:
            check = _Check(connection, connections.dialect, findings, make_reference)
            events = await check.run(tell)
            is_repaired = repair and findings.has(*REPAIRABLE)
            if findings.has(*COUNTED) and repair:
                await rebuild(connection, connections.dialect, make_reference, findings.kinds)
            await check.check_ids()  # now: those with wrong references were not found to be the same
        return CheckReport(events=events, findings=findings.all(), is_repaired=is_repaired)
    finally:
        await connections.close()


async def _version(address: DatabaseAddress, findings: Findings, oldest: int) -> int:
    """The version of the schema, once the pages of the file were looked at."""
    reading = Connections(address, most=1, open_file=open_damaged)
    try:
        version = await check_schema(reading, oldest)
        if reading.dialect.page_check is not None:
            for (said,) in await reading.rows(reading.dialect.page_check):
                if said != "ok":
                    findings.add("page", f"SQLite says: {said}.")
        return version
    finally:
        await reading.close()


class _Check:
    """One pass through a log, inside a transaction of somebody else."""

    def __init__(
        self, connection: AsyncConnection, dialect: Dialect, findings: Findings, make_reference: Reference
    ) -> None:
        self._connection = connection
        self._dialect = dialect
        self._make_reference = make_reference
        self._owners: dict[int, str] = {}
        self._findings = findings

    async def run(self, tell: Tell) -> int:
        events = 0
        totals: Counter[int] = Counter()
        for sentence in await wrong_notes(self._connection):
            self._findings.add("note", sentence)
        noted = await noted_references(self._connection, self._make_reference)
        lookups = LookupCheck(self._connection, self._dialect, self._findings, self._make_reference, noted)
        owners = await self._connection.execute(select(owner))
        self._owners = {ALL_EVENTS: "", **{number: _of(kind, ref) for number, kind, ref in owners}}
        async for part in recounted(self._connection):
            for wanted in part.levels:
                await self._check_level(wanted)
            if await lookups.check_details(part.low, part.high) != (part.events, part.events):
                await self._check_details(part)
            totals.update(part.combinations)
            events += part.events
            tell(events)
        stray_cells = select_stray_cells(self._dialect)
        for of, level, bucket, number, count in await self._connection.execute(stray_cells, self._among_owners()):
            place = f"{name_of(bucket)} of level {name_of(level)} of owner {name_of(of)}"
            self._findings.add("cell", f"The rollup counts {numeral(count)} events of {name_of(number)} in {place}.")
        await self._check_combinations(totals)
        await lookups.check_the_rest()
        await self._check_descent()
        if not self._findings.has("note"):  # else nobody knows which there should be
            await self._check_arrivals()
        return events

    async def _check_level(self, wanted: LevelCells) -> None:
        bounds = {"in_level": wanted.level, "first": wanted.first, "last": wanted.last}
        rows = await self._connection.execute(select_level(self._dialect), {**bounds, **self._among_owners()})
        found = {(of, bucket, number): count for of, bucket, number, count in rows}
        if found == wanted.cells:
            return
        width = LEVELS[wanted.level]
        span = "hour" if width == HOUR else f"{width // HOUR} hours"
        for cell in sorted(found.keys() | wanted.cells.keys(), key=place_among):
            counted, true = found.get(cell), wanted.cells.get(cell)
            if counted != true:
                of, bucket, number = cell
                says = "does not count" if counted is None else f"counts {numeral(counted)}"
                events = f"events of combination {name_of(number)}{self._owners.get(of, '')}"
                place = f"the {span} from {_when(bucket * width)}"
                self._findings.add("cell", f"The rollup {says} {events} in {place}: there are {true or 0:,}.")

    def _among_owners(self) -> dict[str, object]:
        return {"owners": self._dialect.references(self._owners)}

    async def _check_details(self, part: Recounted) -> None:
        keys = {"low": part.low, "high": part.high}
        missing = (await self._connection.execute(select_missing_details(), {**keys, "limit": MOST_TOLD})).all()
        for key, occurred_at in missing:
            time = key >> SLOT_BITS if occurred_at is None else occurred_at
            self._findings.add("missing detail", f"The event of {_when(time)} with the key {key} has no detail.")
        if len(missing) == MOST_TOLD:
            number = (await self._connection.execute(count_missing_details(), keys)).scalar_one()
            self._findings.add_untold("missing detail", number - len(missing))
        stray = (await self._connection.execute(select_stray_details(), {**keys, "limit": MOST_TOLD})).all()
        for (key,) in stray:
            self._findings.add("stray detail", f"The detail with the key {key} belongs to no event.")
        if len(stray) == MOST_TOLD:
            number = (await self._connection.execute(count_stray_details(), keys)).scalar_one()
            self._findings.add_untold("stray detail", number - len(stray))

    async def _check_descent(self) -> None:
        for says, statement in (("lacks", count_missing_pairs()), ("has", count_stray_pairs())):
            if number := (await self._connection.execute(statement)).scalar_one():
                whose = "that events have" if says == "lacks" else "that no event has"
                self._findings.add("descent", f"What belongs to what {says} {number:,} pairs {whose}.")

    async def _check_arrivals(self) -> None:
        for says, statement in (("lacks", count_missing_arrivals()), ("has", count_stray_arrivals())):
            if number := (await self._connection.execute(statement)).scalar_one():
                which = "that came in" if says == "lacks" else "that are not there"
                self._findings.add("arrival", f"The list of what came in lately {says} {number:,} events {which}.")

    async def check_ids(self) -> None:
        """Find ids that several events have, as far as the references of these are right."""
        for number, key in await self._connection.execute(select_repeated_ids()):
            self._findings.add("repeated id", f"{number:,} events have the id of the one with the key {key}.")

    async def _check_combinations(self, totals: Counter[int]) -> None:
        counts: dict[int, int] = {}
        known: dict[tuple[str, ...], int] = {}
        for number, *parts, count in await self._connection.execute(select(combination)):
            counts[number] = count
            if not all(map(is_readable, parts)):
                self._findings.add("unreadable", f"Combination {number} cannot be read.")
            elif (same := known.setdefault(tuple(parts), number)) != number:
                self._findings.add("contradiction", f"The combinations {same} and {number} are the same.")
        for number in sorted(totals.keys() | counts.keys()):
            if number not in counts:
                sentence = f"Combination {number}, which {totals[number]:,} events have, is not in the log."
                self._findings.add("unknown combination", sentence)
            elif counts[number] != totals[number]:
                counted = numeral(counts[number])
                sentence = f"Combination {number} is counted {counted} times: there are {totals[number]:,}."
                self._findings.add("combination", sentence)


def _of(kind: str, ref: object) -> str:
    """Whose cells an owner has, unless that is damaged: it is told elsewhere."""
    return f" of {kind} {ref}" if kind in COLUMNS and isinstance(ref, int) else ""


def _when(microseconds: int) -> str:
    """A moment as text, and one that no calendar holds as its number."""
    try:
        return write_moment(moment_of(microseconds))
    except OverflowError:
        return f"{microseconds} microseconds after 1970"
