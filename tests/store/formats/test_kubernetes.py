"""Kubernetes audit: each stage of a request is an event, and their trace is the request."""

from tests.store.formats.examples import events_in, reasons_in, source, told


def test_kubernetes_is_recognised_and_holds_these_events() -> None:
    assert source("kubernetes.jsonl").title == "Kubernetes audit"
    assert [told(event) for event in events_in("kubernetes.jsonl")] == [
        {
            "id": "6d6e0d3c-1f1f-4f5b-9f1f-0f6d0a5a3c11/RequestReceived",
            "time": "08:15:02.114000",
            "event_name": "create pods/exec",
            "entity_type": "pods",
            "entity_id": "billing/worker-0",
            "entity_name": "worker-0",
            "parent_entity_id": "billing",
            "actor_type": "user",
            "actor_id": "dana@northlake.example",
            "actor_ip_address": "203.0.113.24",
            "trace_id": "6d6e0d3c-1f1f-4f5b-9f1f-0f6d0a5a3c11",
        },
        {
            "id": "6d6e0d3c-1f1f-4f5b-9f1f-0f6d0a5a3c11/ResponseComplete",
            "time": "08:15:09.000001",
            "event_name": "create pods/exec",
            "entity_type": "pods",
            "entity_id": "billing/worker-0",
            "entity_name": "worker-0",
            "parent_entity_id": "billing",
            "actor_type": "user",
            "actor_id": "dana@northlake.example",
            "actor_ip_address": "203.0.113.24",
            "trace_id": "6d6e0d3c-1f1f-4f5b-9f1f-0f6d0a5a3c11",
        },
        {
            "id": "6d6e0d3c-1f1f-4f5b-9f1f-0f6d0a5a3c12/ResponseComplete",
            "time": "08:15:03",
            "event_name": "get",
            "entity_id": "/healthz",
            "actor_type": "serviceaccount",
            "actor_id": "system:serviceaccount:kube-system:probe",
            "actor_ip_address": "192.0.2.7",
            "trace_id": "6d6e0d3c-1f1f-4f5b-9f1f-0f6d0a5a3c12",
        },
    ]
    assert reasons_in("kubernetes.jsonl") == []
