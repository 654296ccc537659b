"""Google Cloud audit: an id of log, time and `insertId`; entries of other kinds are no events."""

from tests.store.formats.examples import events_in, reasons_in, source, told


def test_google_cloud_is_recognised_and_holds_these_events() -> None:
    assert source("google_cloud.json").title == "Google Cloud audit"
    assert [told(event) for event in events_in("google_cloud.json")] == [
        {
            "id": "projects/northlake-prod/logs/cloudaudit.googleapis.com%2Fdata_access/"
            "2026-03-02T08:15:02.373508362Z/1x2y3z",
            "time": "08:15:02.373508",
            "event_name": "storage.objects.create",
            "environment": "northlake-prod",
            "entity_type": "gcs_bucket",
            "entity_id": "projects/_/buckets/northlake/objects/a.pdf",
            "actor_type": "serviceAccount",
            "actor_id": "serviceAccount:deploy@northlake.iam.gserviceaccount.example",
            "actor_email": "deploy@northlake.iam.gserviceaccount.example",
            "actor_ip_address": "203.0.113.24",
            "trace_id": "projects/northlake-prod/traces/0af7651916cd43dd8448eb211c80319c",
        },
    ]
    assert reasons_in("google_cloud.json") == ["record 2: It does not say what happened (protoPayload.methodName)."]
