"""GitHub audit log: JSON and CSV exports, and answers of the REST API.

Source: https://docs.github.com/en/rest/orgs/orgs#get-the-audit-log-for-an-organization and
https://docs.github.com/en/organizations/keeping-your-organization-secure/managing-security-settings-for-your-organization/exporting-audit-log-activity-for-your-organization.
`@timestamp` is when it occurred and wins over `created_at`, when it was recorded.
"""

from .format import table_format
from .mapping import ActorAt, EntityAt, Table
from .picking import constant, first

TABLE = Table(
    id="_document_id",
    occurred_at=first("@timestamp", "created_at"),
    other_time="created_at",
    event_name="action",
    environment=first("org", "business"),
    entities=(
        EntityAt(type=constant("repository"), id=first("repo", "repository")),
        EntityAt(type=constant("team"), id="team"),
        EntityAt(type=constant("user"), id="user"),
        EntityAt(type=constant("organization"), id="org"),
        EntityAt(type=constant("enterprise"), id="business"),
    ),
    parent_entity_id="org",
    actor=ActorAt(type="programmatic_access_type", id="actor", ip_address="actor_ip"),
    trace_id="request_id",
)

FORMAT = table_format(
    "github",
    "GitHub audit log",
    TABLE,
    lambda members: "action" in members and "actor" in members and bool({"@timestamp", "created_at"} & members.keys()),
)
