"""The columns of the table and what stands in them."""

from datetime import UTC

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from explorer.display import visible
from explorer.time_zone import named_zone
from explorer.widgets.table_columns import Columns, cells, fit, header
from store import Actor, Entity
from tests.builders import make_event


@given(st.integers(60, 400))
def test_columns_fill_the_width_exactly(width: int) -> None:
    columns = Columns.fitting(width)
    mark_sign_and_gaps = 6 + (1 if columns.trace else 0)
    assert sum(columns) + mark_sign_and_gaps == width


@given(st.text(), st.integers(0, 40))
def test_a_text_is_fitted_to_exactly_its_width(text: str, width: int) -> None:
    assert cell_len(fit(visible(text), width)) == width


def test_a_cut_text_says_so() -> None:
    assert fit("Subscription created", 10) == "Subscript…"
    assert fit("订阅已创建", 5) == "订阅…"
    assert fit("Plan", 6) == "Plan  "


def test_narrow_tables_leave_out_the_trace_and_fractions_of_seconds() -> None:
    event = make_event(trace_id="c1f4a9d2-6b0e", entity=Entity(type="CUSTOMER", id="c-1"), actor=Actor(type="SYSTEM"))
    assert cells(event, Columns.fitting(79), UTC).time == "2026-11-20 12:00:00"
    assert cells(event, Columns.fitting(79), UTC).trace == ""
    assert cells(event, Columns.fitting(120), UTC).time == "2026-11-20 12:00:00.000"
    assert cells(event, Columns.fitting(120), UTC).trace == "c1f4a9d…"


@pytest.mark.parametrize(
    ("zone", "wide", "narrow"),
    [
        ("UTC", "Time (UTC)", "Time (UTC)"),
        ("local", "Time (local)", "Time (local)"),
        ("Europe/Berlin", "Time (Europe/Berlin)", "Time (Berlin)"),
        ("America/Argentina/Buenos_Aires", "Time (Buenos_Aires)", "Time (Buenos_Aires)"),
        ("America/North_Dakota/New_Salem", "Time (New_Salem)", "Time (New_Salem)"),
        ("Antarctica/DumontDUrville", "Time (DumontDUrville)", "Time (DumontDUrvil…"),
    ],
)
def test_the_header_names_the_time_zone(zone: str, wide: str, narrow: str) -> None:
    assert header(Columns.fitting(120), named_zone(zone)).time.rstrip() == wide
    assert header(Columns.fitting(79), named_zone(zone)).time.rstrip() == narrow
