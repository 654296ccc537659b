"""What other programs call the fields of an event, the likeliest names first; `_` counts for nothing."""

from collections.abc import Mapping, Sequence

TABLE_WORDS = ("audit", "activit", "event", "log", "histor", "version", "trail")

VAGUE_NAMES = ("name", "what", "message")
"""Of an event these may be its name, or any other text."""

FIELD_NAMES: Mapping[str, Sequence[str]] = {
    "occurred_at": (
        *(
            "occurred_at",
            "created_at",
            "event_time",
            "timestamp",
            "happened_at",
            "logged_at",
            "recorded_at",
        ),
        *("action_time", "inserted_at", "created", "event_date", "event_timestamp", "created_on", "date_created"),
        *("datetime", "time", "date", "ts", "at", "when"),
    ),
    "event_name": (
        *("event_name", "action", "event_type", "event", "activity", "operation", "action_type", "verb", "event_code"),
        *("action_flag", "event_action", "log_name", "change_type", "type", "kind", "name", "what", "message"),
    ),
    "id": ("id", "event_id", "uuid", "audit_id", "log_id", "entry_id"),
    "environment": ("environment", "env", "stage"),
    "entity_type": (
        *("entity_type", "target_type", "object_type", "resource_type", "auditable_type", "subject_type", "item_type"),
        *(
            "trackable_type",
            "content_type",
            "content_type_id",
            "record_type",
            "model",
            "table_name",
            "entity",
            "resource",
        ),
    ),
    "entity_id": (
        *("entity_id", "target_id", "object_id", "resource_id", "auditable_id", "subject_id", "item_id", "record_id"),
        *("trackable_id", "object_pk", "row_id", "target", "resource", "entity", "object"),
    ),
    "entity_name": ("entity_name", "target_name", "object_name", "resource_name", "object_repr", "subject_name"),
    "parent_entity_id": (
        *("parent_entity_id", "parent_id", "customer_id", "organization_id", "organisation_id", "org_id", "tenant_id"),
        *("workspace_id", "account_id", "team_id", "company_id"),
    ),
    "actor_type": ("actor_type", "user_type", "causer_type", "principal_type", "initiator_type"),
    "actor_id": (
        *("actor_id", "user_id", "causer_id", "performed_by", "created_by", "whodunnit", "author_id", "principal_id"),
        *("changed_by", "member_id", "initiator_id", "by_user", "owner_id"),
    ),
    "actor_name": ("actor_name", "user_name", "username", "actor", "user", "author", "who", "login", "principal"),
    "actor_email": ("actor_email", "user_email", "email", "author_email"),
    "actor_ip_address": (
        *(
            "actor_ip_address",
            "ip_address",
            "ip",
            "remote_ip",
            "client_ip",
            "remote_address",
            "remote_addr",
            "source_ip",
            "client_ip_address",
            "source_ip_address",
        ),
        *("user_ip", "client_addr"),
    ),
    "trace_id": (
        "trace_id",
        "request_id",
        "req_id",
        "request_uuid",
        "correlation_id",
        "transaction_id",
        "txid",
        "session_id",
    ),
    "request": ("request", "request_body"),
}
