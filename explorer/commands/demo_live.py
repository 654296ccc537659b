"""`activity demo --live`: explore a copy of the sample log to which events are added while one watches."""

import asyncio
import os
from datetime import UTC, datetime

from ..launch import Launch
from .explore import run_app


def demo_live() -> int:
    """Run the app until the user leaves it, and give its exit code. Raises StoreError for broken settings."""
    return run_app(_launch)


def _launch() -> Launch:
    from store import EventRepository

    from ..masking import masking_of
    from ..settings import DEMO, load_settings
    from .database import open_address

    settings = load_settings(os.environ)
    stream: list[asyncio.Task[None]] = []

    async def open_store() -> EventRepository:
        from sample_data.live import go_on, live_database

        address = await live_database(datetime.now(UTC))
        repository = await open_address(address, settings)
        stream.append(asyncio.create_task(go_on(address, lambda: datetime.now(UTC))))  # it ends with the loop
        return repository

    masking = masking_of(settings, None)
    return Launch(
        settings=settings,
        database_name="demo --live",
        named_again=DEMO,
        open_store=open_store,
        follows=True,
        masking_name=masking.name if masking else "",
    )
