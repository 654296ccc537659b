"""CloudEvents: an id counts within its source only, and a trace id stands in `traceparent`."""

from tests.store.formats.examples import events_in, reasons_in, source, told


def test_cloudevents_is_recognised_and_holds_these_events() -> None:
    assert source("cloudevents.json").title == "CloudEvents"
    assert [told(event) for event in events_in("cloudevents.json")] == [
        {
            "id": "/northlake/billing#A234-1234-1234",
            "time": "08:15:02.123456",
            "event_name": "com.northlake.invoice.paid",
            "environment": "/northlake/billing",
            "entity_id": "invoice-204",
            "actor_type": "user",
            "actor_id": "dana",
            "trace_id": "0af7651916cd43dd8448eb211c80319c",
        },
        {
            "id": "/northlake/usage#A234-1234-1234",
            "time": "08:15:03",
            "event_name": "com.northlake.usage.reported",
            "environment": "/northlake/usage",
        },
    ]
    assert reasons_in("cloudevents.json") == ["record 3: It has no time (time)."]
