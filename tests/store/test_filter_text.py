"""The textual form of filters: nothing is lost in it, and every mistake is pointed at with its fix."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from store import (
    CHOICE_FIELDS,
    FILTER_WORDS,
    Choice,
    EventFilter,
    FilterMistake,
    PayloadChoice,
    TimeRange,
    parse_filter,
    write_filter,
)
from store.number_range import NumberRange, all_numbers_between
from store.pattern import escaped

ODD_SIGNS = 'ab"*\\ \t\n\u2028\x1f\u200b-:'
ANY_TEXT = st.text(st.characters(exclude_categories=()), max_size=20) | st.text(ODD_SIGNS, max_size=8)
VALUES = st.lists(ANY_TEXT, max_size=3).map(tuple)
VALUES_ALONE = st.builds(Choice, included=VALUES, excluded=VALUES)
PATTERNS = st.lists(st.lists(ANY_TEXT | st.just("*"), min_size=2, max_size=3), max_size=2).map(
    lambda patterns: tuple("*".join(map(escaped, parts)) for parts in patterns)
)
CHOICES = st.builds(Choice, included=VALUES, excluded=VALUES, patterns=PATTERNS, excluded_patterns=PATTERNS)
NUMBERS = (
    st.decimals(allow_nan=False, allow_infinity=False)
    | st.decimals(min_value=-9, max_value=9, places=1)
    | st.sampled_from([Decimal("1E+30"), Decimal("-0"), Decimal("1.10"), Decimal("1E-999999999999999999")])
)
RANGES = st.one_of(
    st.builds(NumberRange, low=NUMBERS, excludes_end=st.booleans()),
    st.builds(NumberRange, high=NUMBERS, excludes_end=st.booleans()),
    st.lists(NUMBERS, min_size=2, max_size=2).map(sorted).map(lambda ends: NumberRange(low=ends[0], high=ends[1])),
)
SOME_RANGES = st.lists(RANGES, max_size=3).map(tuple)
NUMBERS_TOO = st.builds(
    Choice,
    included=VALUES | st.just((">1", "1..2", "<x", "..", "3..")),
    excluded=VALUES,
    ranges=SOME_RANGES.filter(lambda ranges: all_numbers_between(ranges) is None),
    excluded_ranges=SOME_RANGES,
    patterns=PATTERNS | st.just((">*", "1..*")),
    excluded_patterns=PATTERNS,
)
SPANS = st.timedeltas(min_value=timedelta(0))
DATETIMES = st.datetimes(timezones=st.just(UTC))
TIMES = st.one_of(
    st.builds(TimeRange),
    st.builds(TimeRange, since=st.none() | SPANS | DATETIMES),
    st.builds(TimeRange, since=SPANS, until=DATETIMES),
    st.builds(TimeRange, since=DATETIMES, until=SPANS),
    st.builds(TimeRange, since=st.none(), until=SPANS | DATETIMES),
    st.tuples(SPANS, SPANS).map(lambda pair: TimeRange(since=max(pair), until=min(pair))),
    st.tuples(DATETIMES, DATETIMES).map(lambda pair: TimeRange(since=min(pair), until=max(pair))),
)
PATHS = st.lists(ANY_TEXT | st.sampled_from(["0", "a.b", "A"]), min_size=1, max_size=3).map(tuple)
PAYLOADS = st.dictionaries(PATHS, (VALUES_ALONE | NUMBERS_TOO).filter(bool), max_size=3).map(
    lambda choices: tuple(PayloadChoice(path=path, choice=choice) for path, choice in choices.items())
)
FILTERS = st.builds(
    EventFilter,
    time=TIMES,
    payload=PAYLOADS,
    **(dict.fromkeys(CHOICE_FIELDS, CHOICES) | dict.fromkeys(("texts", "belongs_to"), VALUES_ALONE)),
)
SIGNS = ['"', "\\", '\\"', "*", "\\*", " ", "\n", "-", ":", ".", "é"]
WORDS = [
    *FILTER_WORDS,
    "payload.",
    "payload.a:",
    ">",
    "<=",
    "1.5",
    "..",
    "nme",
    "-1d",
    "now",
    "2026-10-01",
    "yesterday",
    "friday 14:00",
]
NEARLY_FILTERS = st.lists(st.sampled_from([*SIGNS, *WORDS])).map("".join)


@given(FILTERS)
@example(EventFilter(entity_ids=Choice(included=("", '"', "\\", '\\"', 'a"b', "a\\", " a", "\ud800", "\0", "\x1b"))))
def test_a_written_filter_is_read_as_the_same_filter(event_filter: EventFilter) -> None:
    assert parse_filter(write_filter(event_filter)) == event_filter


@given(st.text(st.characters(exclude_categories=())) | NEARLY_FILTERS)
def test_any_text_is_a_filter_or_a_mistake_within_it(text: str) -> None:
    try:
        event_filter = parse_filter(text)
    except FilterMistake as mistake:
        assert 1 <= mistake.column <= len(text) + 1
        assert mistake.length >= 1
        assert mistake.column + mistake.length <= len(text) + 2
        assert str(mistake).isprintable()
        assert mistake.advice.isprintable()
        assert mistake.advice
    else:
        assert parse_filter(write_filter(event_filter)) == event_filter


def test_the_default_filter_is_the_empty_text() -> None:
    assert write_filter(EventFilter()) == ""
    assert parse_filter("") == parse_filter(" \n ") == parse_filter("since:-30d") == EventFilter()


def test_every_field_of_a_filter_has_a_word() -> None:
    assert set(FILTER_WORDS.values()) == {"time.since", "time.until", "payload", *CHOICE_FIELDS}


def test_every_word_sets_its_field() -> None:
    for word, field in FILTER_WORDS.items():
        if field in CHOICE_FIELDS:
            assert parse_filter(f"{word}:x -{word}:y") == EventFilter().with_value(field, "x").with_value(
                field, "y", excluded=True
            )


def test_a_filter_with_everything_is_understood() -> None:
    text = (
        "since:-7d until:2026-11-20 environment:production name:subscription.created name:CUSTOMER_CREATED "
        "entity_type:customer entity:customer-3fa91c actor_type:system "
        '-actor:ops@acme.example -actor:"Dana W" trace:t|1'
    )
    assert parse_filter(text) == EventFilter(
        time=TimeRange(since=timedelta(days=7), until=datetime(2026, 11, 20, 23, 59, 59, 999999, tzinfo=UTC)),
        environments=Choice(included=("production",)),
        event_names=Choice(included=("subscription.created", "CUSTOMER_CREATED")),
        entity_types=Choice(included=("customer",)),
        entity_ids=Choice(included=("customer-3fa91c",)),
        actor_types=Choice(included=("system",)),
        actors=Choice(excluded=("ops@acme.example", "Dana W")),
        trace_ids=Choice(included=("t|1",)),
    )
    assert write_filter(parse_filter(text)) == text


def test_a_value_without_a_field_is_a_text() -> None:
    for text in ("declined", "text:declined", 'TEXT:"declined"', '"declined"'):
        assert parse_filter(text) == EventFilter(texts=Choice(included=("declined",)))
    assert parse_filter('name:x declined "a \\"b\\" c" -text:y since:-1d').texts == Choice(
        included=("declined", 'a "b" c'), excluded=("y",)
    )
    assert parse_filter('a"b payload payload.x 12-30').texts.included == ('a"b', "payload", "payload.x", "12-30")


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("payload.plan.id:v", ("plan", "id")),
        ("PAYLOAD.Plan:v", ("Plan",)),
        ("payload.tags.0:v", ("tags", "0")),
        ('payload."plan.id".x:v', ("plan.id", "x")),
        (r'payload."a \"b\": \\".c:v', ('a "b": \\', "c")),
        ('payload."":v', ("",)),
        ("payload.a-b/ü:v", ("a-b/ü",)),
    ],
)
def test_a_path_leads_from_key_to_key(text: str, path: tuple[str, ...]) -> None:
    assert parse_filter(text).payload == (PayloadChoice(path=path, choice=Choice(included=("v",))),)
    assert parse_filter(f"-{text}").payload == (PayloadChoice(path=path, choice=Choice(excluded=("v",))),)


def test_values_of_one_path_stand_together() -> None:
    text = "payload.a:1 payload.b:2 payload.a:3 -payload.a:4"
    assert write_filter(parse_filter(text)) == "payload.a:1 payload.a:3 -payload.a:4 payload.b:2"


def test_since_all_lifts_the_default_range() -> None:
    assert parse_filter("since:all").time == TimeRange(since=None)
    assert write_filter(EventFilter(time=TimeRange(since=None))) == "since:all"


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("entity:a:b|c@d.e", "a:b|c@d.e"),
        ('entity:a"b', 'a"b'),
        ("entity:a\\b", "a\\b"),
        ("entity:-a", "-a"),
        ('entity:"a b"', "a b"),
        (r'entity:"a\"b\\c\d"', 'a"b\\c\\d'),
        ('entity:""', ""),
        ('ENTITY:"\t\n"', "\t\n"),
        ("entity:a\u200bb", "a\u200bb"),
    ],
)
def test_values_are_literal(text: str, value: str) -> None:
    assert parse_filter(text).entity_ids.included == (value,)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("customer-3fa91c", "entity:customer-3fa91c"),
        ("auth0|a@b.c:1", "entity:auth0|a@b.c:1"),
        ("Zoë✓", "entity:Zoë✓"),
        ("a b", 'entity:"a b"'),
        ("a\u3000b", 'entity:"a\u3000b"'),
        ('a"', 'entity:"a\\""'),
        ("a\\", 'entity:"a\\\\"'),
        ("", 'entity:""'),
    ],
)
def test_quotes_are_written_only_where_needed(value: str, text: str) -> None:
    assert write_filter(EventFilter(entity_ids=Choice(included=(value,)))) == text


@pytest.mark.parametrize(
    ("text", "column", "length", "message", "advice"),
    [
        ("entity:a nme:x", 10, 3, "There is no field nme.", "Did you mean name:?"),
        ("-entitytype:x", 2, 10, "There is no field entitytype.", "Did you mean entity_type:?"),
        ("since:2026-11-20 10:00", 1, 22, "A time with a space needs quotes.", 'since:"2026-11-20 10:00"'),
        ("name:x  until:2026-11-20  10:00:05Z text:y", 9, 27, "A time with", "until:2026-11-20T10:00:05Z"),
        ("since:2026-11-20 name:x 10:00", 25, 2, "There is no field 10.", "The fields are since, until"),
        ("colour:x", 1, 6, "There is no field colour.", "The fields are since, until"),
        ("paylod.plan.id:x", 1, 14, "There is no field paylod.plan.id.", "Did you mean payload.plan.id:?"),
        ("name.x:y", 1, 6, "There is no field name.x.", "Did you mean name:?"),
        ("event:x", 1, 5, "There is no field event.", "Did you mean name:?"),
        ("event_name:x", 1, 10, "There is no field event_name.", "Did you mean name:?"),
        ("type:x", 1, 4, "There is no field type.", "Did you mean entity_type:, actor_type: or name:?"),
        ("-Env:x", 2, 3, "There is no field Env.", "Did you mean environment:?"),
        ("customer:x", 1, 8, "There is no field customer.", "Did you mean belongs_to: or entity:?"),
        ("customer.id:x", 1, 11, "There is no field customer.id.", "Did you mean belongs_to: or entity:?"),
        ("id:x", 1, 2, "There is no field id.", "Did you mean entity: or trace:, or text:"),
        ("ip:x", 1, 2, "There is no field ip.", "Did you mean actor:?"),
        ("email:x", 1, 5, "There is no field email.", "Did you mean actor:?"),
        ("actor_email:x", 1, 11, "There is no field actor_email.", "Did you mean actor:?"),
        ("entity_id:x", 1, 9, "There is no field entity_id.", "Did you mean entity:?"),
        ("trace_id:x", 1, 8, "There is no field trace_id.", "Did you mean trace:?"),
        ("tags:x", 1, 4, "There is no field tags.", "Did you mean payload.tags:?"),
        ("name:x AND text:y", 8, 3, "AND is no word of a filter.", "leave it out. To look for the text AND, write"),
        ("name:x OR text:y", 8, 2, "OR is no word of a filter.", "a field twice for either"),
        ("NOT name:x", 1, 3, "NOT is no word of a filter.", "A minus in front excludes"),
        ("-declined", 1, 9, "A text to exclude needs its field.", "Write -text:declined."),
        ('a -"b c"', 3, 6, "A text to exclude needs its field.", 'Write -text:"b c".'),
        ("a -", 3, 1, "A text to exclude needs its field.", "Write -text: and the text."),
        ('a "b', 3, 1, "This quote is never closed.", 'End the value with "'),
        ('"a"b', 4, 1, "Something follows the closing quote.", "a space"),
        ("payload:x", 1, 7, "payload: needs a path.", "payload.plan.id:plan-growth"),
        ("payload.:x", 9, 1, "A key is missing in the path.", '""'),
        ("a payload.x..y:z", 13, 1, "A key is missing in the path.", '""'),
        ("payload.x.:z", 11, 1, "A key is missing in the path.", '""'),
        ('payload."x:z', 9, 1, "This quote is never closed.", "in quotes"),
        ('-payload.a."x:z', 12, 1, "This quote is never closed.", "in quotes"),
        ('payload.a"b":z', 10, 1, "The path cannot go on like this.", "in quotes"),
        ("payload.a\\b:z", 10, 1, "The path cannot go on like this.", "in quotes"),
        ("payload.a:", 11, 1, "payload.a: has no value.", 'payload.a:""'),
        ("payload.a:>", 11, 1, "There is no number behind >.", "in double quotes"),
        ("payload.a:<=x", 11, 3, "There is no number behind <.", "Write >100"),
        ("payload.a:>1e99999999999999999999", 11, 23, "There is no number behind >.", "Write >100"),
        ("payload.a:1..1e99999999999999999999", 11, 25, "beyond all measure", "Write >100"),
        ("-payload.a:20..3", 12, 5, "The range ends before it begins.", "smaller number first"),
        ("payload.a:>5 x payload.a:<=7", 26, 3, "a field written twice means either.", "write 5..7."),
        ("payload.a>5", 10, 1, "A colon is missing behind the path.", "payload.amount:>100"),
        (":x", 1, 1, "A field is missing before the colon.", "The fields are"),
        ("name:", 6, 1, "name: has no value.", 'name:""'),
        ("name: x", 6, 1, "name: has no value.", "name:value"),
        ("until:", 7, 1, "until: has no value.", "until:-24h"),
        ('name:"x', 6, 1, "This quote is never closed.", 'End the value with "'),
        ('name:"x\\"', 6, 1, "This quote is never closed.", 'End the value with "'),
        ('name:"x"y', 9, 1, "Something follows the closing quote.", "a space"),
        ("belongs_to:customer-4*", 12, 11, "belongs_to: knows no patterns.", "whole id"),
        ("-belongs_to:*", 13, 1, "belongs_to: knows no patterns.", "whole id"),
        ("-since:-1d", 1, 10, "since: cannot be excluded.", "without the minus"),
        ("-until:", 1, 7, "until: cannot be excluded.", "without the minus"),
        ("since:-1d since:-2d", 11, 9, "There is a second since.", "Keep one"),
        ("since:15m", 7, 3, "since: A span", "Write -15m."),
        ("name:x since:last tuesday", 14, 4, "since: That is no time.", 'needs quotes: since:"last friday"'),
        ("name:x until:soon", 14, 4, "until: That is no time.", "2026-10-01"),
        ("since:-1d until:-2d", 17, 3, "since is later than until.", "Exchange"),
        ("until:-2d since:-1d", 17, 3, "since is later than until.", "Exchange"),
        ("since:2026-10-02 until:2026-10-01", 24, 10, "since is later than until.", "Exchange"),
        ("until:-60d", 7, 4, "until lies before the last 30 days", "since:all"),
    ],
)
def test_a_mistake_is_pointed_at_with_its_fix(text: str, column: int, length: int, message: str, advice: str) -> None:
    with pytest.raises(FilterMistake) as mistake:
        parse_filter(text)
    assert (mistake.value.column, mistake.value.length) == (column, length)
    assert message in str(mistake.value)
    assert advice in mistake.value.advice


@pytest.mark.parametrize("text", ['"AND"', "text:OR", "and", "Not", "ANDROID", '"NOT"'])
def test_a_word_like_an_operator_is_a_text_where_it_is_none(text: str) -> None:
    looked_for = text.removeprefix("text:").strip('"')
    assert parse_filter(f"name:x {text}").texts.included == (looked_for,)
    assert parse_filter(write_filter(parse_filter(text))) == parse_filter(text)


def test_the_order_of_since_and_until_in_the_text_does_not_matter() -> None:
    assert parse_filter("until:-60d since:all") == parse_filter("since:all until:-60d")


def test_one_day_lies_between_a_since_and_an_until_of_the_same_date() -> None:
    time = parse_filter("since:2026-10-01 until:2026-10-01").time
    assert time.matches(datetime(2026, 10, 1, tzinfo=UTC))
    assert time.matches(datetime(2026, 10, 1, 23, 59, 59, 999999, tzinfo=UTC))
    assert not time.matches(datetime(2026, 10, 2, tzinfo=UTC))


def test_a_message_never_holds_what_a_terminal_would_obey() -> None:
    with pytest.raises(FilterMistake) as mistake:
        parse_filter("\x1b]52;c;x\x07:x")
    assert str(mistake.value) == "There is no such field."
    with pytest.raises(FilterMistake) as mistake:
        parse_filter("-\x1b[31m")
    assert "\x1b" not in mistake.value.advice


def test_a_huge_text_is_read_in_a_moment() -> None:
    values = tuple(str(number) for number in range(20_000))
    many = EventFilter(entity_ids=Choice(included=values), trace_ids=Choice(included=('"' * 1_000_000,)))
    assert parse_filter(write_filter(many)) == many


@pytest.mark.parametrize(
    ("text", "patterns"),
    [
        ("entity:cust*", ("cust*",)),
        ("entity:*", ("*",)),
        ('entity:"a \\* b*"', ("a * b\\*",)),
        ("entity:a\\*b", ("a\\\\*b",)),
        ('entity:"\\\\\\*"', ("\\\\*",)),
    ],
)
def test_a_bare_star_and_an_escaped_one_in_quotes_make_a_pattern(text: str, patterns: tuple[str, ...]) -> None:
    assert parse_filter(text).entity_ids == Choice(patterns=patterns)
    assert parse_filter(f"-{text}").entity_ids == Choice(excluded_patterns=patterns)


@pytest.mark.parametrize(
    ("text", "choice"),
    [
        ("payload.x:*", Choice(patterns=("*",))),
        ("-payload.x:*", Choice(excluded_patterns=("*",))),
        ("payload.x:Client.*", Choice(patterns=("Client.*",))),
        ('payload.x:"\\*"', Choice(patterns=("*",))),
        ('payload.x:"b*"', Choice(included=("b*",))),
    ],
)
def test_a_star_in_a_value_of_the_payload_makes_a_pattern(text: str, choice: Choice) -> None:
    event_filter = EventFilter(payload=(PayloadChoice(path=("x",), choice=choice),))
    assert parse_filter(text) == event_filter
    assert parse_filter(write_filter(event_filter)) == event_filter


def test_a_star_is_a_star_in_quotes_and_in_a_text() -> None:
    assert parse_filter('entity:"a*"').entity_ids == Choice(included=("a*",))
    assert write_filter(EventFilter(entity_ids=Choice(included=("a*",)))) == 'entity:"a*"'
    assert parse_filter('a* text:"\\*"') == EventFilter(texts=Choice(included=("a*", "\\*")))
    for pattern in ("no star", "a\\b*", "\\*"):
        with pytest.raises(ValueError, match="pattern"):
            Choice(patterns=(pattern,))
    with pytest.raises(ValueError, match="texts"):
        EventFilter(texts=Choice(patterns=("*",)))


@pytest.mark.parametrize(
    ("text", "numbers", "written"),
    [
        (">100", NumberRange(low=Decimal(100), excludes_end=True), ">100"),
        (">=1.50", NumberRange(low=Decimal("1.5")), ">=1.50"),
        ("<-3", NumberRange(high=Decimal(-3), excludes_end=True), "<-3"),
        ("<=1e3", NumberRange(high=Decimal(1000)), "<=1E+3"),
        ("10..20", NumberRange(low=Decimal(10), high=Decimal(20)), "10..20"),
        ("-1.5..-1.5", NumberRange(low=Decimal("-1.5"), high=Decimal("-1.5")), "-1.5..-1.5"),
        ("7..", NumberRange(low=Decimal(7)), ">=7"),
        ("..7", NumberRange(high=Decimal(7)), "<=7"),
    ],
)
def test_a_bare_value_of_the_payload_may_be_a_range_and_in_quotes_it_is_a_text(
    text: str, numbers: NumberRange, written: str
) -> None:
    assert parse_filter(f"payload.x:{text}").choice("payload.x") == Choice(ranges=(numbers,))
    assert parse_filter(f"-payload.x:{text}").choice("payload.x") == Choice(excluded_ranges=(numbers,))
    assert write_filter(parse_filter(f"payload.x:{text}")) == f"payload.x:{written}"
    quoted = f'payload.x:"{text}"'
    assert parse_filter(quoted).choice("payload.x") == Choice(included=(text,))
    assert write_filter(parse_filter(quoted)) == quoted


def test_what_only_looks_like_a_range_is_the_text_it_is() -> None:
    for text in ("a..b", "..", "1...2", "1..2..3", "1.2.3", "v1..2", "-", "5", "1_000..2"):
        assert parse_filter(f"payload.x:{text}").choice("payload.x") == Choice(included=(text,))
    assert parse_filter("entity:>5 text:1..2").entity_ids == Choice(included=(">5",))
    for choice in (
        Choice(ranges=(NumberRange(low=Decimal(1)),)),
        Choice(excluded_ranges=(NumberRange(low=Decimal(1)),)),
    ):
        with pytest.raises(ValueError, match="only payloads have ranges"):
            EventFilter(entity_ids=choice)
    with pytest.raises(ValueError, match="every number"):
        Choice(ranges=(NumberRange(low=Decimal(1)), NumberRange(high=Decimal(1))))


NOW = datetime(2026, 11, 25, 16, 30, tzinfo=UTC)  # a Wednesday


@pytest.mark.parametrize(
    ("text", "since", "until"),
    [
        ("since:yesterday", datetime(2026, 11, 24, tzinfo=UTC), None),
        ('since:"friday 14:00"', datetime(2026, 11, 20, 14, tzinfo=UTC), None),
        ("since:14:00", datetime(2026, 11, 25, 14, tzinfo=UTC), None),
        ("since:all until:yesterday", None, datetime(2026, 11, 24, 23, 59, 59, 999999, tzinfo=UTC)),
        ('since:all until:"today 10:04"', None, datetime(2026, 11, 25, 10, 4, 59, 999999, tzinfo=UTC)),
    ],
)
def test_days_and_times_of_day_are_counted_from_now(text: str, since: datetime | None, until: datetime | None) -> None:
    assert parse_filter(text, NOW) == EventFilter(time=TimeRange(since=since, until=until))
