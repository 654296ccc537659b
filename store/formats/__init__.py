"""Log formats that can be read, one module each, and the way from a file of unknown format to its events.

A name is loaded when it is first used: what writes JSON Lines does not need the formats of others.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ..records.record import Rejected
    from .catalogue import FORMATS, format_named
    from .format import Format
    from .id_watch import IdWatch
    from .jsonl import parse_line
    from .map_file import read_map
    from .mapping import told_fields
    from .proposed_map import ProposedMap, propose_map
    from .reading import Found, LogSource, open_log, parse_id_paths
    from .written_line import write_line

__all__ = [
    "FORMATS",
    "Format",
    "Found",
    "IdWatch",
    "LogSource",
    "ProposedMap",
    "Rejected",
    "format_named",
    "open_log",
    "parse_id_paths",
    "parse_line",
    "propose_map",
    "read_map",
    "told_fields",
    "write_line",
]

_HOME_OF = {
    "FORMATS": "catalogue",
    "Format": "format",
    "Found": "reading",
    "IdWatch": "id_watch",
    "LogSource": "reading",
    "ProposedMap": "proposed_map",
    "Rejected": ".records.record",
    "format_named": "catalogue",
    "open_log": "reading",
    "parse_id_paths": "reading",
    "parse_line": "jsonl",
    "propose_map": "proposed_map",
    "read_map": "map_file",
    "told_fields": "mapping",
    "write_line": "written_line",
}


def __getattr__(name: str) -> object:
    if name not in _HOME_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f".{_HOME_OF[name]}", __name__), name)
    globals()[name] = value
    return value
