"""Every key of the app, seen together."""

import pytest

from explorer.key_help import SECTIONS, key_sections

KEYS = [binding for _, bindings in SECTIONS for binding in bindings]


def test_every_binding_has_an_id_of_its_own_and_says_what_it_does() -> None:
    ids = [binding.id for binding in KEYS]
    assert None not in ids
    assert len(set(ids)) == len(ids)
    assert all(binding.description for binding in KEYS)


@pytest.mark.parametrize("key", ["ctrl+i", "ctrl+m", "ctrl+h", "ctrl+left_square_bracket"])
def test_no_binding_takes_a_key_that_terminals_send_for_another(key: str) -> None:
    assert not [binding.id for binding in KEYS if key in binding.key.split(",")]


def test_half_a_page_is_all_that_ctrl_d_ever_means() -> None:
    assert {binding.action for binding in KEYS if "ctrl+d" in binding.key.split(",")} == {"page(0.5)"}


def test_the_help_lists_each_binding_once() -> None:
    assert sum(len(lines) for _, lines in key_sections()) == len(KEYS)
