"""Google Cloud audit logs: entries of Cloud Logging whose `protoPayload` is an AuditLog.

Source: https://cloud.google.com/logging/docs/reference/v2/rest/v2/LogEntry and
https://cloud.google.com/logging/docs/reference/audit/auditlog/rest/Shared.Types/AuditLog. An `insertId` is unique among
the entries of one log with the same timestamp only. `timestamp` is when it happened and wins over `receiveTimestamp`.
"""

from ..records.record import Members
from .format import table_format
from .mapping import ActorAt, EntityAt, Table
from .picking import by_prefix, first, joined

TABLE = Table(
    id=joined("/", "logName", "timestamp", "insertId", least=3),
    occurred_at=first("timestamp", "receiveTimestamp"),
    event_name="protoPayload.methodName",
    environment=first("resource.labels.project_id", "resource.labels.organization_id", "resource.labels.folder_id"),
    entities=(EntityAt(type="resource.type", id="protoPayload.resourceName"), EntityAt(type="resource.type")),
    actor=ActorAt(
        type=by_prefix(
            "protoPayload.authenticationInfo.principalSubject",
            {"serviceAccount:": "serviceAccount", "user:": "user", "principal:": "principal"},
        ),
        id=first("protoPayload.authenticationInfo.principalSubject", "protoPayload.authenticationInfo.principalEmail"),
        email="protoPayload.authenticationInfo.principalEmail",
        ip_address="protoPayload.requestMetadata.callerIp",
    ),
    trace_id=first("trace", "operation.id"),
    failures=("payload.protoPayload.status.code:>0",),
)


def _is_audit(members: Members) -> bool:
    payload = members.get("protoPayload")
    return isinstance(payload, dict) and bool({"methodName", "authenticationInfo", "@type"} & payload.keys())


FORMAT = table_format("google-cloud", "Google Cloud audit", TABLE, _is_audit)
