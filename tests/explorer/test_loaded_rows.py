"""The part of a long list that is in memory."""

from explorer.widgets.loaded_rows import PAGE_SIZE, PAGES_KEPT, LoadedRows, Missing
from store import Count, EventPage
from tests.builders import make_event


def page_of(first: int, size: int = PAGE_SIZE, *, has_older: bool = True) -> EventPage:
    return EventPage(
        events=tuple(make_event(-number) for number in range(first, first + size)),
        has_newer=first > 0,
        has_older=has_older,
    )


def test_rows_are_found_by_their_ordinal() -> None:
    rows = LoadedRows()
    rows.put(PAGE_SIZE, page_of(PAGE_SIZE))
    assert rows.row(PAGE_SIZE + 3).id == f"event-{-(PAGE_SIZE + 3)}"
    assert rows.row(3) is None


def test_the_end_is_only_known_from_a_page_without_older_rows() -> None:
    rows = LoadedRows()
    rows.put(0, page_of(0))
    assert (rows.end, rows.end_is_known) == (PAGE_SIZE + 1, False)
    rows.put(PAGE_SIZE, page_of(PAGE_SIZE, 10, has_older=False))
    assert (rows.end, rows.end_is_known) == (PAGE_SIZE + 10, True)


def test_a_missing_page_is_reached_from_the_event_beside_it() -> None:
    rows = LoadedRows()
    rows.set_end(10 * PAGE_SIZE)
    rows.put(0, page_of(0))
    rows.put(3 * PAGE_SIZE, page_of(3 * PAGE_SIZE))
    assert rows.first_missing(0, PAGE_SIZE) == Missing(PAGE_SIZE, rows.row(PAGE_SIZE - 1), "older")
    assert rows.first_missing(2 * PAGE_SIZE, 3 * PAGE_SIZE) == Missing(2 * PAGE_SIZE, rows.row(3 * PAGE_SIZE), "newer")


def test_a_missing_page_with_no_neighbour_is_reached_by_its_ordinal() -> None:
    rows = LoadedRows()
    rows.set_end(10 * PAGE_SIZE)
    assert rows.first_missing(5 * PAGE_SIZE + 7, 5 * PAGE_SIZE + 9) == Missing(5 * PAGE_SIZE, None, "older")


def test_nothing_is_missing_beyond_the_ends() -> None:
    rows = LoadedRows()
    rows.put(0, page_of(0, 5, has_older=False))
    assert rows.first_missing(-20, 400) is None
    assert LoadedRows().first_missing(0, 50) is None


def test_memory_holds_a_bounded_number_of_pages_and_forgets_the_least_recently_seen() -> None:
    rows = LoadedRows()
    for number in range(PAGES_KEPT):
        rows.put(number * PAGE_SIZE, page_of(number * PAGE_SIZE))
    assert rows.first_missing(0, 1) is None
    rows.put(PAGES_KEPT * PAGE_SIZE, page_of(PAGES_KEPT * PAGE_SIZE))
    assert rows.row(0) is not None
    assert rows.row(PAGE_SIZE) is None


def test_a_list_that_grew_since_its_oldest_row_was_read_has_no_row_behind_that() -> None:
    rows = LoadedRows()
    rows.put(0, page_of(0))
    rows.put(PAGE_SIZE, page_of(PAGE_SIZE, has_older=False))
    assert rows.set_end(2 * PAGE_SIZE + 3) == 0
    assert rows.end == 2 * PAGE_SIZE
    rows.set_end(2 * PAGE_SIZE - 1)
    assert rows.end == 2 * PAGE_SIZE - 1


def test_rows_that_are_numbered_from_the_oldest_get_their_numbers_once_the_end_is_known() -> None:
    rows, room = LoadedRows(), 50 * PAGE_SIZE
    rows.put(room - PAGE_SIZE, page_of(room - PAGE_SIZE, has_older=False))
    rows.number_from_oldest(PAGE_SIZE + 7)
    assert rows.found == Count(number=PAGE_SIZE + 7, exact=False)
    rows.put(room - 2 * PAGE_SIZE, page_of(room - 2 * PAGE_SIZE))
    assert rows.name(room - 3) == "row 3 from the oldest"
    assert rows.found == Count(number=2 * PAGE_SIZE, exact=False)
    oldest = rows.row(room - 1)
    total = 20 * PAGE_SIZE + 5
    assert rows.set_end(total) == total - room
    assert rows.row(total - 1) == oldest
    assert rows.name(total - 1) == f"row {total:,}"
    assert [rows.row(ordinal) is None for ordinal in (19 * PAGE_SIZE - 1, 19 * PAGE_SIZE)] == [True, False]
    assert rows.found == Count(number=total, exact=True)
    assert rows.first_missing(18 * PAGE_SIZE, total) == Missing(18 * PAGE_SIZE, rows.row(19 * PAGE_SIZE), "newer")
