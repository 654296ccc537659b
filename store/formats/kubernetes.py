"""Kubernetes audit events: lines of an audit log file, and lists as they are posted to a webhook.

Source: https://kubernetes.io/docs/reference/config-api/apiserver-audit.v1/. All stages of one request share its
`auditID`, which is the trace id here: with the stage it is the id. An event is dated by its own stage.
"""

from .format import table_format
from .mapping import ActorAt, EntityAt, Table
from .picking import by_prefix, first, joined

TABLE = Table(
    id=joined("/", "auditID", "stage", least=2),
    occurred_at=first("stageTimestamp", "requestReceivedTimestamp"),
    event_name=joined(" ", "verb", joined("/", "objectRef.resource", "objectRef.subresource")),
    entities=(
        EntityAt(
            type="objectRef.resource",
            id=joined("/", "objectRef.namespace", "objectRef.name"),
            name="objectRef.name",
        ),
        EntityAt(type="objectRef.resource", id="requestURI"),
        EntityAt(id="requestURI"),
    ),
    parent_entity_id="objectRef.namespace",
    actor=ActorAt(
        type=by_prefix(
            "user.username",
            {"system:serviceaccount:": "serviceaccount", "system:node:": "node", "system:": "system", "": "user"},
        ),
        id=first("user.username", "user.uid"),
        ip_address="sourceIPs.0",
    ),
    trace_id="auditID",
    failures=("payload.responseStatus.code:>=400",),
)

FORMAT = table_format(
    "kubernetes",
    "Kubernetes audit",
    TABLE,
    lambda members: "auditID" in members and "verb" in members,
)
