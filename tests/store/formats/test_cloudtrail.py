"""AWS CloudTrail: log files, and rows of `lookup-events` with the record as text."""

import json
from io import BytesIO

import pytest

from store import Entity, Event
from store.formats import open_log
from tests.store.formats.examples import events_in, reasons_in, source, told


def test_cloudtrail_is_recognised_and_holds_these_events() -> None:
    assert source("cloudtrail.json").title == "AWS CloudTrail"
    assert [told(event) for event in events_in("cloudtrail.json")] == [
        {
            "id": "3038ebd2-c98a-4c65-9b6e-e22506292313",
            "time": "08:15:02",
            "event_name": "PutObject",
            "environment": "111122223333",
            "entity_type": "AWS::S3::Object",
            "entity_id": "arn:aws:s3:::northlake-invoices/2026/03/a.pdf",
            "actor_type": "AssumedRole",
            "actor_id": "arn:aws:sts::111122223333:assumed-role/deploy/dana",
            "actor_name": "deploy",
            "actor_ip_address": "203.0.113.24",
            "trace_id": "9D478FC1EXAMPLE",
        },
        {
            "id": "3038ebd2-c98a-4c65-9b6e-e22506292314",
            "time": "08:14:59",
            "event_name": "RunInstances",
            "environment": "111122223333",
            "entity_type": "ec2.amazonaws.com",
            "actor_type": "AWSService",
            "actor_id": "autoscaling.amazonaws.com",
            "actor_ip_address": "autoscaling.amazonaws.com",
            "trace_id": "b1d4",
        },
    ]
    assert reasons_in("cloudtrail.json") == ["record 3: It has no time (eventTime, else EventTime)."]


def test_cloudtrail_lookup_is_recognised_and_holds_these_events() -> None:
    assert source("cloudtrail_lookup.json").title == "AWS CloudTrail"
    assert [told(event) for event in events_in("cloudtrail_lookup.json")] == [
        {
            "id": "3038ebd2-c98a-4c65-9b6e-e22506292316",
            "time": "08:15:02",
            "event_name": "ConsoleLogin",
            "environment": "111122223333",
            "entity_type": "signin.amazonaws.com",
            "actor_type": "IAMUser",
            "actor_id": "arn:aws:iam::111122223333:user/dana",
            "actor_name": "dana",
            "actor_ip_address": "203.0.113.24",
        },
    ]
    assert reasons_in("cloudtrail_lookup.json") == []


def test_cloudtrail_insight_is_recognised_and_its_beginning_and_end_are_one_trace() -> None:
    assert source("cloudtrail_insight.json").title == "AWS CloudTrail"
    first, last = (told(event) for event in events_in("cloudtrail_insight.json"))
    assert first == {
        "id": "7f36ba26-9d14-4ac3-8c6f-1f3f0a9a7a01",
        "time": "08:15:00",
        "event_name": "ApiCallRateInsight UpdateInstanceInformation",
        "environment": "111122223333",
        "entity_type": "ssm.amazonaws.com",
        "trace_id": "2a1b6c1e-5d0f-4b0c-9a53-5b1d0f3f7c11",
    }
    assert last == first | {"id": "7f36ba26-9d14-4ac3-8c6f-1f3f0a9a7a02", "time": "08:18:00"}
    assert reasons_in("cloudtrail_insight.json") == []


@pytest.mark.parametrize(
    ("parameters", "entity_id"),
    [
        ({"instancesSet": {"items": [{"instanceId": "i-ebeaf9e2"}]}, "force": False}, "i-ebeaf9e2"),
        ({"keyName": "mykeypair"}, "mykeypair"),
        ({"userName": "Bob", "groupName": "admin"}, "Bob"),
    ],
)
def test_what_a_call_was_done_to_is_told_by_its_parameters(parameters: object, entity_id: str) -> None:
    record = {
        "eventTime": "2014-03-06T21:01:59Z",
        "eventSource": "ec2.amazonaws.com",
        "eventName": "StopInstances",
        "requestParameters": parameters,
    }
    (found,) = open_log(BytesIO(json.dumps({"Records": [record]}).encode())).events()
    assert isinstance(found.outcome, Event)
    assert found.outcome.entity == Entity(type="ec2.amazonaws.com", id=entity_id)
