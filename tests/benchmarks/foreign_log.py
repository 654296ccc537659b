"""A large table of another program: text timestamps, whole numbers as ids, JSON as text, an index on the time alone."""

import json
import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from sqlalchemy import BigInteger, Column, Index, Integer, MetaData, Table, Text

from store import DatabaseAddress, MappedColumns, TableMapping
from store.connections import Connections

NOW = datetime(2026, 11, 26, tzinfo=UTC)
AT_ONCE = 20_000
ACTIONS = {
    "invoice.created": 30,
    "invoice.paid": 25,
    "user.signed_in": 20,
    "invoice.payment_failed": 3,
    "account.updated": 12,
    "api_key.revoked": 1,
}
NOTES = {"invoice.payment_failed": "card_declined"}
MAPPING = TableMapping(
    table="audit_log",
    columns=MappedColumns(
        id="id",
        occurred_at="created_at",
        event_name="action",
        entity_type="target_type",
        entity_id="target_id",
        actor_email="actor_email",
        actor_ip_address="ip",
        trace_id="request_id",
        payload="metadata",
    ),
)


def audit_log() -> Table:
    texts = ("created_at", "action", "actor_email", "target_type", "target_id", "ip", "request_id", "metadata")
    table = Table(
        "audit_log",
        MetaData(),
        Column("id", BigInteger().with_variant(Integer(), "sqlite"), primary_key=True, autoincrement=False),
        *(Column(name, Text(collation="C").with_variant(Text(), "sqlite")) for name in texts),
    )
    Index("audit_log_created_at", table.c.created_at)
    return table


def rows(number: int) -> Iterator[dict[str, object]]:
    """Rows over a year, in the order of their ids; every 100,000th has no time that can be read."""
    chance = random.Random(7)
    names, weights = list(ACTIONS), list(ACTIONS.values())
    step = timedelta(days=365) / number
    for place in range(1, number + 1):
        moment = NOW - step * (number - place)
        action, customer = chance.choices(names, weights)[0], chance.randrange(20_000)
        yield {
            "id": place,
            "created_at": moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
            if place % 100_000
            else "n/a",
            "action": action,
            "actor_email": f"user-{customer % 500}@shop.example" if place % 5 else None,
            "target_type": action.split(".")[0],
            "target_id": f"{action.split('.')[0]}-{customer}",
            "ip": f"192.0.2.{customer % 250}",
            "request_id": f"req-{place // 3}",
            "metadata": json.dumps(
                {"amount": customer, "note": "card_declined" if action.endswith("failed") else "ok"}
            ),
        }


async def build(address: DatabaseAddress, number: int) -> None:
    """Make the table and fill it."""
    connections, table = Connections(address, writes=True), audit_log()
    try:
        async with connections.one() as connection:
            await connection.run_sync(table.metadata.create_all)
        waiting = []
        for row in rows(number):
            waiting.append(row)
            if len(waiting) == AT_ONCE:
                async with connections.one() as connection:
                    await connection.exec_driver_sql("BEGIN")
                    await connection.execute(table.insert(), waiting)
                    await connection.exec_driver_sql("COMMIT")
                waiting = []
    finally:
        await connections.close()
