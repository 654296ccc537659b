"""A link is plain text that opens the same event again, whatever the event's id and environment are."""

from datetime import UTC, datetime, timedelta, timezone
from urllib.parse import urlsplit

import pytest
from builders import make_event
from hypothesis import given
from hypothesis import strategies as st

from explorer.link import LONGEST, EventLink, looks_like_link
from explorer.link_template import check_template, read_template
from store import Choice, EventFilter, LinkMistake, TimeRange

NOON = datetime(2026, 11, 20, 12, 0, 0, 123_000, tzinfo=UTC)
FILTER = EventFilter(time=TimeRange(since=timedelta(days=7)), entity_ids=Choice(included=("auth0|7 & co",)))
TEMPLATE = "https://app.example/{environment}/activity/{id}?when={at}&q={filter}#top"

ANY_TEXT = st.text(st.characters(exclude_categories=())) | st.text(st.sampled_from("/?#%&=-.{}<> \x00\ud800\u202ea:@"))
MOMENTS = st.datetimes(timezones=st.just(UTC))
CHOICES = st.builds(Choice, included=st.lists(ANY_TEXT, unique=True, max_size=2).map(tuple))
FILTERS = st.builds(EventFilter, entity_ids=CHOICES, environments=CHOICES, trace_ids=CHOICES)
LINKS = st.builds(
    EventLink,
    event_id=ANY_TEXT.filter(bool),
    environment=st.none() | st.sampled_from(["", "-", "production"]) | ANY_TEXT,
    occurred_at=st.none() | MOMENTS,
    event_filter=st.none() | FILTERS,
)


@given(LINKS)
def test_a_link_is_read_back_as_it_was(link: EventLink) -> None:
    assert EventLink.parse(link.text()) == link


@given(LINKS)
def test_a_web_link_is_read_back_as_it_was(link: EventLink) -> None:
    assert EventLink.parse(link.text(TEMPLATE), TEMPLATE) == link


@given(LINKS, st.sampled_from([None, TEMPLATE]))
def test_a_link_is_plain_ascii_without_white_space_and_without_a_user(link: EventLink, template: str | None) -> None:
    text = link.text(template)
    assert text.isascii()
    assert text.isprintable()
    assert " " not in text
    assert urlsplit(text).username is None


@given(ANY_TEXT | ANY_TEXT.map("activity://p/".__add__) | ANY_TEXT.map("activity://p/i?".__add__), st.booleans())
def test_any_text_is_a_link_or_a_mistake(text: str, with_template: bool) -> None:
    try:
        link = EventLink.parse(text, TEMPLATE if with_template else None)
    except LinkMistake as mistake:
        assert str(mistake).isprintable()
    else:
        assert EventLink.parse(link.text()) == link


def test_the_form_of_a_link() -> None:
    link = EventLink(event_id="9f/1c", environment="production", occurred_at=NOON, event_filter=FILTER)
    assert link.text() == (
        "activity://production/9f%2F1c?at=2026-11-20T12:00:00.123000Z"
        "&filter=since:-7d%20entity:%22auth0%7C7%20%26%20co%22"
    )
    assert EventLink(event_id="9f1c", environment="production").text() == "activity://production/9f1c"


def test_the_link_of_an_event_says_where_and_when_it_was_seen() -> None:
    event = make_event(7, environment="production")
    seen = EventLink(event_id="event-7", environment="production", occurred_at=event.occurred_at, event_filter=FILTER)
    assert EventLink.of(event, FILTER) == seen
    assert EventLink.of(event).text() == "activity://production/event-7?at=2026-11-20T12:00:07Z"


def test_an_absent_environment_is_another_than_one_called_dash() -> None:
    absent, dash, empty = (EventLink(event_id="1", environment=each).text() for each in (None, "-", ""))
    assert (absent, dash, empty) == ("activity://-/1", "activity://%2D/1", "activity:///1")


def test_the_default_filter_is_no_filter_to_remember() -> None:
    assert EventLink(event_id="1", event_filter=EventFilter()) == EventLink(event_id="1")


