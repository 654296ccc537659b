"""Events as Markdown: what a renderer makes of it is the table that was meant, whatever stands in the events."""

from collections.abc import Sequence
from datetime import UTC, datetime

from hypothesis import example, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from explorer.export.about import About
from explorer.export.markdown import COLUMNS, Markdown, address, code, in_table
from explorer.visible import visible
from store import Actor, Entity, Event, EventFilter, parse_filter
from tests.builders import make_event

NOW = datetime(2026, 11, 21, 10, 4, 11, 5, UTC)
RENDERER = MarkdownIt("commonmark").enable("table")
TEXTS = st.text(st.sampled_from("`|\\ a<@*_[](\n\x1b\u202e")) | st.text(st.characters(exclude_categories=()))


def written(events: Sequence[Event], columns: tuple[str, ...] = COLUMNS, template: str | None = None) -> str:
    document = Markdown(
        About(parse_filter("since:all name:plan.created").settled(NOW), NOW, "markdown", columns), template
    )
    return (document.begin() + document.write(events) + document.end(len(events))).decode()


def cells(text: str) -> list[list[Token]]:
    """What stands in each cell of the body of the table."""
    tokens = RENDERER.parse(text)
    body = tokens[[token.type for token in tokens].index("tbody_open") :]
    return [body[place + 1].children or [] for place, token in enumerate(body) if token.type == "td_open"]


@given(TEXTS)
@example("a\\|b")
@example("``")
@example(" ")
def test_a_text_of_any_origin_is_drawn_as_it_is_and_no_markup(text: str) -> None:
    paragraph = RENDERER.parse(f"- Who: {code(text)}") if text else []
    assert [token.content for each in paragraph for token in each.children or [] if token.type == "code_inline"] == (
        [visible(text)] if text else []
    )
    (cell,) = cells(f"| title |\n| --- |\n| {in_table(code(text))} |\n")
    shown = visible(text).replace("\\|", "\\\\x7c")
    assert [(token.type, token.content) for token in cell] == ([("code_inline", shown)] if shown else [])


@given(TEXTS, st.sampled_from(["https://app.example/{environment}/a|b/(x)?id={id}", None]))
def test_every_event_is_one_row_of_the_table(text: str, template: str | None) -> None:
    event = make_event(
        1,
        id=text,
        event_name=text,
        environment=text,
        entity=Entity(type=text, id=text, name=text),
        actor=Actor(type=text, name=text),
        trace_id=text,
    )
    assert len(cells(written([event, event], template=template))) == 2 * len(COLUMNS)


def test_an_event_is_told_in_words_with_a_link_that_can_be_followed() -> None:
    event = make_event(
        1,
        event_name="SUBSCRIPTION_CREATED",
        environment="production",
        entity=Entity(type="ADDON", id="addon-1", name="Acme"),
        actor=Actor(type="USER", name="Dana Whitfield"),
        trace_id="t",
    )
    text = written([event], template="https://app.example/{environment}/{id}")
    assert text == (
        "# Activity log\n"
        "\n"
        "Events: `all time · event Plan created`\n"
        "\n"
        "Filter: `since:all name:plan.created`\n"
        "\n"
        "| time (UTC) | event | entity | actor | trace | link |\n"
        "| --- | --- | --- | --- | --- | --- |\n"
        "| 2026-11-20 12:00:01.000 | + Subscription created | Add-on · `addon-1` · `Acme` "
        "| Stigg application · `Dana Whitfield` | `t` | [open](<https://app.example/production/event-1>) |\n"
        "\n"
        "1 event, exported at 2026-11-21 10:04:11 UTC. All times are UTC.\n"
    )


def test_a_link_that_no_renderer_follows_is_there_to_copy() -> None:
    assert address("activity://production/event-1?at=2026") == "`activity://production/event-1?at=2026`"
    (cell,) = cells(f"| title |\n| --- |\n| {address('https://x.example/(a)|b<c>`')} |\n")
    assert [token.type for token in cell] == ["link_open", "text", "link_close"]
    assert cell[0].attrs["href"] == "https://x.example/(a)%7Cb%3Cc%3E%60"


def test_the_default_filter_has_words_for_its_time() -> None:
    about = About(EventFilter().settled(NOW), NOW, "markdown", COLUMNS)
    assert b"since 2026-10-22 10:04:11.000005 UTC" in Markdown(about, None).begin()
