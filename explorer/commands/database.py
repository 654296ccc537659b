"""The database that a command was told to use, open and masked where the settings say so."""

from __future__ import annotations

import os
import shlex
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from store import DatabaseAddress, DatabaseUnavailable, SchemaForeign

from ..masking import masking_of
from ..settings import DEMO, Settings, load_settings
from ..visible import visible
from .words import complain

if TYPE_CHECKING:
    from store import Event, EventFilter, EventRepository, TableMapping

MOST_CELLS = 60


def database_name(named: str | None, settings: Settings) -> str:
    """What the named log, or the one of the settings, is called: without secrets. Raises StoreError as below."""
    address, mapping = _known_address(named, settings), settings.mapping(named)
    if address is None:
        return DEMO
    return address.shown if mapping is None else f"{mapping.table} in {address.shown}"


def named_again(named: str | None, settings: Settings) -> str:
    """What names the log in another command: as it is called in the settings, or where it lives, without secrets.

    Raises StoreError as below.
    """
    word = named or settings.database
    if word is not None and word in settings.databases:
        return word
    address = _known_address(named, settings)
    return DEMO if address is None else address.without_secrets


def masking_name(named: str | None, settings: Settings) -> str:
    """What the named log is masked under, nothing when it is not. Raises StoreError as below."""
    masking = masking_of(settings, _known_address(named, settings))
    return masking.name if masking else ""


def mask_of_events(named: str | None, settings: Settings) -> Callable[[Event], Event]:
    """What shows an event of a file as it may be seen, where it may go to the named log. Raises StoreError as below."""
    masking = masking_of(settings, None if named is None else _known_address(named, settings))
    if masking is None:
        return lambda event: event
    from store import event_mask

    return event_mask(masking)


async def open_log(named: str | None, settings: Settings) -> EventRepository:
    """The named log, or the one of the settings; it may be a table of another program.

    Raises StoreError as below, and when it cannot be opened.
    """
    return await open_address(await database_address(named, settings), settings, settings.mapping(named))


async def open_address(
    address: DatabaseAddress, settings: Settings, mapping: TableMapping | None = None
) -> EventRepository:
    """A log as it may be seen, with a `mapping` one that stands in a table of another program. Raises StoreError."""
    masking = masking_of(settings, address)
    repository = await _opened(address, mapping)
    if masking is None:
        return repository
    from store import MaskedRepository

    return MaskedRepository(repository, masking)


async def _opened(address: DatabaseAddress, mapping: TableMapping | None) -> EventRepository:
    if mapping is None:
        from store import open_repository

        return await open_repository(address)
    from store import open_foreign_repository

    return await open_foreign_repository(address, mapping)


def _known_address(named: str | None, settings: Settings) -> DatabaseAddress | None:
    """Where the log lives; None for the sample, which is there only when it is asked for."""
    text = settings.address(named)
    return None if text == DEMO else DatabaseAddress.parse(text)


async def own_address(named: str | None) -> DatabaseAddress:
    """Where a log lives that is to be written. Raises StoreError, also for a table that is only looked at."""
    settings = load_settings(os.environ)
    if (mapping := settings.mapping(named)) is not None:
        raise SchemaForeign(
            f"{named or settings.database} is the table {mapping.table} of another program, which is only read.",
            "Only logs of our own are written, checked and pruned. To have its events in one: "
            "activity query since:all --database NAME --output events.jsonl, and import that.",
        )
    return await database_address(named, settings)


async def complain_of_remarks(repository: EventRepository, event_filter: EventFilter) -> None:
    """Say on standard error what must be said beside the answers to a settled filter, and to people how texts count."""
    for sentence in await repository.remarks(event_filter):
        complain(visible(sentence))
    texts = event_filter.texts.included
    if len(texts) > 1 and sys.stderr is not None and sys.stderr.isatty():
        from store import Choice, EventFilter, write_filter

        whole = shlex.quote(write_filter(EventFilter(texts=Choice(included=(" ".join(texts),)))))
        # It is there to be copied: what cannot be shown just as it is would look for something else.
        advice = f" To look for them as one: {whole}" if visible(whole, MOST_CELLS) == whole else ""
        complain(f"Any of the {len(texts)} texts is enough.{advice}")


async def database_address(named: str | None, settings: Settings | None = None) -> DatabaseAddress:
    """Where the named log lives, or the one of the settings; the sample database is made when it is missing.

    Raises StoreError when the settings or the name cannot be understood, or no password comes from where it is kept.
    """
    settings = settings or load_settings(os.environ)
    text = settings.address(named)
    if text == DEMO:
        from sample_data.demo import demo_database

        try:
            return await demo_database(datetime.now(UTC))
        except OSError as problem:
            reason = problem.strerror or "unknown reason"
            raise DatabaseUnavailable(
                f"The sample database cannot be made: {reason}.",
                "Check the space and the permissions of the folder for temporary files.",
            ) from None
    if (command := settings.password_command(named)) is not None:
        from ..password_command import address_with_password

        return await address_with_password(text, command)
    return DatabaseAddress.parse(text)
