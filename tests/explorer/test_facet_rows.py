"""The rows of a facet list: which values share one, which word each stands for, and what choosing them does."""

from hypothesis import given
from hypothesis import strategies as st
from rich.style import Style

from explorer.widgets.facet_line import LineStyles, facet_line
from explorer.widgets.facet_rows import facet_rows, row_fits, toggled, without_row, word_for
from store import ACTOR_TYPES, ENTITY_TYPES, EVENT_NAMES, Choice, Facet, Vocabulary

VOCABULARIES: tuple[Vocabulary | None, ...] = (EVENT_NAMES, ENTITY_TYPES, ACTOR_TYPES, None)
KNOWN = [text for each in (EVENT_NAMES, ENTITY_TYPES, ACTOR_TYPES) for term in each.terms for text in term.spellings]
VALUES = st.one_of(st.sampled_from(KNOWN), st.text(max_size=5))
CHOICES = st.tuples(st.lists(VALUES, max_size=3, unique=True), st.lists(VALUES, max_size=3, unique=True)).map(
    lambda sides: Choice(included=tuple(sides[0]), excluded=tuple(each for each in sides[1] if each not in sides[0]))
)
FACETS = st.dictionaries(VALUES, st.integers(0, 9), max_size=12).map(
    lambda counts: [Facet(value=value, count=count) for value, count in counts.items()]
)


def facets(*values: str | None) -> list[Facet]:
    return [Facet(value=value, count=10) for value in values]


def test_values_with_one_label_share_a_row_and_add_up() -> None:
    rows = facet_rows(facets("SYSTEM", "USER", "SCHEDULER", None), Choice(), ACTOR_TYPES)
    assert [(row.label, row.event_count) for row in rows] == [("System", 20), ("Stigg application", 10)]


def test_users_of_another_program_are_not_called_by_the_name_of_the_platform() -> None:
    (row,) = facet_rows(facets("User"), Choice(), ACTOR_TYPES)
    assert row.label == "User"
    assert ACTOR_TYPES.matches(word_for(row, ACTOR_TYPES), "User")


def test_the_most_frequent_row_stands_first_after_its_values_were_added_up() -> None:
    found = [Facet(value="USER", count=5), Facet(value="APP_PUBLIC", count=4), Facet(value="APP_CUSTOMER", count=3)]
    assert [row.label for row in facet_rows(found, Choice(), ACTOR_TYPES)] == ["Frontend SDK", "Stigg application"]


def test_the_word_of_a_row_means_every_value_with_its_label_even_those_not_in_the_log_yet() -> None:
    for stored in ("SCHEDULER", "APP_PUBLIC"):
        (row,) = facet_rows(facets(stored), Choice(), ACTOR_TYPES)
        word = word_for(row, ACTOR_TYPES)
        assert all(ACTOR_TYPES.matches(word, term.stored) for term in ACTOR_TYPES.terms if term.label == row.label)


def test_a_chosen_value_that_the_log_does_not_hold_has_a_row_of_count_zero() -> None:
    rows = facet_rows(facets("PLAN"), Choice(excluded=("coupon",)), ENTITY_TYPES)
    assert [(row.label, row.side, row.event_count) for row in rows] == [("Coupon", "excluded", 0), ("Plan", None, 10)]


def test_a_word_that_means_half_a_row_has_a_row_of_its_own() -> None:
    rows = facet_rows(facets("SYSTEM", "SCHEDULER"), Choice(included=("scheduler",)), ACTOR_TYPES)
    assert [(row.label, row.side, row.event_count) for row in rows] == [
        ("scheduler", "included", 10),
        ("System", None, 20),
    ]


def test_values_without_a_vocabulary_are_told_apart_by_case() -> None:
    rows = facet_rows(facets("prod", "Prod"), Choice(included=("Prod",)), None)
    assert [(row.label, row.side) for row in rows] == [("prod", None), ("Prod", "included")]


def test_a_search_finds_a_value_by_label_and_by_any_spelling() -> None:
    (row,) = facet_rows(facets("ADDON_CREATED"), Choice(), EVENT_NAMES)
    assert all(row_fits(row, query, EVENT_NAMES) for query in ("addon cr", "addon.cr", "ADDON_CR", "created"))
    assert not row_fits(row, "plan", EVENT_NAMES)


@given(FACETS, CHOICES, st.sampled_from(VOCABULARIES))
def test_every_word_of_the_filter_is_on_a_row_and_every_value_on_one(
    found: list[Facet], choice: Choice, vocabulary: Vocabulary | None
) -> None:
    rows = facet_rows(found, choice, vocabulary)
    assert {word for row in rows for word in row.words} == {*choice.included, *choice.excluded}
    assert sorted(each for row in rows for each in row.stored) == sorted(facet.value or "" for facet in found)
    assert sum(row.event_count for row in rows if row.stored) == sum(facet.count for facet in found)


@given(FACETS, CHOICES, st.sampled_from(VOCABULARIES), st.data())
def test_choosing_a_row_puts_it_on_that_side_and_choosing_it_again_takes_it_out(
    found: list[Facet], choice: Choice, vocabulary: Vocabulary | None, data: st.DataObject
) -> None:
    rows = [row for row in facet_rows(found, choice, vocabulary) if row.stored]
    if not rows:
        return
    row = data.draw(st.sampled_from(rows))
    side = data.draw(st.sampled_from(("included", "excluded")))
    chosen = toggled(row, side, without_row(row, choice), vocabulary)
    if row.side != side:
        (again,) = [each for each in facet_rows(found, chosen, vocabulary) if each.stored == row.stored]
        assert again.side == side
        assert toggled(again, side, chosen, vocabulary) == without_row(again, chosen)
    assert not set(row.words) & {*without_row(row, choice).included, *without_row(row, choice).excluded}


def test_a_pattern_draws_no_count_since_what_it_means_has_counts_of_its_own() -> None:
    (row,) = facet_rows((), Choice(patterns=("plan*",)), None)
    line = facet_line(row, LineStyles(Style(), Style()), 20, highlighted=False, count_sign="", signed=False)
    assert line.text.rstrip() == " [✓] plan*"
