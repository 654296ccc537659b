"""Why something failed: found where sources tell it, and nowhere else."""

import pytest

from explorer.json_value import read_json
from explorer.widgets.reason_line import reason_line


def told(payload: str = "null", request: str = "null") -> tuple[str, tuple[str, str] | None] | None:
    line = reason_line({"payload": read_json(payload), "request": read_json(request)})
    return None if line is None else ("".join(piece.text for piece in line.pieces[1:]), line.narrows)


@pytest.mark.parametrize(
    ("payload", "reason", "narrows"),
    [
        ('{"error": "Plan was not found"}', "Plan was not found", ("payload.error", "Plan was not found")),
        (
            '{"error": {"message": "The card has expired", "code": "expired_card"}}',
            "expired_card: The card has expired",
            ("payload.error.code", "expired_card"),
        ),
        (
            '{"isGranted": false, "accessDeniedReason": "NoActiveSubscription"}',
            "NoActiveSubscription",
            ("payload.accessDeniedReason", "NoActiveSubscription"),
        ),
        (
            '{"errorCode": "AccessDenied", "errorMessage": "not authorized"}',
            "AccessDenied: not authorized",
            ("payload.errorCode", "AccessDenied"),
        ),
        ('{"failure_reason": "late"}', "late", ("payload.failure_reason", "late")),
        (
            '{"outcome": {"result": "FAILURE", "reason": "INVALID_CREDENTIALS"}}',
            "INVALID_CREDENTIALS",
            ("payload.outcome.reason", "INVALID_CREDENTIALS"),
        ),
        (
            '{"responseStatus": {"status": "Failure", "message": "no access", "reason": "Forbidden", "code": 403}}',
            "Forbidden: no access",
            ("payload.responseStatus.reason", "Forbidden"),
        ),
        (
            '{"protoPayload": {"status": {"code": 7, "message": "PERMISSION_DENIED"}}}',
            "PERMISSION_DENIED",
            ("payload.protoPayload.status.message", "PERMISSION_DENIED"),
        ),
        (
            '{"errors": [{"code": "E1", "message": "first"}, {"message": "second"}]}',
            "E1: first; second",
            ("payload.errors.code", "E1"),
        ),
        ('{"errors": ["a", "b", "a"]}', "a; b", ("payload.errors", "a")),
        (
            '{"outcome": {"result": "DENY", "reason": "Sign-on policy evaluation resulted in DENY"}}',
            "Sign-on policy evaluation resulted in DENY",
            ("payload.outcome.reason", "Sign-on policy evaluation resulted in DENY"),
        ),
        ('{"responseStatus": {"message": "gone", "code": 410}}', "gone", ("payload.responseStatus.message", "gone")),
    ],
)
def test_a_reason_is_told_and_narrows_to_what_failed_for_it(payload: str, reason: str, narrows: object) -> None:
    assert told(payload) == (reason, narrows)


def test_the_answer_to_a_request_tells_it_where_the_payload_does_not() -> None:
    answer = '{"response": {"errors": [{"message": "Plan was not found", "extensions": {}}]}}'
    assert told("{}", answer) == ("Plan was not found", None)
    assert told('{"error": "own"}', answer) == ("own", ("payload.error", "own"))


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        ('{"error": "Plan was not found"}', "Plan was not found"),
        (
            '{"errorCode": "E7", "errorMessage": "Plan was not found", "data": {"error": "inner"}}',
            "E7: Plan was not found",
        ),
        ('{"failureReason": "card_declined"}', "card_declined"),
    ],
)
def test_the_answer_to_a_request_tells_it_under_the_names_of_a_payload(answer: str, reason: str) -> None:
    assert told("{}", f'{{"response": {answer}}}') == (reason, None)


@pytest.mark.parametrize(
    "payload",
    [
        "null",
        "7",
        "[]",
        "broken",
        '"error"',
        '{"error": null}',
        '{"error": ""}',
        '{"error": 0}',
        '{"errors": []}',
        '{"error": {"count": 3}}',
        '{"reason": "scheduled"}',
        '{"responseStatus": {"metadata": {}, "code": 200}}',
        '{"protoPayload": {"status": {}}}',
        '{"outcome": {"result": "SUCCESS", "reason": null}}',
        '{"outcome": "success"}',
        '{"outcome": {"result": "ALLOW", "reason": "Sign-on policy evaluation resulted in ALLOW"}}',
        '{"errorCode": "0", "errorMessage": "OK"}',
        '{"error": "false"}',
        '{"error": "None"}',
        '{"error": " "}',
        '{"errors": ["", " "]}',
        '{"responseStatus": "200 OK"}',
        '{"responseStatus": {"status": "Success", "code": "200", "message": "ok"}}',
        '{"responseStatus": {"code": 200, "message": "two found", "reason": "asked"}}',
    ],
)
def test_what_tells_none_has_no_line(payload: str) -> None:
    assert told(payload, payload) is None
