"""The known event names, entity types and actor types: their labels, their spellings, and the kind of change they tell.

Sources invent new names several times a year. An unknown one works like a known one, as the text it is.
"""

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Literal, NamedTuple

from .event_names import ALSO, ROWS
from .pattern import fits

Kind = Literal["created", "changed", "ended", "warning", "failure", "job"]

_ENDINGS: dict[Kind, str] = {
    "created": "created granted started published unarchived un_archived",
    "changed": "updated rotated changed migrated converted reported",
    "ended": "deleted archived canceled revoked voided expired depleted",
    "warning": "ends_soon low exceeded",
    "failure": "failed denied",
    "job": "triggered resync completed attempted requested viewed",
}
_KIND_OF_ENDING = {ending: kind for kind, endings in _ENDINGS.items() for ending in endings.split()}
_ENDING = re.compile(rf"(?:^|_)({'|'.join(_KIND_OF_ENDING)})(?:_old)?$")
_LONGEST = 200
"""No spelling comes near so many characters: a longer text is none, and needs no folding."""


class Term(NamedTuple):
    """A known value: as stored, as a label, dotted as webhooks write it, and other labels that people use for it.

    With `names_platform` the label is true of the platform alone, which stores the value in just this spelling.
    """

    stored: str
    label: str
    dotted: str | None = None
    also: tuple[str, ...] = ()
    names_platform: bool = False

    @property
    def spellings(self) -> tuple[str, ...]:
        return (self.stored, self.label) if self.dotted is None else (self.stored, self.label, self.dotted)


class Vocabulary:
    """The known values of one field. Texts are compared without regard to case, spaces, `_`, `-` and `.`."""

    def __init__(self, terms: Iterable[Term]) -> None:
        self.terms = tuple(terms)
        self._of_word: dict[str, frozenset[Term]] = {}
        self._of_stored: dict[str, tuple[Term, ...]] = {}
        by_rank: tuple[dict[str, tuple[Term, ...]], ...] = ({}, {}, {})
        for term in self.terms:
            for spelling in (*term.spellings, *term.also):
                folded = _folded(spelling)
                self._of_word[folded] = self._of_word.get(folded, frozenset()) | {term}
            for found, spelling in zip(by_rank, (term.stored, term.dotted or term.stored, term.label), strict=True):
                folded = _folded(spelling)
                found[folded] = (*found.get(folded, ()), term)
        for found in reversed(by_rank):
            self._of_stored.update(found)

    def label(self, stored: str) -> str:
        """The label of a known value in any spelling, else the text itself.

        A label that names the platform is only for what is spelled as the platform stores it: any other log may have
        users, and they are users of something else.
        """
        known = self._known(stored)
        if not known or (known[0].names_platform and stored != known[0].stored):
            return stored
        return known[0].label

    def kind(self, stored: str) -> Kind | None:
        """What kind of change an event name tells, by its last word. None when that says nothing."""
        known = self._known(stored)
        text = (known[0].stored if known else stored)[-_LONGEST:]
        words = re.sub(r"[\s.-]|(?<=[a-z0-9])(?=[A-Z])", "_", text).lower()
        ending = _ENDING.search(words)
        return _KIND_OF_ENDING[ending[1]] if ending else None

    def spellings(self, stored: str) -> tuple[str, ...]:
        """Every spelling of a known value: as stored, label, dotted if it has one. Else just the text."""
        known = self._known(stored)
        return tuple(dict.fromkeys(text for term in known for text in term.spellings)) or (stored,)

    def matches(self, word: str, stored: str | None) -> bool:
        """Whether a filter's word means the stored text.

        A word means every term that it spells: `system` both SYSTEM and SCHEDULER, whose labels are "System";
        `scheduler` only the second. A stored text is one term: by its stored spelling, else dotted, else label.
        """
        if stored is None:
            return False
        if word.casefold() == stored.casefold():
            return True
        known = self._known(stored)
        return bool(known) and not self._of_word.get(_folded(word), frozenset()).isdisjoint(known)

    def stored_meanings(self, word: str) -> frozenset[str]:
        """The known stored texts that a filter's word means, each in lower case without blanks, `_`, `-` and `.`.

        Beside these it means every text that differs from it in case alone.
        """
        meant = self._of_word.get(_folded(word), frozenset())
        return frozenset(text for text, terms in self._of_stored.items() if not meant.isdisjoint(terms))

    def stored_with(self, part: str) -> frozenset[str]:
        """The known stored texts of which a spelling holds `part`, A-Z like a-z, written in the same way."""
        small = part.lower()
        return frozenset(
            text
            for text, terms in self._of_stored.items()
            if any(small in spelling.lower() for term in terms for spelling in term.spellings)
        )

    def fits(self, parts: Sequence[str], stored: str | None) -> bool:
        """Whether a spelling of the stored text is these pieces of a pattern with anything between them.

        Case does not count, and blanks, `_`, `-` and `.` are the same.
        """
        if stored is None:
            return False
        like = [_likened(part) for part in parts]
        return any(fits(like, _likened(spelling)) for spelling in (stored, *self.spellings(stored)))

    def word(self, stored: str) -> str:
        """The nicest word for a filter that shows this stored value: `subscription.created`, `customer`, `system`."""
        known = self._known(stored)
        return known[0].dotted or known[0].stored.lower() if len(known) == 1 else stored

    def _known(self, stored: str) -> tuple[Term, ...]:
        return self._of_stored.get(_folded(stored), ())


