"""Texts that a word is looked for in: a long one is looked through in slices, and holds what it held as a whole."""

from unittest.mock import patch

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store import event_texts
from store.event_texts import FoldedTexts, folded

LETTERS = st.text(st.sampled_from("abA\u00e4\u4e2d\U0001f600\ud800\udc00"), max_size=40)


@given(text=LETTERS, word=LETTERS, size=st.integers(1, 10))
def test_a_text_in_slices_holds_the_words_that_it_holds_as_a_whole(text: str, word: str, size: int) -> None:
    with patch("store.event_texts.SLICE", size):
        assert FoldedTexts(iter([None, text])).hold(word) == (folded(word) in folded(text))


def test_of_a_long_text_no_more_than_a_slice_is_looked_through_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    lengths: list[int] = []

    def noted(text: str) -> bytes:
        lengths.append(len(text))
        return folded(text)

    monkeypatch.setattr(event_texts, "folded", noted)
    assert not FoldedTexts(iter(["x" * (3 * event_texts.SLICE)])).hold("nowhere")
    assert max(lengths) <= event_texts.SLICE + len("nowhere")
