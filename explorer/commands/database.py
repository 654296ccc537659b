"""The database that a command was told to use."""

import os
from datetime import UTC, datetime

from store import DatabaseAddress, DatabaseUnavailable

from ..settings import DEMO, Settings, load_settings


def database_name(named: str | None, settings: Settings) -> str:
    """What the named log, or the one of the settings, is called: without secrets. Raises StoreError as below."""
    text = settings.address(named)
    return DEMO if text == DEMO else DatabaseAddress.parse(text).shown


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
