"""`activity check`: prove that every count of a log is what its events say, and repair it on demand."""

from collections.abc import Callable

from store import CheckReport, DatabaseAddress, EventFilter, SchemaOlder, StoreError, TimeRange

from ..display import events_text
from ..visible import visible
from .database import own_address
from .interruptible import run
from .progress import progress
from .stopping import Stop
from .words import KEEPS_ITS_SIZE, complain, write

UNREADABLE = "Nobody can read the log until it is up to date: the same command goes on from there."
UP_TO_DATE = "The log is up to date, and was not checked to the end."


def check(database: str, *, repair: bool) -> int:
    """Print what does not fit the events, and give the exit code: 0 when all is well or was made so, else 1.

    Raises StoreError when the database cannot be read, or with `repair` written.
    """
    address = run(own_address, database)
    stop = Stop()
    is_upgraded = False

    def note_upgraded() -> None:
        nonlocal is_upgraded
        is_upgraded = True

    with stop:
        try:
            report = run(_check, address, repair, note_upgraded)
        except KeyboardInterrupt:
            complain(f"Interrupted. {_state(address) if is_upgraded else 'Nothing was changed.'}")
            return stop.exit_code
        except StoreError:
            if is_upgraded and (state := _state(address)) == UNREADABLE:
                complain(state)
            raise
    write("".join(f"{visible(line)}\n" for line in _lines(report, address.shown)))
    for advice in report.advice:
        complain(visible(advice))
    if is_upgraded and address.is_sqlite:
        complain(KEEPS_ITS_SIZE)
    return 1 if report.remaining else 0


async def _check(address: DatabaseAddress, repair: bool, note_upgraded: Callable[[], None]) -> CheckReport:
    from store import check_log

    with progress("Checking", await _number_of_events(address)) as show:

        def tell_upgraded(events: int) -> None:
            note_upgraded()
            show(0, events, "Bringing it up to date")

        def tell(events: int) -> None:
            show(events, events, "Checking")

        return await check_log(address, repair=repair, tell=tell, tell_upgraded=tell_upgraded)


def _state(address: DatabaseAddress) -> str:
    """What has become of a log that was being brought up to date, or why nobody can tell."""
    from store import open_repository

    async def look() -> None:
        await (await open_repository(address)).close()

    try:
        run(look)
    except SchemaOlder:
        return UNREADABLE
    except StoreError as problem:
        return visible(str(problem))
    return UP_TO_DATE


async def _number_of_events(address: DatabaseAddress) -> int | None:
    """How long the check will take, as the log's own counts have it, which may be what is wrong."""
    from store import open_repository

    try:
        repository = await open_repository(address)
    except StoreError:
        return None
    try:
        return (await repository.count(EventFilter(time=TimeRange(since=None)))).number
    except StoreError:
        return None
    finally:
        await repository.close()


def _lines(report: CheckReport, shown: str) -> list[str]:
    lines = [finding.sentence for finding in report.findings]
    if any(finding.kind == "page" for finding in report.findings):
        return lines
    events = events_text(report.events)
    if not report.findings:
        return [f"All is well with the {events} of {shown}: every count, detail and actor is there and exact."]
    if report.is_repaired:
        lines.append(f"Repaired: everything was counted anew from the {events}.")
    if report.remaining:
        lines.append(f"Not all is well with the {events} of {shown}.")
    return lines
