"""What is being written at the cursor, wherever that is and whatever stands around it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store import UnfinishedTerm, unfinished_term

SIGNS = st.text(st.sampled_from('ab"\\ \n-:.') | st.characters(exclude_categories=()), max_size=12)


@pytest.mark.parametrize(
    ("text", "term"),
    [
        ("|", UnfinishedTerm(0, 0, False, None, "", True)),
        ("na|", UnfinishedTerm(0, 2, False, None, "na", False)),
        ("-na|", UnfinishedTerm(0, 3, True, None, "na", False)),
        ("name:|", UnfinishedTerm(0, 5, False, "name", "", True)),
        ("NAME:Plan.|", UnfinishedTerm(0, 10, False, "name", "Plan.", False)),
        ("name:x |", UnfinishedTerm(7, 7, False, None, "", True)),
        ("name:x -actor:da|na since:all", UnfinishedTerm(7, 18, True, "actor", "da", False)),
        ('actor:"Dana W| since:all', UnfinishedTerm(0, 13, False, "actor", "Dana W", True)),
        ('actor:"Dana \\"W\\""|', UnfinishedTerm(0, 18, False, "actor", 'Dana "W"', False)),
        ('actor:"a b" name:|', UnfinishedTerm(12, 17, False, "name", "", True)),
        ("nam:x|", UnfinishedTerm(0, 5, False, None, "nam:x", False)),
        ("x -Payload.pl|an", UnfinishedTerm(2, 15, True, None, "Payload.pl", False)),
        ("payload.plan.id:|", UnfinishedTerm(0, 16, False, "payload", "", True, ("plan", "id"))),
        ('-PAYLOAD."a b".0:"x y|', UnfinishedTerm(0, 21, True, "payload", "x y", True, ("a b", "0"))),
        ("payload.a..b:x|", UnfinishedTerm(0, 14, False, None, "payload.a..b:x", False)),
        ("payload:x|", UnfinishedTerm(0, 9, False, None, "payload:x", False)),
    ],
)
def test_the_term_at_the_cursor(text: str, term: UnfinishedTerm) -> None:
    assert unfinished_term(text.replace("|", ""), text.index("|")) == term


def test_a_path_that_is_being_written_is_told_from_other_words() -> None:
    for text, path in {"payload.": "", "-payload.a.b": "a.b", "payload.a:x": None}.items():
        assert unfinished_term(text, len(text)).unfinished_path == path
    assert unfinished_term("payload", 7).unfinished_path is None


@given(SIGNS, SIGNS)
def test_it_lies_around_the_cursor_in_any_text(before: str, after: str) -> None:
    term = unfinished_term(before + after, len(before))
    assert 0 <= term.start <= len(before) <= term.end <= len(before + after)
