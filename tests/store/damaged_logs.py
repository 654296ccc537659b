"""Logs that somebody changed behind the back of their writer, and the small pieces in which a check reads them."""

import pytest
from sqlalchemy.sql.expression import Executable

from store import DatabaseAddress
from store.connections import Connections


def read_in_small_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    """So small that a test's few events are read in many, and that some own cells."""
    monkeypatch.setattr("store.recount.SLICE_EVENTS", 30)
    monkeypatch.setattr("store.reference_check.PIECE_EVENTS", 7)
    monkeypatch.setattr("store.actor_check.PIECE_ACTORS", 2)
    monkeypatch.setattr("store.owners.OWNER_EVENTS", 10)
    monkeypatch.setattr("store.owners.LOOKED_AT_EVERY", 1)
    monkeypatch.setattr("store.recent_arrivals.KEPT", 30)


async def damage(address: DatabaseAddress, *orders: Executable) -> None:
    """Change a log behind the back of its writer."""
    connections = Connections(address, writes=True)
    async with connections.one() as connection:
        for order in orders:
            await connection.execute(order)
    await connections.close()
