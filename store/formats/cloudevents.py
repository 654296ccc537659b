"""CloudEvents 1.0 in the JSON format, singly, in batches, or in lines.

Source: https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/formats/json-format.md, and the extensions
https://github.com/cloudevents/spec/blob/main/cloudevents/extensions/distributed-tracing.md and `authcontext.md` beside
it. An id is unique within its source only: the two together are the id here.
"""

from .format import table_format
from .mapping import ActorAt, EntityAt, Table
from .picking import joined, part

TABLE = Table(
    id=joined("#", "source", "id", least=2),
    occurred_at="time",
    event_name="type",
    environment="source",
    entities=(EntityAt(id="subject"),),
    actor=ActorAt(type="authtype", id="authid"),
    trace_id=part("traceparent", "-", 1),
)

FORMAT = table_format(
    "cloudevents",
    "CloudEvents",
    TABLE,
    lambda members: "specversion" in members and "source" in members and "type" in members,
)
