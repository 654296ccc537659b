"""Stripe events: of lists and webhooks, and of both versions of the API."""

from tests.store.formats.examples import events_in, reasons_in, source, told


def test_stripe_is_recognised_and_holds_these_events() -> None:
    assert source("stripe.json").title == "Stripe events"
    assert [told(event) for event in events_in("stripe.json")] == [
        {
            "id": "evt_1QyF0aB2c3D4",
            "time": "08:15:02",
            "event_name": "customer.subscription.updated",
            "environment": "live",
            "entity_type": "subscription",
            "entity_id": "sub_1QyEzbK8pLmN",
            "parent_entity_id": "cus_Qk39LmZx71Tdw2",
            "trace_id": "req_8kQ",
        },
        {
            "id": "evt_1QyF0aB2c3D5",
            "time": "08:15:03",
            "event_name": "customer.updated",
            "environment": "test",
            "entity_type": "customer",
            "entity_id": "cus_Qk39LmZx71Tdw2",
            "entity_name": "Brightwater Analytics",
        },
        {
            "id": "evt_test_65RCjj",
            "time": "08:15:04.114000",
            "event_name": "v1.billing.meter.error_report_triggered",
            "environment": "test",
            "entity_type": "billing.meter",
            "entity_id": "mtr_61Qk",
            "trace_id": "req_v24",
        },
    ]
    assert reasons_in("stripe.json") == []
