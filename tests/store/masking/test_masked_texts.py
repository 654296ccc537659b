"""What is hidden of texts, of JSON and of whole events, and what stands in its place."""

import json
import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store import Actor, Entity, Facet, Facets, Masking
from store.formats import write_line
from store.masking.masked_event import EventMask
from store.masking.masked_json import JsonMask
from store.masking.pseudonyms import Pseudonyms, looks_personal
from tests.builders import make_event

KEY = b"a key of the tests"
PSEUDONYM = r"(?:email|ip|name|value)~[a-z2-7]{10}"
EMAILS = (
    *("dana@northlake.example", "d.w+x_1@a-b.co.uk", "o'hara@acme.example", "DÄNA@büro.example", "root@localhost"),
    *("o!brien@acme.example", "r&d#1@acme.example", "bounce-dana=northlake.example@lists.example"),
    *("SRS0=ab=cd=northlake.example=dana@lists.example", '"dana whitfield"@northlake.example'),
)
ADDRESSES = ("203.0.113.24", "2001:db8::1", "fe80::1", "::1", "::ffff:203.0.113.24", "1:2:3:4:5:6:7:8", "010.0.0.1")
FRAMES = ("{}", "from {} to", "<{}>", "({})", '"{}".', "a,{},b", "x={}", "ip:{}", "{}: failed", "[{}]:443", "{}, {}.")


def masked(text: str) -> str:
    return Pseudonyms(KEY).without_personal(text)


def json_masked(text: str, *hidden: tuple[str, ...]) -> str:
    pseudonyms = Pseudonyms(KEY)
    return JsonMask(pseudonyms.without_personal, lambda value: pseudonyms.of("value", value), hidden).masked(text)


@pytest.mark.parametrize("frame", FRAMES)
@pytest.mark.parametrize("text", [*EMAILS, *ADDRESSES])
def test_what_looks_personal_is_replaced_wherever_it_stands(frame: str, text: str) -> None:
    kind = "email" if "@" in text else "ip"
    pseudonym = Pseudonyms(KEY).of(kind, text)
    assert masked(frame.format(text, text)) == frame.format(pseudonym, pseudonym)


@pytest.mark.parametrize(
    "text",
    [
        *(
            "2026-11-20T10:04:11Z",
            "at 10:04:11",
            "1.2.3",
            "1.2.3.4.5",
            "plan@",
            "@plan",
            "a :: b",
            "std::vector",
            "10:04",
        ),
        *("customer-3fa91c", "c1f4a9d2-0b1e-4c5d-9e8f-001122334455", "00:1b:44:11:3a:b7", ""),
    ],
)
def test_what_looks_like_neither_stays(text: str) -> None:
    assert masked(text) == text
    assert not looks_personal(text)


def test_the_same_text_has_the_same_pseudonym_and_another_key_gives_another_one() -> None:
    assert masked("Dana@Northlake.example") == masked("dana@northlake.example") == masked("dana%40northlake.example")
    assert masked("2001:DB8:0::1") == masked("2001:db8::1")
    assert masked("::ffff:10.0.0.1") == masked("10.0.0.1")
    assert Pseudonyms(b"another").of("email", "a@b") != Pseudonyms(KEY).of("email", "a@b")
    assert re.fullmatch(PSEUDONYM, masked("a@b.example"))


def test_what_is_forgotten_is_remembered_when_it_is_shown_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("store.masking.pseudonyms.MOST_CHARACTERS", 1_000)
    pseudonyms = Pseudonyms(KEY)
    first = pseudonyms.without_personal("dana@northlake.example")
    for number in range(100):
        pseudonyms.without_personal(f"person-{number}@northlake.example")
    assert pseudonyms.originals(first) == ()
    assert pseudonyms.without_personal("dana@northlake.example") == first
    assert pseudonyms.originals(first) == ("dana@northlake.example",)


def test_pseudonyms_are_no_longer_personal() -> None:
    once = masked("from dana@northlake.example at 2001:db8::1")
    assert masked(once) == once


@pytest.mark.parametrize("part", ["a", "a.", "1:", "a%", "%41", "'.", "1.1.", "@[", "::", "bounce-=", '"a', "!#"])
def test_a_long_line_is_looked_through_in_time_that_grows_with_it_alone(part: str) -> None:
    began = time.perf_counter()
    masked(part * 200_000)
    assert time.perf_counter() - began < 5


