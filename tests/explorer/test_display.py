"""Values become text that is safe to draw, and says what the value was."""

import subprocess
import sys
import time
import unicodedata
from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len, get_character_cell_size

from explorer.display import (
    SIGNS,
    actor_text,
    ago,
    count_text,
    drawn,
    entity_text,
    entity_type_label,
    event_label,
    kind_sign,
    short_id,
    time_text,
    visible,
    visible_content,
    zone_label,
)
from explorer.time_zone import LocalZone, named_zone
from explorer.visible import _PLAIN_TEXT, _cells
from store import Actor, Count, Entity

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
ANY_TEXT = st.text(st.characters(exclude_categories=()))
HOSTILE = st.text(
    st.sampled_from(
        "ab\\ \x00\x07\x1b\x9b\x7f\n\t\u200b\u200d\u202e\u2066\ufeff\ufe0f\u0301\u0489\ud800\ue000\U000e0041"
    ),
)
INVISIBLE = st.characters(categories=("Cc", "Cf", "Cs", "Zl", "Zp", "Co", "Cn"))


@given(ANY_TEXT | HOSTILE)
def test_nothing_that_a_terminal_obeys_or_hides_is_ever_drawn(text: str) -> None:
    for character in visible(text):
        assert character == " " or unicodedata.category(character)[0] not in "CZ", repr(character)
    visible(text).encode()


@given(ANY_TEXT | HOSTILE)
def test_the_width_of_drawn_text_is_the_sum_of_its_characters(text: str) -> None:
    shown = visible(text)
    assert cell_len(shown) == sum(map(get_character_cell_size, shown))


@given(ANY_TEXT | HOSTILE, st.integers(0, 40))
def test_drawn_text_keeps_within_its_limit_and_says_when_it_is_cut(text: str, limit: int) -> None:
    shown = visible(text, limit)
    whole = visible(text)
    assert cell_len(shown) <= limit
    assert shown == whole if cell_len(whole) <= limit else shown.endswith("…") or limit == 0
    assert whole.startswith(shown.removesuffix("…"))


@given(ANY_TEXT | HOSTILE, st.integers(0, 40) | st.none())
def test_without_its_escapes_drawn_text_is_letters_of_the_data(text: str, limit: int | None) -> None:
    shown = drawn(text, limit)
    letters = iter(text)
    end = 0
    for start, stop in (*shown.escapes, (len(shown.text), len(shown.text))):
        assert end <= start <= stop
        assert all(letter in letters for letter in shown.text[end:start])
        end = stop


@given(ANY_TEXT, INVISIBLE, INVISIBLE, ANY_TEXT)
def test_texts_that_differ_in_an_invisible_character_are_drawn_differently(
    head: str, one: str, other: str, tail: str
) -> None:
    assert (visible(head + one + tail) == visible(head + other + tail)) == (one == other)
    assert visible(head + one + tail) != visible(head + tail)


@given(st.text(st.characters(categories=("L", "N", "P", "Sm", "Sc"), max_codepoint=0x10FF)))
def test_letters_digits_and_punctuation_are_drawn_as_they_are(text: str) -> None:
    assert visible(text) == text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b]52;c;aGk=\x07", "\\x1b]52;c;aGk=\\x07"),
        ("a\r\n\tb\x00\x7f\x9b", "a\\r\\n\\tb\\x00\\x7f\\x9b"),
        ("\u202egpj.exe", "\\u202egpj.exe"),
        ("pay\u200bpal\xad\ufeff", "pay\\u200bpal\\xad\\ufeff"),
        ("\ud800\U000e0041\ue000\ufdd0", "\\ud800\\U000e0041\\ue000\\ufdd0"),
        ("a\xa0b\u2003c\u3000d", "a\\xa0b\\u2003c\\u3000d"),
        ("\u115f\u1160\u3164\uffa0\u2800", "\\u115f\\u1160\\u3164\\uffa0\\u2800"),
        ("❤\ufe0f 👩\u200d🚀 👍🏽", "❤\\ufe0f 👩\\u200d🚀 👍\\U0001f3fd"),
        ("🇩🇪", "\\U0001f1e9\\U0001f1ea"),
        ("Zoë नमस्ते שלום 東京 🎉", "Zoë नमस्ते שלום 東京 🎉"),
        ("e\u0301", "e\u0301"),
        ("\u0301a", "\\u0301a"),
        ("\x1b\u0301", "\\x1b\\u0301"),
        ("[red]boss[/] [/ ", "[red]boss[/] [/ "),
        ("C:\\users", "C:\\users"),
    ],
)
def test_what_is_escaped_and_what_is_not(text: str, shown: str) -> None:
    assert visible(text) == shown