@lru_cache(maxsize=8192)
def _likened(text: str) -> str:
    return re.sub(r"[\s_-]", ".", text.casefold())


def _folded(text: str) -> str:
    return _folded_short(text) if len(text) <= _LONGEST else text


@lru_cache(maxsize=8192)
def _folded_short(text: str) -> str:
    return re.sub(r"[\s_.-]", "", text.casefold())


EVENT_NAMES = Vocabulary(
    Term(stored, label, dotted, (ALSO[stored],) if stored in ALSO else ()) for stored, label, dotted in ROWS
)
"""What happened."""

ENTITY_TYPES = Vocabulary(
    (
        Term("CUSTOMER", "Customer"),
        Term("SUBSCRIPTION", "Subscription"),
        Term("PLAN", "Plan"),
        Term("ADDON", "Add-on"),
        Term("PACKAGE", "Package"),
        Term("PACKAGE_GROUP", "Package group", also=("Add-on group",)),
        Term("PRODUCT", "Product"),
        Term("FEATURE", "Feature"),
        Term("FEATURE_GROUP", "Feature group"),
        Term("COUPON", "Coupon"),
        Term("ENTITLEMENT", "Entitlement"),
        Term("PROMOTIONAL_ENTITLEMENT", "Promotional entitlement"),
        Term("MEASUREMENT", "Usage measurement"),
        Term("CREDIT", "Credit"),
        Term("CUSTOM_CURRENCY", "Credit type"),
        Term("IMPORT", "Import task"),
    )
)
"""What it happened to."""

ACTOR_TYPES = Vocabulary(
    (
        Term("USER", "Stigg application", names_platform=True),
        Term("SERVICE", "Service key"),
        Term("APP_SERVER", "Backend SDK"),
        Term("SCOPED_KEY", "Scoped API key"),
        Term("APP_PUBLIC", "Frontend SDK"),
        Term("APP_CUSTOMER", "Frontend SDK"),
        Term("SALESFORCE", "Salesforce"),
        Term("STRIPE", "Stripe"),
        Term("AWS", "AWS Marketplace"),
        Term("IMPORT", "Import process"),
        Term("MIGRATION", "Subscription migration"),
        Term("SCHEDULER", "System"),
        Term("SYSTEM", "System"),
        Term("WORKFLOW", "Workflow"),
        Term("SUPPORT", "Stigg support", names_platform=True),
    )
)
"""Who or what triggered it."""
