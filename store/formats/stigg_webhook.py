"""Stigg webhooks: the bodies that Stigg posts, one flat object each.

Source: the per-event pages of https://docs.stigg.io and https://github.com/stiggio/stigg-byos-example.
"""

from ..records.record import Members
from .format import table_format
from .mapping import ActorAt, EntityAt, Table
from .picking import constant, first, part, translated

ENTITY_TYPE = translated(
    part("type", ".", 0),
    dict.fromkeys(("credits", "credit_grant", "credit_balance", "automatic_recharge"), "credit"),
)
CUSTOMER = first("customer.id", "customerId", "input.customerId")

TABLE = Table(
    id=first("messageId", "eventId"),
    occurred_at="timestamp",
    event_name="type",
    environment="environmentId",
    entities=(
        EntityAt(type=ENTITY_TYPE, id=first("id", "grantId"), name=first("name", "displayName")),
        EntityAt(type=constant("customer"), id=CUSTOMER, name="customer.name"),
        EntityAt(type=ENTITY_TYPE, id="entityId", name="name"),
        EntityAt(type=ENTITY_TYPE),
    ),
    parent_entity_id=CUSTOMER,
    actor=ActorAt(
        type="actor.type",
        id="actor.id",
        name="actor.name",
        email="actor.email",
        ip_address="actor.ipAddress",
    ),
    trace_id="traceId",
)


def _is_webhook(members: Members) -> bool:
    event_type = members.get("type")
    stigg_keys = {"messageId", "accountId", "environmentId", "traceId", "entityId"} & members.keys()
    return isinstance(event_type, str) and "." in event_type and len(stigg_keys) >= 2


FORMAT = table_format("stigg-webhook", "Stigg webhook", TABLE, _is_webhook)
