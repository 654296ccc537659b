"""Filters as sentences."""

import pytest

from store import EventFilter, parse_filter, sentence


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "last 30 days"),
        ("since:all", "all time"),
        ("since:-15m", "last 15 minutes"),
        ("since:-1h", "last hour"),
        ("since:-24h", "last 24 hours"),
        ("since:2026-10-01", "since 2026-10-01"),
        ("since:2026-10-01T10:04", "since 2026-10-01 10:04 UTC"),
        ("since:2026-10-01 until:2026-10-02T10:04", "from 2026-10-01 to 2026-10-02 10:04 UTC"),
        ("since:-7d until:-1h", "from 7 days ago to 1 hour ago"),
        ("until:now", "from 30 days ago to now"),
        ("since:all until:2026-10-01", "until 2026-10-01"),
        ("name:subscription.created", "last 30 days · event Subscription created"),
        ("name:invoice.paid", "last 30 days · event invoice.paid"),
        ("entity_type:addon", "last 30 days · entity type Add-on"),
        ("actor_type:system actor_type:SCHEDULER", "last 30 days · actor type System"),
        ("-entity:a", "last 30 days · entity not a"),
        ("-name:a -name:b name:c", "last 30 days · event c, not a or b"),
        ("environment:production trace:t-1", "last 30 days · environment production · trace t-1"),
        ("declined -text:a", "last 30 days · text declined, not a"),
        ("payload.plan.id:x payload.plan.id:y -payload.n:1", "last 30 days · payload plan.id x or y · payload n not 1"),
        (
            "payload.n:>1.50 payload.n:>=2 -payload.n:3..4 payload.m:<1 payload.m:<=0",
            "last 30 days · payload n over 1.50 or at least 2, not from 3 to 4 · payload m under 1 or at most 0",
        ),
        ('entity:""', 'last 30 days · ""'),
        (
            "name:SUBSCRIPTION_CREATED name:subscription.updated entity:customer-3fa91c -actor:ops@acme.example",
            "last 30 days · event Subscription created or Subscription updated · customer-3fa91c"
            " · actor not ops@acme.example",
        ),
    ],
)
def test_a_filter_says_what_it_shows(text: str, words: str) -> None:
    assert sentence(parse_filter(text)) == words


def test_values_stand_in_the_sentence_as_they_are() -> None:
    hostile = "[red]\x1b[31m\ud800"
    assert sentence(EventFilter().with_value("entity_ids", hostile)) == f"last 30 days · {hostile}"
