"""Notices: a command in an advice ends where its line ends, and no sentence runs into the next."""

from datetime import UTC, datetime

from explorer import notices
from store import SchemaMissing

IMPORT = "activity import FILE --into DATABASE"
EMPTY = SchemaMissing("log.db is empty.", f"Put events in it: {IMPORT}")


def test_each_next_step_of_a_problem_has_a_line_of_its_own() -> None:
    lines = notices.problem(EMPTY, "log.db").plain.splitlines()
    assert lines[-2:] == [f"→ Put events in it: {IMPORT}", "→ Press ctrl+r to try again."]
    assert notices.problem(SchemaMissing("No."), "log.db").plain.splitlines()[-2:] == [
        "",
        "→ Press ctrl+r to try again.",
    ]


def test_in_a_banner_a_command_comes_last() -> None:
    read_at = datetime(2026, 11, 21, 12, 4, 11, 5, tzinfo=UTC)
    banner = notices.problem_banner(EMPTY, read_at, UTC, None).plain
    assert banner.startswith("log.db is empty. Rows as of 2026-11-21 12:04:11 UTC. ctrl+r reads again. ")
    assert banner.endswith(f" Put events in it: {IMPORT}")
    banner = notices.problem_banner(EMPTY, read_at, UTC, 2.0).plain
    assert " 12:04:11 UTC. It is tried again within 2 seconds; ctrl+r tries at once. Put " in banner


def test_events_are_said_to_be_all_only_where_none_can_be_missed() -> None:
    assert notices.came_in(2, misses_none=True).plain.endswith(" 2 events came in meanwhile, and none is missing.")
    assert notices.came_in(2, misses_none=False).plain == "The log answers again. 2 events came in meanwhile."
