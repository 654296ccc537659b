"""Stripe events: what the Events API lists and webhooks carry, of both versions of the API.

Source: https://docs.stripe.com/api/events/object and https://docs.stripe.com/api/v2/core/events/object. Older versions
write the request as its bare id; events of v2 name an object where the others hold it.
"""

from .format import table_format
from .mapping import EntityAt, Table
from .picking import first, translated

OBJECTS = ("event", "v2.core.event")

TABLE = Table(
    id="id",
    occurred_at="created",
    event_name="type",
    environment=translated("livemode", {"true": "live", "false": "test"}),
    entities=(
        EntityAt(type="data.object.object", id="data.object.id", name="data.object.name"),
        EntityAt(type="related_object.type", id="related_object.id"),
    ),
    parent_entity_id=first("data.object.customer", "data.object.customer.id", "account"),
    trace_id=first("request.id", "request", "reason.request.id"),
)

FORMAT = table_format(
    "stripe",
    "Stripe events",
    TABLE,
    lambda members: members.get("object") in OBJECTS and "created" in members and "type" in members,
)
