"""Stigg webhooks: the entity is the body itself, or the customer it tells of."""

from tests.store.formats.examples import events_in, reasons_in, source, told


def test_stigg_webhooks_is_recognised_and_holds_these_events() -> None:
    assert source("stigg_webhooks.jsonl").title == "Stigg webhook"
    assert [told(event) for event in events_in("stigg_webhooks.jsonl")] == [
        {
            "id": "7b0d6c4e-2f7a-4c39-9a55-0e6c1d0b8f21",
            "time": "08:15:02.114000",
            "event_name": "subscription.updated",
            "environment": "e84b1f76",
            "entity_type": "subscription",
            "entity_id": "subscription-plan-growth-8c21e0",
            "parent_entity_id": "customer-3fa91c",
            "actor_type": "USER",
            "trace_id": "c1f4a9d2",
        },
        {
            "id": "7b0d6c4e-2f7a-4c39-9a55-0e6c1d0b8f22",
            "time": "08:15:03",
            "event_name": "entitlements.updated",
            "environment": "e84b1f76",
            "entity_type": "customer",
            "entity_id": "customer-3fa91c",
            "parent_entity_id": "customer-3fa91c",
        },
        {
            "id": "7b0d6c4e-2f7a-4c39-9a55-0e6c1d0b8f24",
            "time": "08:15:04",
            "event_name": "coupon.created",
            "environment": "e84b1f76",
            "entity_type": "coupon",
            "entity_id": "coupon-launch",
            "entity_name": "Launch",
        },
    ]
    assert reasons_in("stigg_webhooks.jsonl") == ["line 3: It has no time (timestamp)."]
