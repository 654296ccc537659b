"""Where a field stands in a record: what each word finds, and how it is told."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store import FilterMistake
from store.formats.picking import at, by_prefix, constant, first, joined, part, picked, translated, without_port
from store.json_path import write_path
from store.records.json_text import decoded
from store.records.record import Members
from tests.store.records.documents import VALUES

RECORD = """{"who": {"id": 12345678901234567890, "name": "Dana", "admin": true, "groups": ["a", "b"], "no": null},
  "targets": [{"kind": "policy"}, {"kind": "user", "login": "lee"}], "a.b": {"": "dots"}, "@time": "1", "empty": ""}"""


@pytest.fixture
def record() -> Members:
    value = decoded(RECORD)
    assert isinstance(value, dict)
    return value


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("who.name", "Dana"),
        ("who.id", "12345678901234567890"),
        ("who.admin", "true"),
        ("who.groups.1", "b"),
        ("targets.0.kind", "policy"),
        ("targets.login", "lee"),
        ('"a.b".""', "dots"),
        ("@time", "1"),
        ("who.no", None),
        ("who", None),
        ("who.groups", None),
        ("who.groups.7", None),
        ("who.name.first", None),
        ("empty", None),
        ("nothing", None),
    ],
)
def test_a_path_finds_a_text_a_number_or_a_truth_value(path: str, found: str | None, record: Members) -> None:
    assert at(path).find(record) == found
    assert at(path).told == f"`{path}`"


def test_words_find_and_tell(record: Members) -> None:
    words = [
        (first("nothing", "who.name"), "Dana", "`nothing`, else `who.name`"),
        (joined("/", "who.name", "nothing", "@time"), "Dana/1", "`who.name` `/` `nothing` `/` `@time`"),
        (joined("/", "who.name", "nothing", least=2), None, "`who.name` `/` `nothing`"),
        (constant("x"), "x", '"x"'),
        (translated("@time", {"1": "Admin"}), "Admin", "`@time` as a word"),
        (translated("who.name", {"1": "Admin"}), "Dana", "`who.name` as a word"),
        (by_prefix("who.name", {"Da": "d", "": "other"}), "d", "what `who.name` begins with"),
        (by_prefix("nothing", {"": "other"}), None, "what `nothing` begins with"),
        (part("who.name", "a", 1), "n", "part 2 of `who.name`"),
        (part("who.name", "a", 2), None, "part 3 of `who.name`"),
        (picked(None), None, ""),
    ]
    for pick, found, told in words:
        assert pick.find(record) == found
        assert pick.told == told


@pytest.mark.parametrize(
    ("written", "address"),
    [
        ("203.0.113.24", "203.0.113.24"),
        ("203.0.113.24:4431", "203.0.113.24"),
        ("[2001:db8::5f]:4431", "2001:db8::5f"),
        ("[2001:db8::5f]", "2001:db8::5f"),
        ("2001:db8::5f", "2001:db8::5f"),
        ("autoscaling.amazonaws.com", "autoscaling.amazonaws.com"),
        ("host:443", "host:443"),
    ],
)
def test_an_address_loses_its_port_and_a_host_name_stays(written: str, address: str) -> None:
    assert without_port(constant(written)).find({}) == address


def test_a_path_that_is_none_is_a_mistake() -> None:
    with pytest.raises(FilterMistake):
        at("Client IP")


@given(VALUES, st.lists(st.text(max_size=3) | st.integers(0, 3).map(str), min_size=1, max_size=4))
def test_any_path_into_any_record_finds_a_text_or_nothing(value: object, path: list[str]) -> None:
    found = at(write_path(tuple(path))).find({"a": value, "": value, "0": value})
    assert found is None or isinstance(found, str)
