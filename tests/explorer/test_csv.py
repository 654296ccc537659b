"""Lines of CSV, held against the module `csv`."""

import csv
import io

from hypothesis import given
from hypothesis import strategies as st

from explorer.export.csv import csv_lines

CELLS = st.text(st.sampled_from("\",\r\n' a\u2028")) | st.text()


@given(st.lists(st.lists(CELLS, min_size=1), max_size=4))
def test_rows_are_written_as_the_module_csv_does(rows: list[list[str]]) -> None:
    expected = io.StringIO(newline="")
    csv.writer(expected).writerows(rows)
    assert csv_lines(rows).decode() == expected.getvalue()
