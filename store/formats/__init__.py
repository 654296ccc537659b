"""Log formats that can be read, one module each."""

from .jsonl import parse_line, read_events, write_line

__all__ = ["parse_line", "read_events", "write_line"]