def test_a_flood_of_marks_is_bounded_and_still_shown() -> None:
    assert visible("Z" + "\u0301" * 6) == "Z" + "\u0301" * 4 + "\\u0301\\u0301"


def test_a_text_is_cut_before_an_escape_never_within_it() -> None:
    assert visible("abc\x1bdef", 6) == "abc…"
    assert visible("abc\x1bdef", 8) == "abc\\x1b…"
    assert visible("東京都", 4) == "東…"


def test_escapes_and_cuts_are_drawn_in_another_style_than_a_backslash_in_the_data() -> None:
    content = visible_content("\\x1b\x1b!", "bold")
    assert content.plain == "\\x1b\\x1b!"
    assert [(span.start, span.end, span.style) for span in content.spans] == [(0, 9, "bold"), (4, 8, "reverse")]
    assert [(span.start, span.end) for span in visible_content("long text", limit=5).spans] == [(4, 5)]


def test_markup_in_data_is_drawn_letter_for_letter() -> None:
    assert visible_content("[red]boss[/] [/ [").plain == "[red]boss[/] [/ ["


def test_a_hundred_cells_cost_little() -> None:
    texts = [f"Customer customer-3fa91c{number} · Zoë Würth \u202e" for number in range(50)]
    texts += [f"Subscription created {number}" for number in range(50)]

    def seconds() -> float:
        start = time.process_time()
        for text in texts:
            visible(text, 30)
        return time.process_time() - start

    assert min(seconds() for _ in range(20)) < 0.005


def test_the_short_way_for_plain_text_says_the_same_as_the_long_one() -> None:
    for character in map(chr, range(sys.maxunicode + 1)):
        if _PLAIN_TEXT.fullmatch(character):
            assert _cells(character) == 1, repr(character)


def test_a_megabyte_in_one_cell_costs_no_more_than_the_cell() -> None:
    def seconds(huge: str) -> float:
        start = time.process_time()
        assert cell_len(visible(huge, 30)) <= 30
        return time.process_time() - start

    for huge in ("\u202e" * 1_000_000, "x" * 1_000_000, "Z" + "\u0301" * 1_000_000):
        assert min(seconds(huge) for _ in range(5)) < 0.01


def test_signs_of_kinds_are_one_cell_and_distinct() -> None:
    signs = [*map(kind_sign, SIGNS), kind_sign(None)]
    assert len(set(signs)) == 7
    assert {cell_len(sign) for sign in signs} == {1}


def test_known_names_are_drawn_as_labels_and_unknown_ones_as_they_are() -> None:
    assert event_label("SUBSCRIPTION_CREATED") == "Subscription created"
    assert event_label("robot.\x1bexploded") == "robot.\\x1bexploded"
    assert entity_type_label("ADDON") == "Add-on"
    assert entity_type_label("Spaceship") == "Spaceship"


@pytest.mark.parametrize(
    ("entity", "shown"),
    [
        (None, ""),
        (Entity(), ""),
        (Entity(type="CUSTOMER", id="customer-3fa91c"), "Customer customer-3fa91c"),
        (Entity(type="CUSTOMER", id="customer-3fa91c", name="Acme"), "Customer customer-3fa91c · Acme"),
        (Entity(id="auth0|7", name=""), "auth0|7"),
        (Entity(name="\u202eAcme"), "\\u202eAcme"),
    ],
)
def test_an_entity_is_type_id_and_name(entity: Entity | None, shown: str) -> None:
    assert entity_text(entity) == shown


@pytest.mark.parametrize(
    ("actor", "shown"),
    [
        (None, ""),
        (Actor(), ""),
        (Actor(type="SYSTEM"), "System"),
        (Actor(type="SCHEDULER"), "System"),
        (Actor(type="USER", email="dana@acme.example"), "Stigg application · dana@acme.example"),
        (Actor(type="USER", name="Dana", email="dana@acme.example"), "Stigg application · Dana"),
        (Actor(type="User", name="Dana"), "User · Dana"),
        (Actor(type="user", name="Dana"), "user · Dana"),
        (Actor(type="support"), "support"),
        (Actor(type="APP_SERVER", id="key-1", ip_address="203.0.113.9"), "Backend SDK · key-1"),
        (Actor(ip_address="203.0.113.9"), "203.0.113.9"),
        (Actor(type="ROBOT", name="\x07"), "ROBOT · \\x07"),
    ],
)
def test_an_actor_is_its_label_and_the_best_of_its_names(actor: Actor | None, shown: str) -> None:
    assert actor_text(actor) == shown