def test_times_are_remembered_in_utc() -> None:
    berlin = NOON.astimezone(timezone(timedelta(hours=1)))
    assert EventLink(event_id="1", occurred_at=berlin).text() == EventLink(event_id="1", occurred_at=NOON).text()


@pytest.mark.parametrize(
    "text",
    [
        "  activity://production/9f1c\n",
        "<activity://production/9f1c>",
        " < activity://production/9f1c > ",
        "ACTIVITY://production/9f1c",
        "activity://production\n    /9f\r\n1c",
        "activity://production/9f1c?later=7",
    ],
)
def test_what_mail_and_terminals_put_around_a_link_does_not_matter(text: str) -> None:
    assert EventLink.parse(text) == EventLink(event_id="9f1c", environment="production")
    assert looks_like_link(text)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "begins with activity://"),
        ("9f1c", "begins with activity://"),
        ("https://app.example/production/activity/9f1c", "link_template"),
        ("activity://production", "has the form"),
        ("activity://production/", "names no event"),
        ("activity://production/9f1c/more", "has the form"),
        ("activity://production/9f1c#part", "has the form"),
        ("activity://production/9f1c and more", "white space"),
        ("activity://production/9f%1", "damaged"),
        ("activity://production/9f%ff", "damaged"),
        ("activity://production/9f1c?at=yesterday", "The time in the link"),
        ("activity://production/9f1c?at=2026-11-20T12:00:00", "The time in the link"),
        ("activity://production/9f1c?at=0001-01-01T00:00:00%2B23:00", "The time in the link"),
        ("activity://production/9f1c?filter=color:red", "The filter in the link is broken"),
        ("activity://production/9f1c?at=&at=", "twice"),
        ("activity://production/" + "9" * LONGEST, "too long"),
    ],
)
def test_a_text_that_is_no_link_says_why(text: str, sentence: str) -> None:
    with pytest.raises(LinkMistake, match=sentence):
        EventLink.parse(text)


def test_a_pasted_text_that_only_mentions_a_link_is_not_taken_for_one() -> None:
    assert not looks_like_link("see activity://production/9f1c")
    assert not looks_like_link("https://app.example/production/activity/9f1c")
    assert looks_like_link("https://app.example/production/activity/9f1c?when=&q=#top", TEMPLATE)


@pytest.mark.parametrize(
    "template",
    [TEMPLATE, "http://localhost:8080/{id}", "https://app.example/#/activity?id={id}", "https://a.example/e/{id}/show"],
)
def test_templates_that_name_the_place_of_the_id_are_taken(template: str) -> None:
    check_template(template)
    link = EventLink(event_id="a/b c")
    assert EventLink.parse(link.text(template), template) == link


@pytest.mark.parametrize(
    ("template", "sentence"),
    [
        ("https://app.example/", "must hold {id}"),
        ("https://app.example/{id}/{id}", "only once"),
        ("https://app.example/{id}/{color}", "no other placeholders"),
        ("javascript://app.example/{id}", "http:// or https://"),
        ("ftp://app.example/{id}", "http:// or https://"),
        ("https:///{id}", "http:// or https://"),
        ("https://{id}/", "behind the host"),
        ("https://user:secret@app.example/{id}", "user name or password"),
        ("https://app.example/{id} ", "plain ASCII"),
        ("https://app.example/{id}\n", "plain ASCII"),
        ("https://äpp.example/{id}", "plain ASCII"),
        ("https://app.example/{id}{at}", "behind each placeholder"),
        ("https://app.example/{id}.html", "behind each placeholder"),
        ("https://app.example/}{id}", "behind each placeholder"),
        ("", "must hold {id}"),
    ],
)
def test_a_template_that_cannot_work_is_refused(template: str, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence) as refused:
        check_template(template)
    assert "secret" not in str(refused.value)


def test_an_address_of_another_page_is_not_made_from_the_template() -> None:
    assert read_template("https://app.example/{id}", "https://app.example/a/b") is None
    assert read_template("https://app.example/{id}", "https://app-example/a") is None
