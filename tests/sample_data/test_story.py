"""The story: the same every time, as shipped, with everything in it that a demo and a test need."""

import json
import re
from collections import Counter, defaultdict
from datetime import timedelta
from functools import cache
from ipaddress import ip_address, ip_network
from typing import Any

from sample_data.agenda import ANCHOR, moment
from sample_data.company import BRIGHTWATER
from sample_data.fixed_set import fixed_events, fixed_lines
from sample_data.story import story_lines
from store import ACTOR_TYPES, ENTITY_TYPES, EVENT_NAMES, Event

DOCUMENTED_LABELS = {
    "Stigg application",
    "Backend SDK",
    "Frontend SDK",
    "Salesforce",
    "Stripe",
    "AWS Marketplace",
    "Import process",
    "Subscription migration",
    "System",
    "Stigg support",
}
DOCUMENTATION_NETWORKS = [
    ip_network(text) for text in ("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "2001:db8::/32")
]


@cache
def story() -> list[Event]:
    return fixed_events()


def payloads(event_name: str) -> list[tuple[Event, dict[str, Any]]]:
    return [(event, json.loads(event.payload or "")) for event in story() if event.event_name == event_name]


def test_the_shipped_file_is_what_the_story_tells() -> None:
    assert [line + "\n" for line in fixed_lines()] == list(story_lines())


def test_there_are_about_five_thousand_events_in_the_order_of_their_times_each_with_an_id_of_its_own() -> None:
    assert 4_500 <= len(story()) <= 5_500
    assert len({event.id for event in story()}) == len(story())
    times = [event.occurred_at for event in story()]
    assert times == sorted(times)


def test_each_of_the_thirty_one_days_has_events() -> None:
    days = {event.occurred_at.date() for event in story()}
    assert {(ANCHOR - timedelta(days=back)).date() for back in range(31)} <= days


def test_every_documented_actor_label_and_the_three_without_one_occur() -> None:
    types = {event.actor.type for event in story() if event.actor and event.actor.type}
    assert {ACTOR_TYPES.label(actor_type) for actor_type in types} >= DOCUMENTED_LABELS
    assert types >= {"SCOPED_KEY", "WORKFLOW", "SERVICE"}


def test_every_entity_type_occurs_and_one_that_nobody_knows() -> None:
    types = {event.entity.type for event in story() if event.entity and event.entity.type}
    known = {entity_type for entity_type in types if ENTITY_TYPES.label(entity_type) != entity_type}
    assert len(known) == 16
    assert types - known == {"LOYALTY_BADGE"}


def test_about_forty_customers_have_names() -> None:
    named = {
        event.entity.id
        for event in story()
        if event.entity and event.entity.type == "CUSTOMER" and event.entity.name and "Guild" not in event.entity.name
    }
    assert 38 <= len(named) <= 55


def test_event_names_are_in_one_spelling_and_but_for_the_odd_one_known() -> None:
    names = {event.event_name for event in story()}
    assert {name for name in names if EVENT_NAMES.kind(name) is None} == {"LOYALTY_BADGE_AWARDED"}
    assert all(name == name.upper() for name in names)


def test_the_mix_is_that_of_a_real_log() -> None:
    def share(*starts: str) -> float:
        return sum(event.event_name.startswith(starts) for event in story()) / len(story())

    assert 0.35 <= share("MEASUREMENT_") <= 0.5
    assert 0.15 <= share("ENTITLEMENTS_UPDATED") <= 0.25
    assert 0.07 <= share("SUBSCRIPTION_") <= 0.14
    assert 0.06 <= share("CUSTOMER_CREATED", "CUSTOMER_UPDATED") <= 0.1
    assert 0.03 <= share("CREDIT") <= 0.07
    assert 0.01 <= share("SYNC_FAILED", "CREATE_SUBSCRIPTION_FAILED", "CUSTOMER_PAYMENT_FAILED") <= 0.03
    actors = Counter(event.actor.type for event in story() if event.actor)
    assert 0.45 <= actors["APP_SERVER"] / len(story()) <= 0.65
    assert 0.05 <= actors["USER"] / len(story()) <= 0.1


def test_traces_have_from_one_event_to_more_than_five_hundred() -> None:
    sizes = Counter(Counter(event.trace_id for event in story() if event.trace_id).values())
    assert sizes[1] > 1_000
    assert sum(count for size, count in sizes.items() if size > 500) == 2
    assert max(sizes) <= 600


def test_every_payload_and_request_is_json_and_names_the_trace_of_its_event() -> None:
    for event in story():
        payload = json.loads(event.payload) if event.payload else {}
        assert payload.get("traceId", event.trace_id) == event.trace_id
        if not event.request:
            continue
        request = json.loads(event.request)
        assert {"operationName", "variables"} <= request["body"].keys()
        assert len(request["response"]) == 1
        for error in request["response"].get("errors", []):
            assert error["extensions"]["traceId"] == event.trace_id
            assert error["extensions"]["code"]


def test_events_of_jobs_have_no_request() -> None:
    jobs = {"MIGRATION", "SCHEDULER", "SYSTEM", "STRIPE", "IMPORT"}
    assert not [event for event in story() if event.request and event.actor and event.actor.type in jobs]


def test_usage_adds_up() -> None:
    """Within one period, each report goes on from where the one before it ended."""
    used: dict[tuple[str, str], tuple[str | None, float]] = {}
    compared = 0
    for _, payload in payloads("MEASUREMENT_REPORTED"):
        key = (payload["activeSubscriptions"][0]["id"], payload["feature"]["id"])
        period = payload.get("usagePeriodStart")
        if key in used and used[key][0] == period:
            assert payload["currentUsage"] - payload["currentChange"] == used[key][1]
            compared += 1
        used[key] = (period, payload["currentUsage"])
    assert compared > 500


def test_subscriptions_only_move_on_to_later_versions_of_their_plan() -> None:
    versions: dict[str, list[int]] = defaultdict(list)
    for event in story():
        if event.entity and event.entity.type == "SUBSCRIPTION" and event.entity.id and event.payload:
            plan = json.loads(event.payload).get("plan")
            if plan:
                versions[event.entity.id].append(plan["version"])
    assert all(numbers == sorted(numbers) for numbers in versions.values())
    assert sum(numbers[-3:][-2:] == [8, 9] for numbers in versions.values()) > 100


def test_brightwaters_limit_of_api_calls_tells_the_story() -> None:
    limits: list[int] = []
    for _, payload in payloads("ENTITLEMENTS_UPDATED"):
        if payload["customer"]["id"] == BRIGHTWATER and payload["resource"] is None:
            calls = next(part for part in payload["entitlements"] if part["feature"]["name"] == "API calls")
            if not limits or limits[-1] != calls["usageLimit"]:
                limits.append(calls["usageLimit"])
    assert limits == [2_000, 10_000, 1_000, 10_000]


def test_who_changed_brightwaters_plan_can_be_found_through_the_trace() -> None:
    changes = [
        event
        for event, payload in payloads("SUBSCRIPTION_UPDATED")
        if event.parent_entity_id == BRIGHTWATER and payload["plan"]["version"] == 8
    ]
    first = changes[0]
    assert first.actor and first.actor.type == "MIGRATION"
    trace = [event for event in story() if event.trace_id == first.trace_id]
    assert [event.event_name for event in trace[:3]] == [
        "PLAN_UPDATED",
        "PACKAGE_PUBLISHED",
        "SUBSCRIPTIONS_MIGRATION_TRIGGERED",
    ]
    assert {event.actor.name for event in trace[:3] if event.actor} == {"Dana Whitfield"}
    assert trace[0].occurred_at == moment(-6, 9)
    assert trace[-1].event_name == "SUBSCRIPTIONS_MIGRATED"


def test_what_went_wrong_can_be_seen_after_the_publication() -> None:
    wrong = [event for event in story() if moment(-6, 9) <= event.occurred_at < moment(-4, 13, 30)]
    names = Counter(event.event_name for event in wrong)
    assert names["SYNC_FAILED"] >= 9
    assert names["ENTITLEMENT_DENIED"] >= 40
    exceeded = {
        event.parent_entity_id
        for event in wrong
        if event.event_name == "ENTITLEMENT_USAGE_EXCEEDED" and '"usageLimit":1000,' in (event.payload or "")
    }
    assert BRIGHTWATER in exceeded
    assert len(exceeded) >= 4
    after = [event for event in story() if event.occurred_at >= moment(-4, 14)]
    assert not [event for event in after if '"usageLimit":1000,' in (event.payload or "")]


def test_the_odd_cases_are_there() -> None:
    events = story()
    assert any(event.entity is None for event in events)
    assert any(event.occurred_at.isoformat() == "2024-05-21T23:59:59.999000+00:00" for event in events)
    assert any(event.entity and event.entity.id and {"@", "|"} <= set(event.entity.id) for event in events)
    assert any(len(event.payload or "") > 50_000 for event in events)
    assert any(event.actor and event.actor.type is None and event.actor.ip_address for event in events)
    assert any(event.actor and event.actor.type == "SUPPORT" for event in events)
    assert any(event.actor is None and event.payload is None for event in events)
    assert any(event.occurred_at.microsecond % 1000 for event in events)
    assert max(Counter(event.occurred_at for event in events).values()) >= 20
    names = {event.entity.name for event in events if event.entity and event.entity.type == "CUSTOMER"}
    assert {"", "🚀 Rocketpad Labs", "مكتبة النخيل", "[EU] Bracket & Sons [/]"} <= names


def test_only_addresses_and_domains_set_aside_for_documentation_occur() -> None:
    addresses = {event.actor.ip_address for event in story() if event.actor and event.actor.ip_address}
    for address in addresses:
        assert any(ip_address(address) in network for network in DOCUMENTATION_NETWORKS), address
    text = "\n".join(fixed_lines())
    assert not [host for host in re.findall(r"[\w.-]+@([\w-]+\.[a-z]+)\"", text) if not host.endswith(".example")]
    assert not re.findall(r"https?://", text)


def test_nothing_looks_like_a_secret() -> None:
    text = "\n".join(fixed_lines())
    assert not re.findall(r"(?:server|client)-(?!\*)[0-9a-f]{6,}|sk_live|-----BEGIN|password|AKIA", text)
    assert "server-****" in text