def test_names_in_one_line_are_cut() -> None:
    huge = "x" * 1_000_000
    assert len(actor_text(Actor(name=huge))) == len(entity_text(Entity(id=huge))) == len(event_label(huge)) == 200


def test_a_short_id_says_that_it_is_longer() -> None:
    assert short_id("1f3c9a2e-77d0") == "1f3c9a2…"
    assert short_id("wf_18") == "wf_18"


BERLIN = ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize(
    ("moment", "zone", "shown", "label"),
    [
        (NOON, UTC, "2026-11-20 12:00:00.000", "UTC"),
        (NOON.replace(microsecond=123_000), BERLIN, "2026-11-20 13:00:00.123", "UTC+01:00"),
        (NOON.replace(microsecond=123_456, month=7), BERLIN, "2026-07-20 14:00:00.123456", "UTC+02:00"),
        (NOON, timezone(timedelta(hours=-3, minutes=-30)), "2026-11-20 08:30:00.000", "UTC-03:30"),
        (datetime(33, 4, 3, tzinfo=UTC), UTC, "0033-04-03 00:00:00.000", "UTC"),
        (datetime.max.replace(tzinfo=UTC), BERLIN, "9999-12-31 23:59:59.999999", "UTC"),
        (datetime.min.replace(tzinfo=UTC), timezone(timedelta(hours=-5)), "0001-01-01 00:00:00.000", "UTC"),
    ],
)
def test_a_time_is_drawn_in_its_zone_with_all_its_digits(
    moment: datetime, zone: ZoneInfo, shown: str, label: str
) -> None:
    assert time_text(moment, zone) == shown
    assert zone_label(moment, zone) == label


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [
        (0, "just now"),
        (0.4, "just now"),
        (1, "1 second ago"),
        (59.9, "59 seconds ago"),
        (60, "1 minute ago"),
        (3 * 60 + 59, "3 minutes ago"),
        (-7200, "in 2 hours"),
        (6.5 * 86400, "6 days ago"),
        (45 * 86400, "45 days ago"),
        (400 * 86400, "13 months ago"),
        (5 * 366 * 86400, "5 years ago"),
    ],
)
def test_how_long_ago_in_the_largest_unit_that_fits(seconds: float, shown: str) -> None:
    assert ago(NOON - timedelta(seconds=seconds), NOON) == shown


@given(st.datetimes(timezones=st.just(UTC)), st.datetimes(timezones=st.just(UTC)))
def test_any_two_moments_have_a_distance(moment: datetime, now: datetime) -> None:
    assert ago(moment, now)


def test_counts_say_whether_they_are_exact() -> None:
    assert count_text(Count(number=4218)) == "4,218"
    assert count_text(Count(number=10_000, exact=False)) == "at least 10,000"


def test_the_local_zone_knows_summer_and_winter(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "Europe/Berlin")
    time.tzset()
    try:
        zone = named_zone("local")
        assert isinstance(zone, LocalZone)
        assert time_text(NOON, zone) == "2026-11-20 13:00:00.000"
        assert (zone_label(NOON, zone), zone_label(NOON.replace(month=7), zone)) == ("UTC+01:00", "UTC+02:00")
        autumn = [datetime(2026, 10, 25, hour, 30, tzinfo=UTC) for hour in (0, 1)]
        assert [time_text(each, zone)[11:16] for each in autumn] == ["02:30", "02:30"]
        assert [zone_label(each, zone) for each in autumn] == ["UTC+02:00", "UTC+01:00"]
        time_text(datetime.max.replace(tzinfo=UTC), zone)
        time_text(datetime.min.replace(tzinfo=UTC), zone)
    finally:
        monkeypatch.undo()
        time.tzset()


@pytest.mark.parametrize("name", ["Mars/Olympus", "", "../../etc/passwd", "/etc/localtime", "Europe", "\0", "\ud800"])
def test_a_zone_that_does_not_exist_is_refused_in_words(name: str) -> None:
    with pytest.raises(ValueError, match="IANA name"):
        named_zone(name)


def test_text_is_made_without_loading_textual_or_a_database() -> None:
    code = "import explorer.display, sys; print({'textual', 'sqlalchemy'} & set(sys.modules))"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "set()\n"
