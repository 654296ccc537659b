"""Fields of an event that no column has, found in the JSON documents of a table: a guess by the names of their keys."""

import re
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from itertools import islice

from ..json_path import Path, values_within, write_path
from .names import FIELD_NAMES

NEVER_IN_DOCUMENTS = ("id", "occurred_at", "event_name", "request")
"""Of a table these are left to columns."""

SPECIFIC = ("actor_ip_address", "trace_id")
"""Fields that the last key of a path names alone: what lies around `ip_address` makes no difference. Of the others only
names of several words count, since a document may have `email` or `name` of anything."""

LEAST_SHARE = 0.1
"""Of the documents, so many must have it."""

MOST_VALUES = 200
"""So many values of a document are looked at."""


def guess_paths(
    documents: Mapping[str, Sequence[str]], known: Collection[str], never: Collection[str] = NEVER_IN_DOCUMENTS
) -> dict[str, str]:
    """For fields that are not `known`, the path of the column and the keys where they stand. `documents` are by column
    some of the texts in it; `never` are fields that are not looked for there."""
    found: dict[str, str] = {}
    for column, texts in documents.items():
        counts = Counter(path for text in texts for path in _paths(text))
        likely = [path for path, count in counts.most_common() if count >= LEAST_SHARE * len(texts)]
        for field, names in FIELD_NAMES.items():
            if field in never or field in known or field in found:
                continue
            told = [name for name in names if "_" in name or field in SPECIFIC]
            path = next((path for name in told for path in likely if _is_called(column, path, name, field)), None)
            if path is not None:
                found[field] = write_path((column, *path))
    return found


def _paths(text: str) -> Collection[Path]:
    return dict.fromkeys(path for path, _ in islice(values_within(text), MOST_VALUES))


def _is_called(column: str, path: Path, name: str, field: str) -> bool:
    """Whether a name is that of the keys of a path, with the column or without, or of the last of them.

    `user.email` is `user_email`.
    """
    wanted, keys = _plain(name), _plain("".join(path))
    if wanted in (keys, _plain(column) + keys):
        return True
    return field in SPECIFIC and len(path) > 1 and _plain(path[-1]) == wanted


def _plain(text: str) -> str:
    return re.sub("[^a-z0-9]", "", text.lower())
