"""However slowly a terminal's line delivers what it sends, and wherever it is torn apart, it means the same."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from explorer.whole_sequences import ESCAPE_SECONDS, REST_SECONDS, WholeSequences

SENT = [
    "\x1b[<0;12;7M",
    "\x1b[<35;120;40m",
    "\x1b[I",
    "\x1b[O",
    "\x1b[200~[1\r\x1b[201~",
    "\x1b[A",
    "\x1b[1;5C",
    "\x1bOP",
]
KEYS = ["j", "[", "/", "é", "\r"]


def given_on(parts: list[str], pause: float) -> list[str]:
    """What is given on of parts that come with a pause in seconds before each."""
    sequences, now, given = WholeSequences(), 0.0, []
    for part in parts:
        now += pause
        given += [sequences.given_up(now), sequences.taken(part, now)]
    given.append(sequences.given_up(now + REST_SECONDS))
    return [each for each in given if each]


@given(st.lists(st.sampled_from([*SENT, *KEYS]), max_size=6).map("".join), st.data())
def test_nothing_is_lost_and_no_sequence_is_given_on_in_parts(sent: str, data: st.DataObject) -> None:
    places = data.draw(st.sets(st.integers(1, max(1, len(sent) - 1))))
    torn = [sent[first:last] for first, last in pairwise([0, *sorted(places - {len(sent)}), len(sent)]) if first < last]
    given = given_on(torn, ESCAPE_SECONDS / 2)
    assert "".join(given) == sent
    for sequence in SENT[:4]:
        assert sum(each.count(sequence) for each in given) == sent.count(sequence)


@pytest.mark.parametrize("sequence", SENT[:4])
def test_a_sequence_is_given_on_whole_wherever_it_is_torn_for_a_while(sequence: str) -> None:
    for place in range(2, len(sequence)):
        assert given_on([sequence[:place], sequence[place:]], REST_SECONDS / 2) == [sequence]


@pytest.mark.parametrize("sequence", SENT[:4])
def test_torn_behind_its_escape_it_is_a_sequence_behind_a_key(sequence: str) -> None:
    assert given_on(["\x1b", sequence[1:]], REST_SECONDS / 2) == ["\x1b", sequence]


def test_an_escape_alone_is_a_key_at_once_and_what_is_typed_then_is_typed() -> None:
    assert given_on(["\x1b", "[", "[["], 2 * ESCAPE_SECONDS) == ["\x1b", "[", "[["]
    assert given_on(["\x1b", "[Customer"], 2 * ESCAPE_SECONDS) == ["\x1b", "[Customer"]
    assert given_on(["\x1b", "j"], 2 * ESCAPE_SECONDS) == ["\x1b", "j"]


def test_what_begins_like_a_sequence_and_is_none_does_not_wait_for_ever() -> None:
    assert given_on(["\x1b[", "j"], 2 * REST_SECONDS) == ["\x1b[", "j"]
