"""The database that a command was told to use, open and masked where the settings say so."""

import os
from datetime import UTC, datetime

from store import DatabaseAddress, DatabaseUnavailable, EventRepository

from ..masking import masking_of
from ..settings import DEMO, Settings, load_settings


def database_name(named: str | None, settings: Settings) -> str:
    """What the named log, or the one of the settings, is called: without secrets. Raises StoreError as below."""
    address = _known_address(named, settings)
    return DEMO if address is None else address.shown


def masking_name(named: str | None, settings: Settings) -> str:
    """What the named log is masked under, nothing when it is not. Raises StoreError as below."""
    masking = masking_of(settings, _known_address(named, settings))
    return masking.name if masking else ""


async def open_log(named: str | None, settings: Settings) -> EventRepository:
    """The named log, or the one of the settings. Raises StoreError as below, and when it cannot be opened."""
    return await open_address(await database_address(named, settings), settings)


async def open_address(address: DatabaseAddress, settings: Settings) -> EventRepository:
    """A log as it may be seen. Raises StoreError."""
    from store import open_repository

    masking = masking_of(settings, address)
    repository = await open_repository(address)
    if masking is None:
        return repository
    from store import MaskedRepository

    return MaskedRepository(repository, masking)


def _known_address(named: str | None, settings: Settings) -> DatabaseAddress | None:
    """Where the log lives; None for the sample, which is there only when it is asked for."""
    text = settings.address(named)
    return None if text == DEMO else DatabaseAddress.parse(text)


async def database_address(named: str | None, settings: Settings | None = None) -> DatabaseAddress:
    """Where the named log lives, or the one of the settings; the sample database is made when it is missing.

    Raises StoreError when the settings or the name cannot be understood.
    """
    text = (settings or load_settings(os.environ)).address(named)
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
    return DatabaseAddress.parse(text)
