"""Notices when different events carry one id: then the id is none, and all but the first would get lost."""

from ..plain_event import PlainEvent

MOST_IDS = 100_000
"""Ids that are remembered, so that memory stays flat: a field that is no id shows it long before."""


class IdWatch:
    """Counts, over the first events it is shown, those whose id an earlier one with other contents has."""

    def __init__(self, most: int = MOST_IDS) -> None:
        self.clashes = 0
        self.example = ""
        self._most = most
        self._contents: dict[int, int] = {}

    def show(self, event: PlainEvent) -> None:
        """Look at the next event."""
        key = hash(event.id)
        known = self._contents.get(key)
        if known is None:
            if len(self._contents) < self._most:
                self._contents[key] = _content(event)
        elif known != _content(event):
            self.clashes += 1
            self.example = self.example or event.id


def _content(event: PlainEvent) -> int:
    return hash((event.occurred_at, event.event_name, event.payload))
