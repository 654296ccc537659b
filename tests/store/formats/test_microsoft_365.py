"""Microsoft 365: the record is text in a cell, which may be cut off."""

import json

from tests.store.formats.examples import events_in, reasons_in, source, told


def test_microsoft_365_is_recognised_and_holds_these_events() -> None:
    assert source("microsoft_365.csv").title == "Microsoft 365 unified audit log"
    assert [told(event) for event in events_in("microsoft_365.csv")] == [
        {
            "id": "0b5c7f2e-1a2b-4c3d-8e4f-5a6b7c8d9e01",
            "time": "08:15:02",
            "event_name": "FileAccessed",
            "environment": "c0ffee00-0000-4000-8000-000000000001",
            "entity_type": "File",
            "entity_id": "https://northlake.sharepoint.example/a.docx",
            "entity_name": "a.docx",
            "actor_type": "Regular",
            "actor_id": "i:0h.f|membership|1003",
            "actor_name": "dana@northlake.example",
            "actor_ip_address": "203.0.113.24",
            "trace_id": "c1f4",
        },
        {
            "id": "0b5c7f2e-1a2b-4c3d-8e4f-5a6b7c8d9e02",
            "time": "08:16:01",
            "event_name": "MailItemsAccessed",
            "entity_type": "Exchange",
            "entity_id": "dana@northlake.example",
            "actor_type": "Admin",
            "actor_id": "lee@northlake.example",
            "actor_name": "lee@northlake.example",
            "actor_ip_address": "2001:db8::5f",
        },
        {
            "id": "0b5c7f2e-1a2b-4c3d-8e4f-5a6b7c8d9e03",
            "time": "08:17:00",
            "event_name": "MailItemsAccessed",
            "actor_id": "lee@northlake.example",
            "actor_name": "lee@northlake.example",
        },
    ]
    assert reasons_in("microsoft_365.csv") == []


def test_the_record_stands_in_the_payload_as_json_unless_it_is_cut_off() -> None:
    whole, _, cut = events_in("microsoft_365.csv")
    assert whole.payload is not None and cut.payload is not None
    assert '"AuditData":{"CreationTime":' in whole.payload
    assert '"Size":12345678901234567890}' in whole.payload
    assert json.loads(cut.payload)["AuditData"].endswith('[{"cut off')
