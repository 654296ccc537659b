"""Stigg event logs: records of the type `EventLog`, singly, in lists, or as nodes of the `eventLogs` connection.

Source: the generated GraphQL types of https://github.com/stiggio/api-client-go.
"""

from .documents import Inner
from .format import table_format
from .mapping import ActorAt, EntityAt, Table

TABLE = Table(
    id="id",
    occurred_at="createdAt",
    event_name="eventLogType",
    environment="environmentId",
    entities=(EntityAt(type="entityType", id="entityId"), EntityAt(type="entityType")),
    parent_entity_id="parentEntityId",
    actor=ActorAt(
        type="actor.type",
        id="actor.id",
        name="actor.name",
        email="actor.email",
        ip_address="actor.ipAddress",
    ),
    trace_id="traceId",
    inner=Inner(
        payload="payload",
        request="request",
        actor="actor",
        held=frozenset(
            ("id", "createdAt", "eventLogType", "environmentId", "entityType", "entityId", "parentEntityId", "traceId")
        ),
        actor_held=frozenset(("type", "id", "name", "email", "ipAddress")),
        others="eventLog",
    ),
)

FORMAT = table_format(
    "stigg", "Stigg event log", TABLE, lambda members: "eventLogType" in members and "createdAt" in members
)
