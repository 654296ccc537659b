"""The table that `query` and `tail` print: who and what at any width, ids whole or not at all, columns that line up."""

import pytest

from explorer.commands.rows import printed_document
from explorer.export.about import About
from store import Actor, Entity, Event, EventFilter
from tests.builders import NOON, make_event

TRACE, ID = "4b74a1c2-66e9-4793-a622-557b9a2ef672", "eebafba7-5405-4386-adf9-bf98ce5e754f"
PERSON = make_event(
    id=ID,
    event_name="PLAN_UPDATED",
    entity=Entity(type="PLAN", id="plan-growth", name="Growth"),
    actor=Actor(type="USER", name="Dana Whitfield", email="dana@acme.example"),
    trace_id=TRACE,
)
LONG = PERSON.replaced(entity=Entity(type="CUSTOMER", id=ID, name="API calls"), actor=Actor(type="SYSTEM"))


def printed(events: list[Event], width: int | None, columns: str | None = None) -> list[str]:
    """The lines of a table on a terminal of that width, or in a pipe."""
    table = printed_document(About(EventFilter(), NOON, "table"), None, width, columns)
    return (table.begin() + table.write(events) + table.end(len(events))).decode().splitlines()


@pytest.mark.parametrize("width", [80, 90, 100, 120, 147])
def test_a_narrow_terminal_shows_the_person_and_no_piece_of_an_id(width: int) -> None:
    head, line = printed([PERSON], width)
    assert head.split() == ["time", "(UTC)", "event", "entity", "actor"]
    for part in ("~ Plan updated", "plan-growth", "Dana Whitfield"):
        assert part in line
    assert len(line) <= width
    assert not {TRACE[:4], ID[:4]} & {word[:4] for word in line.split()}


@pytest.mark.parametrize("width", [148, 185])
def test_a_wider_terminal_shows_the_trace_whole(width: int) -> None:
    _, line = printed([PERSON], width)
    assert TRACE in line
    assert ID not in line
    assert len(line) <= width


def test_a_wide_terminal_shows_both_ids_whole_and_the_type_before_the_name() -> None:
    _, line = printed([PERSON], 220)
    assert line.split()[-2:] == [TRACE, ID]
    assert "Plan plan-growth · Growth" in line
    assert "Stigg application · Dana Whitfield" in printed([PERSON], 240)[1]


def test_what_is_known_by_its_type_alone_shows_it() -> None:
    assert printed([LONG], 80)[1].endswith("System")


def test_the_columns_of_a_pipe_line_up_below_their_titles() -> None:
    head, first, second = printed([LONG, PERSON], None)
    for title, texts in {
        "entity": ("Customer eeb", "Plan plan"),
        "actor": ("System", "Stigg application · Dana Whitfield"),
        "trace": (TRACE, TRACE),
        "id ": (ID, ID),
    }.items():
        places = [f"{head} ".index(f"  {title}"), first.index(f"  {texts[0]}"), second.index(f"  {texts[1]}")]
        assert len(set(places)) == 1, title


def test_a_chosen_width_stays_and_one_monstrous_text_does_not_widen_all() -> None:
    monster = PERSON.replaced(entity=Entity(id="x" * 500))
    head, _, _ = printed([monster, PERSON], None, "actor:10,entity,id")
    assert head == f"{'actor':10}  {'entity':80}  id"


def test_titles_stand_above_nothing_too_and_only_once() -> None:
    assert printed([], None)[0].split() == ["time", "(UTC)", "event", "entity", "actor", "trace", "id"]
    table = printed_document(About(EventFilter(), NOON, "table"), None, None, None)
    table.begin()
    assert b"time" in table.write([PERSON])
    assert b"time" not in table.write([PERSON]) + table.end(2)
