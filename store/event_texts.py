"""What a free text is looked for in: which texts an event has, and how they are compared."""

from collections.abc import Iterator
from functools import lru_cache

from .event import Actor, Entity, Event
from .vocabulary import EVENT_NAMES

SLICE = 500_000
"""Characters of a text that are looked through at once. All of 20 MB keep every other thread waiting for 50 ms."""


def folded(text: str) -> bytes:
    """A text for comparing: equal and contained where the text is, with A-Z like a-z and nothing else alike."""
    return text.encode("utf-8", "surrogatepass").lower()


def names_of(
    event_name: str, entity_type: str | None, actor_type: str | None, environment: str | None
) -> Iterator[str | None]:
    """The texts that a combination of values decides: the event name has those of its spellings, too."""
    yield event_name
    yield from EVENT_NAMES.spellings(event_name)
    yield from (entity_type, actor_type, environment)


def texts_of(event: Event) -> Iterator[str | None]:
    """Every text of an event that is searched, None where a part is absent."""
    entity, actor = event.entity or _NO_ENTITY, event.actor or _NO_ACTOR
    yield from names_of(event.event_name, entity.type, actor.type, event.environment)
    yield from (event.id, event.trace_id, event.parent_entity_id, entity.id, entity.name)
    yield from (actor.id, actor.name, actor.email, actor.ip_address, actor.more)
    yield from (event.payload, event.request)


class FoldedTexts:
    """The texts of one event, made ready for looking up several words in them."""

    def __init__(self, texts: Iterator[str | None]) -> None:
        self._texts: list[bytes] = []
        self._long: list[str] = []
        for text in texts:
            if text is not None and len(text) > SLICE:
                self._long.append(text)
            elif text is not None:
                self._texts.append(folded(text))

    def hold(self, word: str) -> bool:
        """Whether the word occurs in one of the texts."""
        wanted = _folded_word(word)
        return any(wanted in text for text in self._texts) or any(
            wanted in text for long in self._long for text in _slices(long, len(word))
        )


def _slices(text: str, overlap: int) -> Iterator[bytes]:
    """A long text folded, in parts that share so many characters that whatever is no longer is whole in one of them."""
    for start in range(0, len(text), SLICE):
        yield folded(text[start : start + SLICE + overlap])


_NO_ENTITY, _NO_ACTOR = Entity(), Actor()
_folded_word = lru_cache(maxsize=64)(folded)
