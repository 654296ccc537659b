"""Notices: a command in an advice ends where its line ends, and no sentence runs into the next."""

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
    banner = notices.problem_banner(EMPTY).plain
    assert banner == f"log.db is empty. The rows are those read before; ctrl+r reads again. Put events in it: {IMPORT}"
