"""Okta system log: the LogEvent objects of `/api/v1/logs`, and of event hooks.

Source: https://developer.okta.com/docs/api/openapi/okta-management/management/tag/SystemLog/.
"""

from .format import table_format
from .mapping import ActorAt, EntityAt, Table
from .picking import first

TABLE = Table(
    id="uuid",
    occurred_at="published",
    event_name="eventType",
    entities=(
        EntityAt(type="target.0.type", id="target.0.id", name=first("target.0.displayName", "target.0.alternateId")),
    ),
    actor=ActorAt(
        type="actor.type",
        id="actor.id",
        name="actor.displayName",
        email="actor.alternateId",
        ip_address="client.ipAddress",
    ),
    trace_id="transaction.id",
    failures=("payload.outcome.result:FAILURE payload.outcome.result:DENY",),
)

FORMAT = table_format(
    "okta",
    "Okta system log",
    TABLE,
    lambda members: {"uuid", "published", "eventType"} <= members.keys(),
)
