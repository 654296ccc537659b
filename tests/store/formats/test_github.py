"""GitHub audit log: JSON and CSV, times of both kinds, and records without an id."""

from store.formats.reading import OTHER_TIME
from tests.store.formats.examples import events_in, reasons_in, source, told


def test_github_csv_is_recognised_and_holds_these_events() -> None:
    assert source("github.csv").title == "GitHub audit log"
    assert [told(event) for event in events_in("github.csv")] == [
        {
            "id": "Zx4",
            "time": "08:15:04",
            "event_name": "repo.destroy",
            "environment": "northlake",
            "entity_type": "repository",
            "entity_id": "northlake/old",
            "parent_entity_id": "northlake",
            "actor_id": "octo-dana",
        },
        {
            "id": "Zx5",
            "time": "08:15:05.250000",
            "event_name": "user.login",
            "entity_type": "user",
            "entity_id": "octo-lee",
            "actor_id": "octo-lee",
        },
    ]
    assert reasons_in("github.csv") == []


def test_github_is_recognised_and_holds_these_events() -> None:
    assert source("github.json").title == "GitHub audit log"
    assert [told(event) for event in events_in("github.json")] == [
        {
            "id": "Zx1",
            "time": "08:15:02.114000",
            "event_name": "repo.create",
            "environment": "northlake",
            "entity_type": "repository",
            "entity_id": "northlake/invoices",
            "parent_entity_id": "northlake",
            "actor_id": "octo-dana",
            "actor_ip_address": "203.0.113.24",
            "trace_id": "A1:B2",
        },
        {
            "id": "sha256-88077d0d444fb285129328d8af2d8ec4",
            "time": "08:15:03",
            "event_name": "team.add_member",
            "environment": "northlake",
            "entity_type": "team",
            "entity_id": "northlake/billing",
            "parent_entity_id": "northlake",
            "actor_id": "octo-dana",
        },
    ]
    assert reasons_in("github.json") == ["record 3: It has no time (@timestamp, else created_at)."]


def test_times_that_disagree_are_counted() -> None:
    read = source("github.json")
    assert len(list(read.events())) == 3
    assert dict(read.remarks) == {OTHER_TIME: 1}
