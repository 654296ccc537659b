"""Calls that failed, in logs that say so beside the name of a call: each format has filters that find them."""

import json
from io import BytesIO

import pytest

from store import Event, EventFilter, TimeRange, parse_filter
from store.formats import FORMATS, open_log

TRAIL = {"eventSource": "s3.amazonaws.com", "eventTime": "2026-03-02T08:15:02Z", "eventName": "PutObject"}
SIGN_IN = {**TRAIL, "eventName": "ConsoleLogin"}
LOOKED_UP = {"EventName": "PutObject", "CloudTrailEvent": json.dumps({**TRAIL, "errorCode": "AccessDenied"})}
REFUSED = {"EventName": "ConsoleLogin", "CloudTrailEvent": json.dumps({**SIGN_IN, "errorMessage": "Failed"})}
REQUEST = {"auditID": "a", "verb": "delete", "stage": "ResponseComplete", "stageTimestamp": "2026-03-02T08:15:02Z"}
CALL = {"@type": "type.googleapis.com/google.cloud.audit.AuditLog", "methodName": "storage.objects.create"}
ENTRY = {"timestamp": "2026-03-02T08:15:02Z"}
RECORD = {"CreationTime": "2026-03-02T08:15:02", "Operation": "Set-Mailbox", "RecordType": 1}
SIGNED_IN = {"uuid": "u", "published": "2026-03-02T08:15:02Z", "eventType": "user.session.start"}

FAILED = {
    "cloudtrail": [
        {**TRAIL, "errorCode": "AccessDenied", "errorMessage": "Access Denied"},
        {**TRAIL, "errorCode": "Client.UnauthorizedOperation"},
        {**SIGN_IN, "errorMessage": "Failed authentication", "responseElements": {"ConsoleLogin": "Failure"}},
        LOOKED_UP,
        REFUSED,
    ],
    "kubernetes": [{**REQUEST, "responseStatus": {"status": "Failure", "code": code}} for code in (400, 403, 504)],
    "google-cloud": [{**ENTRY, "protoPayload": {**CALL, "status": {"code": 7, "message": "PERMISSION_DENIED"}}}],
    "microsoft-365": [
        *({**RECORD, "ResultStatus": status} for status in ("Failed", "Failure", "PartiallySucceeded", "False")),
        {**RECORD, "ResultStatus": "Succeeded", "LogonError": "InvalidPassword"},
        {"AuditData": json.dumps({**RECORD, "ResultStatus": "Failed"})},
        {"AuditData": json.dumps({**RECORD, "LogonError": "InvalidPassword"})},
    ],
    "okta": [{**SIGNED_IN, "outcome": {"result": result, "reason": "none"}} for result in ("FAILURE", "DENY")],
}
DONE = {
    "cloudtrail": [TRAIL, {**TRAIL, "errorCode": None}, {**SIGN_IN, "responseElements": {"ConsoleLogin": "Success"}}],
    "kubernetes": [{**REQUEST, "responseStatus": {"code": code}} for code in (101, 200, 399)] + [REQUEST],
    "google-cloud": [{**ENTRY, "protoPayload": {**CALL, **status}} for status in ({}, {"status": {}})],
    "microsoft-365": [
        RECORD,
        *({**RECORD, "ResultStatus": status} for status in ("Succeeded", "True", "Success")),
        {"AuditData": json.dumps({**RECORD, "ResultStatus": "Succeeded", "LogonError": ""})},
    ],
    "okta": [SIGNED_IN, {**SIGNED_IN, "outcome": {"result": "SUCCESS"}}, {**SIGNED_IN, "outcome": {"result": "ALLOW"}}],
}


def filters_of(name: str) -> list[EventFilter]:
    (table,) = [each.table for each in FORMATS if each.name == name and each.table is not None]
    return [parse_filter(text).with_time(TimeRange(since=None)) for text in table.failures]


def event_of(record: object, name: str) -> Event:
    source = open_log(BytesIO(json.dumps(record).encode()))
    assert source.format is not None
    assert source.format.name == name
    ((event,),) = [[each.outcome for each in source.events()]]
    assert isinstance(event, Event)
    return event


def test_these_formats_tell_of_failures_beside_the_name() -> None:
    told = {each.name for each in FORMATS if each.table is not None and each.table.failures}
    assert told == FAILED.keys() == DONE.keys()


@pytest.mark.parametrize("name", FAILED)
def test_calls_that_failed_are_found_and_no_others(name: str) -> None:
    filters = filters_of(name)
    events = [event_of(record, name) for record in FAILED[name]]
    assert all(any(each.matches(event) for each in filters) for event in events)
    assert all(any(each.matches(event) for event in events) for each in filters)
    for record in DONE[name]:
        assert not any(each.matches(event_of(record, name)) for each in filters), record
