"""Microsoft 365 unified audit log: exports with the record as JSON text in `AuditData`, and records by themselves.

Source: https://learn.microsoft.com/en-us/office/office-365-management-api/office-365-management-activity-api-schema and
https://learn.microsoft.com/en-us/purview/audit-log-export-records. `CreationTime` of the record is in UTC without
saying so; it wins over `CreationDate` of the row, which is written in the format of whoever exported it. Of a sign-in
`ResultStatus` tells that the request came through, and `LogonError` why it failed.
"""

from .format import table_format
from .mapping import ActorAt, EntityAt, Table
from .picking import first, translated

USER_TYPES = {
    "0": "Regular",
    "1": "Reserved",
    "2": "Admin",
    "3": "DcAdmin",
    "4": "System",
    "5": "Application",
    "6": "ServicePrincipal",
    "7": "CustomPolicy",
    "8": "SystemPolicy",
}

TABLE = Table(
    id=first("Id", "RecordId", "Identity"),
    occurred_at=first("CreationTime", "CreationDate"),
    event_name=first("Operation", "Operations"),
    environment=first("OrganizationId", "OrganizationName"),
    entities=(
        EntityAt(type=first("ItemType", "Workload"), id="ObjectId", name="SourceFileName"),
        EntityAt(type="Workload", id=first("MailboxOwnerUPN", "TeamGuid", "SiteUrl"), name="TeamName"),
        EntityAt(type="Workload"),
    ),
    parent_entity_id=first("SiteUrl", "TeamGuid"),
    actor=ActorAt(
        type=translated("UserType", USER_TYPES),
        id=first("UserKey", "UserId", "UserIds"),
        name=first("UserId", "UserIds"),
        ip_address=first("ClientIP", "ClientIPAddress", "ActorIpAddress"),
    ),
    trace_id=first("CorrelationId", "AppAccessContext.CorrelationId", "InterSystemsId"),
    opens=("AuditData",),
    failures=tuple(
        failure.format(place=place)
        for failure in (
            "{place}.ResultStatus:Fail* {place}.ResultStatus:Partial* {place}.ResultStatus:False",
            '{place}.LogonError:* -{place}.LogonError:""',
        )
        for place in ("payload.AuditData", "payload")
    ),
)

FORMAT = table_format(
    "microsoft-365",
    "Microsoft 365 unified audit log",
    TABLE,
    lambda members: "AuditData" in members or {"CreationTime", "Operation", "RecordType"} <= members.keys(),
)
