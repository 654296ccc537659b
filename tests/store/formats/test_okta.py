"""Okta system log: the first target is the entity."""

from tests.store.formats.examples import events_in, reasons_in, source, told


def test_okta_is_recognised_and_holds_these_events() -> None:
    assert source("okta.json").title == "Okta system log"
    assert [told(event) for event in events_in("okta.json")] == [
        {
            "id": "dc9fd3c0-598c-11ef-8478-2b7584bf8d5a",
            "time": "08:15:02.114000",
            "event_name": "user.session.start",
            "entity_type": "AuthenticatorEnrollment",
            "entity_id": "pfd1",
            "entity_name": "Password",
            "actor_type": "User",
            "actor_id": "00u1",
            "actor_name": "Dana Whitfield",
            "actor_email": "dana@northlake.example",
            "actor_ip_address": "203.0.113.24",
            "trace_id": "Zr1",
        },
        {
            "id": "dc9fd3c0-598c-11ef-8478-2b7584bf8d5b",
            "time": "08:15:03",
            "event_name": "policy.evaluate_sign_on",
            "actor_type": "User",
            "actor_id": "00u1",
            "trace_id": "Zr1",
        },
    ]
    assert reasons_in("okta.json") == []
