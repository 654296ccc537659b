"""Log formats that can be read, one module each."""

from .jsonl import parse_line, read_events
from .written_line import write_line

__all__ = ["parse_line", "read_events", "write_line"]