def test_every_letter_of_json_stays_but_those_that_are_hidden() -> None:
    text = '{ "n": 1.10, "n": 1e9,\t"by":"dana@northlake.example", "deep": [{"a\\u0040b.example": "\\u00e9"}], "x":[]}'
    shown = json_masked(text)
    expected = text.replace("dana@northlake.example", masked("dana@northlake.example"))
    assert shown == expected.replace("a\\u0040b.example", masked("a@b.example"))


def test_whatever_lies_at_a_hidden_path_and_below_is_replaced() -> None:
    customers = '[{"phone": "1", "more": {"phone": 2}}, {"phone": {"home": 3, "none": null, "is": true}}]'
    text = f'{{"customer": {customers}, "phone": 4}}'
    shown = json.loads(json_masked(text, ("customer", "phone")))
    assert shown["phone"] == 4
    first, second = shown["customer"]
    assert first["more"] == {"phone": 2}
    assert second["phone"]["none"] is None
    for hidden in (first["phone"], second["phone"]["home"], second["phone"]["is"]):
        assert re.fullmatch(PSEUDONYM, hidden)


@pytest.mark.parametrize(
    "text",
    [
        *('{"phone": "1"', '{"phone": 1]', "phone: 1", '{"phone": "1\\x"}', '{"phone": "1', "["),
        *('{"x":1}{"phone":"1"}', '{"x":1}\n{"phone":"1"}', '{"x":1 "phone":"1"}', '{"phone" "1"}', '{"phone",:"1"}'),
    ],
)
def test_what_is_no_json_is_hidden_as_a_whole_where_paths_are(text: str) -> None:
    assert re.fullmatch(f'"{PSEUDONYM}"', json_masked(text, ("phone",)))


@pytest.mark.parametrize(
    "text", ['{"by": "dana@northlake.example"', "by dana@northlake.example", '"\\u0064ana@northlake.example']
)
def test_what_is_no_json_has_nothing_personal_left(text: str) -> None:
    assert "ana@" not in json_masked(text)


def test_a_deep_document_is_masked_in_no_time() -> None:
    depth = 20_000
    text = '{"a":[1,' * depth + '"dana@northlake.example"' + "]}" * depth
    began = time.perf_counter()
    assert "dana" not in json_masked(text, ("x", "y"))
    assert time.perf_counter() - began < 5


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.sampled_from([*EMAILS, *ADDRESSES]),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=3) | st.just("phone"), inner, max_size=4)
    ),
    max_leaves=12,
)


def leaves(value: object, *, below: bool = False) -> list[object]:
    """The values under a key `phone`."""
    if isinstance(value, dict):
        return [leaf for key, each in value.items() for leaf in leaves(each, below=below or key == "phone")]
    if isinstance(value, list):
        return [leaf for each in value for leaf in leaves(each, below=below)]
    return [value] if below else []


@given(value=JSON, ascii_only=st.booleans())
def test_masked_json_is_json_of_the_same_shape(value: object, ascii_only: bool) -> None:
    shown = json.loads(json_masked(json.dumps(value, ensure_ascii=ascii_only), ("phone",)))
    for text in (*EMAILS, *ADDRESSES[:3]):
        assert text not in json.dumps(shown, ensure_ascii=False).replace("\\\\", "")
    if isinstance(value, dict) and isinstance(shown, dict) and "phone" in value:
        assert all(leaf in (None, "") or "~" in str(leaf) for leaf in leaves({"phone": shown["phone"]}))
    assert type(shown) is type(value) or isinstance(value, int | float | str)


def test_no_field_of_an_event_shows_what_is_hidden() -> None:
    hidden = ("dana@northlake.example", "203.0.113.24", "Dana Whitfield", "Northlake", "555-0100", "4242")
    everywhere = "Dana Whitfield <dana@northlake.example> of Northlake at 203.0.113.24"
    event = make_event(
        id="for dana@northlake.example",
        event_name="login of dana@northlake.example",
        environment="203.0.113.24",
        entity=Entity(type="of dana@northlake.example", id="dana@northlake.example", name="Northlake"),
        parent_entity_id="203.0.113.24",
        actor=Actor(
            type="at 203.0.113.24",
            id="dana@northlake.example",
            name="Dana Whitfield",
            email="dana@northlake.example",
            ip_address="203.0.113.24",
            more='{"nick": "Dana Whitfield"}',
        ),
        trace_id="203.0.113.24",
        payload=json.dumps({everywhere: everywhere, "phone": "555-0100"}),
        request=json.dumps({"body": {"card": 4242, "text": everywhere}}),
    )
    masking = Masking(name="all", key=KEY, names=True, paths=("payload.phone", "request.body.card"))
    shown = EventMask(masking, Pseudonyms(KEY)).event(event)
    for text in hidden:
        assert text not in write_line(shown)
    assert shown.actor is not None
    assert shown.entity is not None
    assert shown.actor.email == shown.actor.id == shown.entity.id
    assert shown.parent_entity_id == shown.actor.ip_address == shown.trace_id


