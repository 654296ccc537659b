"""The times that logs write -> moments: ISO 8601 with any number of decimals, and counts since 1970 in any unit."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, tzinfo
from decimal import Decimal
from typing import Literal

from ..errors import EventMistake
from ..event import to_utc

Unit = Literal["auto", "iso", "s", "ms", "us", "ns"]
ReadMoment = Callable[[str], datetime]

UNITS: tuple[Unit, ...] = ("auto", "iso", "s", "ms", "us", "ns")

MICROSECONDS: dict[Unit, Decimal] = {
    "s": Decimal(10**6),
    "ms": Decimal(10**3),
    "us": Decimal(1),
    "ns": Decimal("0.001"),
}
_AUTO: tuple[tuple[Decimal, Unit], ...] = ((Decimal(10**11), "s"), (Decimal(10**14), "ms"), (Decimal(10**17), "us"))
"""Below which number a count is taken to be one of which unit."""

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
LAST_YEAR = 2200
"""A count that leads beyond it is none of a unit that was not named: 20260302081502 is a date without its signs."""
LEAST_COUNT = 10**8
"""A count below it, which as seconds ends in March 1973, is none of a unit that was not named: 20260302 is a date."""

_ADVICE = "Say in a map file what it counts."

# What most logs write, and nothing that a calendar refuses: it needs no further look.
_usual = re.compile(
    r"[0-9]{3}[1-9]-(?:0[1-9]|1[0-2])-(?:0[1-9]|1[0-9]|2[0-8])T(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]"
    r"(?:\.[0-9]{3})?Z"
).fullmatch
_number = re.compile(r"[+-]?[0-9]{1,25}(?:\.[0-9]{0,25})?(?:[eE][+-]?[0-9]{1,2})?").fullmatch
_iso = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2}|[0-9]{8})[Tt ]"
    r"([0-9]{2}(?::?[0-9]{2}(?::?[0-9]{2})?)?)(?:[.,]([0-9]{1,30}))?"
    r" ?([Zz]|UTC|GMT|[+-][0-9]{2}(?::?[0-9]{2}){0,2})?"
).fullmatch


def moment_reader(unit: Unit = "auto", zone: tzinfo | None = UTC) -> ReadMoment:
    """The function that reads a time in this unit; `auto` takes ISO 8601, and tells the unit of a count by its size.

    A time without an offset is one of `zone`; with None it is refused. Times between microseconds are moved back to the
    last one. The function raises EventMistake.
    """

    takes_iso = unit in ("auto", "iso")

    def read(text: str) -> datetime:
        if takes_iso and (usual := _usual(text)):
            return datetime.fromisoformat(usual[0])
        written = text.strip()
        if unit != "iso" and _number(written):
            return _counted(Decimal(written), unit)
        if takes_iso:
            return _from_iso(written, zone)
        raise EventMistake("Its time is not a number.")

    return read


def is_doubtful(text: str, zone: tzinfo) -> bool:
    """Whether a time has no offset, and the clocks of a zone skipped it or showed it twice.

    It is read as if they had not been changed yet.
    """
    found = _iso(text.strip())
    if found is None or found[4]:
        return False
    try:
        first = datetime.fromisoformat(f"{found[1]}T{found[2]}").replace(tzinfo=zone)
        return first.utcoffset() != first.replace(fold=1).utcoffset()
    except ValueError:
        return False


def _counted(number: Decimal, unit: Unit) -> datetime:
    if unit == "auto" and abs(number) < LEAST_COUNT:
        raise EventMistake("Its time is a number of fewer than nine digits.", _ADVICE)
    named = _unit_of(number) if unit == "auto" else unit
    try:
        moment = EPOCH + timedelta(microseconds=int((number * MICROSECONDS[named]).to_integral_value("ROUND_FLOOR")))
    except OverflowError:
        raise EventMistake("Its time lies outside the years 1 to 9999.") from None
    if unit == "auto" and moment.year > LAST_YEAR:
        raise EventMistake(f"Its time is a number that leads beyond {LAST_YEAR}.", _ADVICE)
    return moment


def _unit_of(number: Decimal) -> Unit:
    return next((unit for limit, unit in _AUTO if abs(number) < limit), "ns")


def _from_iso(text: str, zone: tzinfo | None) -> datetime:
    found = _iso(text)
    if found is None:
        raise EventMistake("Its time is not an ISO 8601 date and time.")
    day, clock, decimals, offset = found.groups()
    try:
        moment = datetime.fromisoformat(f"{day}T{clock}")
        if decimals:
            if len(clock.replace(":", "")) < 6:
                raise ValueError
            moment = moment.replace(microsecond=int(decimals[:6].ljust(6, "0")))
        if offset and offset not in "UTCGMTZz":
            moment = moment.replace(tzinfo=datetime.fromisoformat(f"2000-01-01T00:00:00{offset}").tzinfo)
        else:
            moment = moment.replace(tzinfo=UTC if offset else zone)
        if moment.tzinfo is None:
            raise EventMistake("Its time has no offset from UTC.", "Say in a map file which zone it is in.")
        return to_utc(moment).astimezone(UTC)
    except ValueError:
        raise EventMistake("Its time is no date and time of the calendar.") from None
    except OverflowError:
        raise EventMistake("Its time lies outside the years 1 to 9999.") from None
