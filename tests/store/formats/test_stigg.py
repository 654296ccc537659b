"""Stigg event logs: nodes of a connection and single records, their payload and request letter for letter."""

from tests.store.formats.examples import events_in, reasons_in, source, told


def test_stigg_connection_is_recognised_and_holds_these_events() -> None:
    assert source("stigg_connection.json").title == "Stigg event log"
    assert [told(event) for event in events_in("stigg_connection.json")] == [
        {
            "id": "0f6e2b91-5d3c-4a7e-9b1f-2c8d4e6a7b01",
            "time": "08:15:02.114000",
            "event_name": "SUBSCRIPTION_CREATED",
            "environment": "e84b1f76-3a2d-4d88-9c0e-61f5a7b2c933",
            "entity_type": "SUBSCRIPTION",
            "entity_id": "subscription-plan-growth-8c21e0",
            "parent_entity_id": "customer-3fa91c",
            "actor_type": "SCOPED_KEY",
            "actor_ip_address": "203.0.113.24",
            "trace_id": "c1f4a9d2-6b0e-4f5d-8d3a-5b7e9a2c4410",
        },
        {
            "id": "0f6e2b91-5d3c-4a7e-9b1f-2c8d4e6a7b02",
            "time": "08:15:02.114000",
            "event_name": "SYNC_FAILED",
        },
    ]
    assert reasons_in("stigg_connection.json") == []


def test_stigg_single_is_recognised_and_holds_these_events() -> None:
    assert source("stigg_single.json").title == "Stigg event log"
    assert [told(event) for event in events_in("stigg_single.json")] == [
        {
            "id": "0f6e2b91-5d3c-4a7e-9b1f-2c8d4e6a7b03",
            "time": "08:20:00",
            "event_name": "PLAN_UPDATED",
            "entity_type": "PLAN",
            "entity_id": "plan-growth",
            "actor_type": "USER",
            "actor_name": "Dana Whitfield",
            "actor_email": "dana.whitfield@northlake.example",
            "actor_ip_address": "2001:db8::5f",
        },
    ]
    assert reasons_in("stigg_single.json") == []


def test_payload_and_request_are_those_of_the_record_and_what_is_no_field_of_ours_is_kept() -> None:
    first, second = events_in("stigg_connection.json")
    assert first.actor is not None
    assert first.actor.more == '{"scopedKeyId":"5d0c","scopedKeyName":"billing-worker"}'
    assert first.payload == (
        '{"id": "subscription-plan-growth-8c21e0", "price": 49.90, "price": 12345678901234567890.10,'
        '"eventLog":{"accountId":"2c9f3e10-7d54-4a0b-b1a6-f0c2d9e7a318",'
        '"webhooks":[{"id": "wh-1", "endpoint": "https://hooks.northlake.example"}]}}'
    )
    assert first.request == '{"body": {"planId": "plan-growth"}, "response": {"ok": true}, "traceId": "c1f4a9d2"}'
    assert (second.payload, second.request) == ('{"error": "timeout"}', None)
