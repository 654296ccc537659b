"""However slowly a terminal's line delivers what it sends, and wherever it is torn apart, it means the same."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

# What is given on is read by that parser, which knows these keys.
from textual._ansi_sequences import ANSI_SEQUENCES_KEYS
from textual._xterm_parser import XTermParser

from explorer.whole_sequences import ESCAPE_SECONDS, REST_SECONDS, WholeSequences

SENT = ["\x1b[<0;12;7M", "\x1b[<35;120;40m", "\x1b[I", "\x1b[O", "\x1b[A", "\x1b[1;5C", "\x1b[3~", "\x1bOP"]
PASTE = "\x1b[200~[1\r\x1b[201~"
KEYS = ["j", "[", "/", "é", "\r"]


def given_on(parts: list[str], pause: float) -> list[str]:
    """What is given on of parts that come with a pause in seconds before each."""
    sequences, now, given = WholeSequences(), 0.0, []
    for part in parts:
        now += pause
        given += [sequences.given_up(now), sequences.taken(part, now)]
    given.append(sequences.given_up(now + REST_SECONDS))
    return [each for each in given if each]


@given(st.lists(st.sampled_from([*SENT, PASTE, *KEYS]), max_size=6).map("".join), st.data())
def test_nothing_is_lost_and_no_sequence_is_given_on_in_parts(sent: str, data: st.DataObject) -> None:
    places = data.draw(st.sets(st.integers(1, max(1, len(sent) - 1))))
    torn = [sent[first:last] for first, last in pairwise([0, *sorted(places - {len(sent)}), len(sent)]) if first < last]
    given = given_on(torn, ESCAPE_SECONDS / 2)
    assert "".join(given) == sent
    for sequence in SENT:
        assert sum(each.count(sequence) for each in given) == sent.count(sequence)


@pytest.mark.parametrize("sequence", SENT)
def test_a_sequence_is_given_on_whole_wherever_it_is_torn_for_a_while(sequence: str) -> None:
    for place in range(2, len(sequence)):
        assert given_on([sequence[:place], sequence[place:]], REST_SECONDS / 2) == [sequence]


@pytest.mark.parametrize("sequence", SENT[:4])
def test_what_no_key_sends_is_waited_for_until_its_end_comes(sequence: str) -> None:
    for place in range(3, len(sequence)):
        assert given_on([sequence[:place], sequence[place:]], 60 * REST_SECONDS) == [sequence]


@pytest.mark.parametrize("sequence", SENT)
def test_torn_behind_its_escape_it_is_a_sequence_behind_a_key(sequence: str) -> None:
    assert given_on(["\x1b", sequence[1:]], REST_SECONDS / 2) == ["\x1b", sequence]


@pytest.mark.parametrize("sequence", [each for each in SENT if each.startswith("\x1b[") and len(each) > 3])
def test_torn_behind_its_escape_and_again_it_is_a_sequence_behind_keys(sequence: str) -> None:
    assert given_on(["\x1b", "[", sequence[2:]], REST_SECONDS / 2) == ["\x1b", "[", sequence]
    assert given_on(["\x1b", sequence[1:4], sequence[4:]], REST_SECONDS / 2) == ["\x1b", sequence]


def test_keys_held_on_a_line_that_stands_still_for_a_while_are_keys() -> None:
    assert given_on(["\x1b", "[A\x1b[A\x1b", "[B"], REST_SECONDS / 2) == ["\x1b", "\x1b[A\x1b[A", "\x1b", "\x1b[B"]


def test_an_escape_alone_is_a_key_at_once_and_what_is_typed_then_is_typed() -> None:
    assert given_on(["\x1b", "[", "[["], 2 * ESCAPE_SECONDS) == ["\x1b", "[", "[["]
    assert given_on(["\x1b", "[", "A"], 2 * ESCAPE_SECONDS) == ["\x1b", "[", "A"]
    assert given_on(["\x1b", "O", "P"], 2 * ESCAPE_SECONDS) == ["\x1b", "O", "P"]
    assert given_on(["\x1b", "[Customer"], 2 * ESCAPE_SECONDS) == ["\x1b", "[Customer"]
    assert given_on(["\x1b", "[7 days"], 2 * ESCAPE_SECONDS) == ["\x1b", "[7 days"]
    assert given_on(["\x1b", "j"], 2 * ESCAPE_SECONDS) == ["\x1b", "j"]
    assert given_on(["\x1b", "[A"], 2 * REST_SECONDS) == ["\x1b", "[A"]


def test_an_escape_is_no_key_where_the_terminal_has_a_sequence_for_that() -> None:
    assert given_on(["\x1b[27u", "\x1b", "[A"], REST_SECONDS / 2) == ["\x1b[27u", "\x1b[A"]
    assert given_on(["\x1b[27u", "\x1b", "j"], 2 * REST_SECONDS) == ["\x1b[27u", "\x1b", "j"]


def test_an_escape_within_a_paste_is_no_key() -> None:
    assert given_on(["\x1b[200~pasted\x1b", "[201~", "\x1b", "j"], 2 * REST_SECONDS) == [
        "\x1b[200~pasted",
        "\x1b[201~",
        "\x1b",
        "j",
    ]


@pytest.mark.parametrize("sequence", [each for each in ANSI_SEQUENCES_KEYS if len(each) > 2])
def test_every_key_that_textual_knows_acts_at_once_alone_and_held_down(sequence: str) -> None:
    for sent in (sequence, f"{sequence}{sequence}", f"j{sequence}j"):
        assert WholeSequences().taken(sent, 0.0) == sent


def test_what_begins_like_a_sequence_and_is_none_does_not_wait_for_ever() -> None:
    assert given_on(["\x1b[", "j"], 2 * REST_SECONDS) == ["\x1b[", "j"]


@pytest.mark.parametrize(
    "answer",
    [
        "\x1b[?62;4c",
        "\x1b[>41;354;0c",
        "\x1b[?1u",
        "\x1b[8;24;80t",
        "\x1b[0n",
        "\x1b]11;rgb:1e1e/1e1e/1e1e\x07",
        "\x1b]11;rgb:1e1e/1e1e/1e1e\x1b\\",
        "\x1bP1$r0m\x1b\\",
        "\x1b[1114112u",
    ],
)
def test_answers_that_came_too_late_for_who_asked_are_no_keys_wherever_they_are_torn(answer: str) -> None:
    assert given_on([f"j{answer}k"], 0.0) == ["jk"]
    for place in range(4, len(answer)):
        assert given_on([answer[:place], answer[place:], "j"], REST_SECONDS / 2) == ["j"]


@pytest.mark.parametrize("begun", ["\x1b[<35;1", "\x1b[1;", "\x1b]11;rgb", "\x1b[?6"])
def test_a_sequence_whose_end_is_lost_is_no_key_and_what_follows_is(begun: str) -> None:
    assert given_on([begun, "\x1b[A", "j"], REST_SECONDS / 2) == ["\x1b[A", "j"]


def test_after_an_answer_whose_end_is_lost_keys_act_again() -> None:
    assert given_on(["\x1b]11;rgb", "j"], 2 * REST_SECONDS) == ["j"]


@given(st.lists(st.text(st.sampled_from("\x1b[]O<0127;:uMm~$?yPAI\x07\\j"), max_size=12), max_size=6), st.floats(0, 3))
def test_textual_reads_whatever_is_given_on(parts: list[str], pause: float) -> None:
    parser = XTermParser()
    for text in given_on(parts, pause):
        list(parser.feed(text))


def test_whoever_waits_for_a_frame_to_be_taken_hears_of_each_answer_and_of_those_in_a_paste() -> None:
    heard: list[str] = []
    sequences = WholeSequences(lambda: heard.append("an answer"))
    given = [
        sequences.taken(text, 0.0)
        for text in ("j\x1b[0n\x1b[0nk\x1b[", "0n\x1b[200~p\x1b[0", "n", "a\x1b[0nste\x1b[201~\x1b[0n")
    ]
    assert "".join(given) == "jk\x1b[200~paste\x1b[201~"
    assert len(heard) == 6


def test_an_answer_does_not_lengthen_the_wait_of_an_escape() -> None:
    sequences, heard_at = WholeSequences(), 0.6 * ESCAPE_SECONDS
    assert sequences.taken("\x1b", 0.0) == ""
    assert sequences.taken("\x1b[0n", heard_at) == ""
    assert sequences.seconds_left(heard_at) == pytest.approx(ESCAPE_SECONDS - heard_at)
    assert sequences.given_up(ESCAPE_SECONDS) == "\x1b"
    assert sequences.taken("j", 1.2 * ESCAPE_SECONDS) == "j"


def test_answers_beside_a_paste_are_no_keys() -> None:
    assert given_on(["\x1b[0n\x1b[200~[0n", "x\x1b[201~\x1b[0nj"], 0.0) == ["\x1b[200~[0n", "x\x1b[201~j"]


def test_the_answer_to_a_frame_is_no_key_although_it_is_torn_behind_its_escape() -> None:
    assert given_on(["\x1b", "[0n", "j"], REST_SECONDS / 2) == ["\x1b", "j"]
