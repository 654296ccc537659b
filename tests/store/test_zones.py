"""What a time zone's clocks show of one hour or minute is equally far from UTC, and where they change is known."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from store.time_keys import HOUR
from store.zones import MINUTE, is_steady, unit_of


@pytest.mark.parametrize(
    ("name", "unit"),
    [
        ("Europe/Berlin", HOUR),
        ("America/New_York", HOUR),
        ("Africa/Casablanca", HOUR),
        ("Asia/Kolkata", MINUTE),
        ("Asia/Kathmandu", MINUTE),
        ("Australia/Lord_Howe", MINUTE),
        ("America/Goose_Bay", MINUTE),
        ("Asia/Bishkek", MINUTE),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_zone_is_counted_by_the_hour_where_it_changes_by_whole_hours_at_whole_hours(name: str, unit: int) -> None:
    assert unit_of(ZoneInfo(name)) == unit


def test_two_days_around_a_change_of_the_clocks_a_zone_is_not_steady() -> None:
    change = datetime(2026, 3, 29, 1, tzinfo=UTC)
    berlin = ZoneInfo("Europe/Berlin")
    for hours, is_known in ((-60, True), (-47, False), (0, False), (47, False), (60, True)):
        assert is_steady(berlin, change + timedelta(hours=hours)) is is_known
    assert not is_steady(berlin, datetime.max.replace(tzinfo=UTC))
