"""Lines of CSV, held against the module `csv`, and the times in them."""

import csv
import io
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from explorer.export.columns import columns_of
from explorer.export.csv import csv_lines
from tests.builders import make_event

CELLS = st.text(st.sampled_from("\",\r\n' a\u2028")) | st.text()


@given(st.lists(st.lists(CELLS, min_size=1), max_size=4))
def test_rows_are_written_as_the_module_csv_does(rows: list[list[str]]) -> None:
    expected = io.StringIO(newline="")
    csv.writer(expected).writerows(rows)
    assert csv_lines(rows).decode() == expected.getvalue()


@given(st.datetimes(timezones=st.just(UTC)))
def test_times_are_written_as_iso_8601_in_utc(time: datetime) -> None:
    (column,) = columns_of(["occurred_at"], None)
    assert column.cell(make_event(1, occurred_at=time)) == time.isoformat().replace("+00:00", "Z")
