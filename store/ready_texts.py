"""`python -m store.ready_texts` writes the texts of the statements with which every start begins, for SQLite.

They are never edited: SQL has its one source in `statements` and `count_statements`, and a test compiles them anew.
"""

import json
import re
from collections.abc import Mapping

from sqlalchemy import select
from sqlalchemy.dialects.sqlite import dialect

from .compiled import Built
from .conditions import Plan
from .count_statements import select_counts
from .dialect import SQLITE
from .early_repository import READY_TEXTS
from .parts import parts_of
from .schema import combination, meta
from .statements import select_page


def ready_texts() -> str:
    """What the file must hold: each text line by line."""
    statements: Mapping[str, Built] = {
        "meta": select(meta),
        "combinations": select(combination),
        "newest_page": select_page(SQLITE, Plan(), "older", beyond=False).statement,
        "count": select_counts(SQLITE, parts_of(Plan(), {})).statement,
    }
    return json.dumps({name: _text(statement).splitlines() for name, statement in statements.items()}, indent=1) + "\n"


def _text(statement: Built) -> str:
    """The text of a statement, with names for what it is asked with and the numbers of all else in it."""
    compiled = statement.compile(dialect=dialect(paramstyle="named"))
    constants = {name: value for name, value in compiled.params.items() if value is not None}
    return re.sub(r":(\w+)", lambda found: str(constants.get(found[1], found[0])), str(compiled))


if __name__ == "__main__":
    READY_TEXTS.write_text(ready_texts())