def test_what_is_not_hidden_stays_letter_for_letter() -> None:
    event = make_event(
        entity=Entity(type="CUSTOMER", id="customer-1", name="Northlake"),
        actor=Actor(type="USER", id="u-1", name="Dana Whitfield"),
        payload='{"a" :1.10, "b": "x\\u0041"}',
    )
    assert EventMask(Masking(name="x", key=KEY), Pseudonyms(KEY)).event(event) == event


def test_a_name_with_an_address_in_it_is_hidden_whole_and_so_is_the_rest_of_it_elsewhere() -> None:
    name = "Dana Whitfield <dana@northlake.example>"
    event = make_event(
        actor=Actor(id="u-1", name=name),
        entity=Entity(type="customer", id="c-1", name="Quentin Poe (10.0.0.1)"),
        payload='{"by": "Dana Whitfield", "for": "Quentin Poe"}',
    )
    mask = EventMask(Masking(name="x", key=KEY, names=True), Pseudonyms(KEY))
    shown = mask.event(event)
    facets = mask.facets(Facets(fields={"actors": (Facet(value=name, count=1),)}))
    for part in ("Dana", "Whitfield", "Quentin", "Poe"):
        assert part not in write_line(shown)
        assert part not in str(facets)
    assert shown.actor is not None
    assert [facet.value for facet in facets.fields["actors"]] == [shown.actor.name]


def test_a_name_that_is_an_email_has_the_pseudonym_of_the_email() -> None:
    mask = EventMask(Masking(name="x", key=KEY, names=True), Pseudonyms(KEY))
    actor = mask.event(make_event(actor=Actor(name="dana@northlake.example", email="dana@northlake.example"))).actor
    assert actor is not None
    assert actor.name == actor.email


@pytest.mark.parametrize(
    "actor",
    [Actor(email="dana/whitfield@northlake.example"), Actor(ip_address="danas-laptop.corp")],
    ids=["email", "ip"],
)
def test_the_address_of_the_actor_is_hidden_in_the_payload_whatever_it_looks_like(actor: Actor) -> None:
    address = actor.email or actor.ip_address or ""
    event = make_event(actor=actor, payload=json.dumps({"by": address, "text": f"from {address.upper()}."}))
    shown = EventMask(Masking(name="x", key=KEY), Pseudonyms(KEY)).event(event)
    assert shown.actor is not None
    pseudonym = shown.actor.email or shown.actor.ip_address
    assert json.loads(shown.payload or "") == {"by": pseudonym, "text": f"from {pseudonym}."}


def test_names_of_others_are_hidden_below_keys_of_names_with_the_pseudonym_they_have_elsewhere() -> None:
    mask = EventMask(Masking(name="support", key=KEY, names=True), Pseudonyms(KEY))
    names = {"customer": {"id": "c-1", "name": "Acme", "displayNames": ["Acme", "ACME Ltd"]}, "accountOwner": "Jonas"}
    shown = mask.event(make_event(1, payload=json.dumps(names), entity=Entity(type="PLAN", id="p", name="Growth")))
    assert shown.payload is not None
    acme = Pseudonyms(KEY).of("name", "Acme")
    found = json.loads(shown.payload)
    assert found["customer"]["id"] == "c-1"
    assert (found["customer"]["name"], found["customer"]["displayNames"][0]) == (acme, acme)
    assert found["accountOwner"] == Pseudonyms(KEY).of("name", "Jonas")
    assert "ACME" not in shown.payload
    plain = EventMask(Masking(name="support", key=KEY), Pseudonyms(KEY)).event(make_event(1, payload=json.dumps(names)))
    assert plain.payload == json.dumps(names)
