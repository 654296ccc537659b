"""What a check of a log found: sentences that say what is wrong, what can be repaired, and what to do."""

from collections import Counter
from collections.abc import Collection
from typing import Literal

from .event import Text
from .value import Value

Kind = Literal[
    "page",
    "version",
    "cell",
    "combination",
    "descent",
    "arrival",
    "note",
    "reference",
    "word",
    "unknown combination",
    "unknown actor",
    "changed actor",
    "missing detail",
    "stray detail",
    "unreadable id",
    "unreadable",
    "repeated id",
    "contradiction",
]

MOST_TOLD = 10
"""So many findings of one kind are told one by one, further ones are counted."""

COUNTED: tuple[Kind, ...] = ("cell", "combination", "descent", "arrival", "note", "reference", "word")
"""The kinds that are derived from the events and can be counted and noted anew."""

REPAIRABLE: tuple[Kind, ...] = ("version", *COUNTED)

_REPAIR = "To count it anew from the events: activity check --repair DATABASE"
_IMPORT_AGAIN = "Import the events again into a new database: activity import FILE --into DATABASE"
_ADVICE: dict[Kind, str] = {
    "page": f"The file is damaged. {_IMPORT_AGAIN}",
    "version": _REPAIR,
    "cell": _REPAIR,
    "combination": _REPAIR,
    "descent": _REPAIR,
    "arrival": _REPAIR,
    "note": _REPAIR,
    "reference": _REPAIR,
    "word": _REPAIR,
    "unknown combination": f"What these events are is lost. {_IMPORT_AGAIN}",
    "unknown actor": f"Who triggered these events is lost. {_IMPORT_AGAIN}",
    "changed actor": f"Who triggered the events of this one may be somebody else. {_IMPORT_AGAIN}",
    "missing detail": f"These events cannot be shown. {_IMPORT_AGAIN}",
    "unreadable id": f"No link leads to these events. {_IMPORT_AGAIN}",
    "unreadable": f"What cannot be read is lost. {_IMPORT_AGAIN}",
    "contradiction": f"Which of it is true is lost. {_IMPORT_AGAIN}",
    "repeated id": f"A link leads to one of these events only. {_IMPORT_AGAIN}",
    "stray detail": f"Their events are lost. {_IMPORT_AGAIN}",
}


class Finding(Value):
    """Something in a log that does not fit its events, or how much more of one kind there is."""

    kind: Kind
    sentence: Text

    @property
    def is_repairable(self) -> bool:
        return self.kind in REPAIRABLE


class CheckReport(Value):
    """What a check found in a log of so many events, and whether what can be repaired was repaired."""

    events: int
    findings: tuple[Finding, ...] = ()
    is_repaired: bool = False

    @property
    def remaining(self) -> tuple[Finding, ...]:
        """What is still wrong after the check."""
        return tuple(one for one in self.findings if not (self.is_repaired and one.is_repairable))

    @property
    def advice(self) -> tuple[str, ...]:
        """What to do about what is still wrong, each advice once."""
        return tuple(dict.fromkeys(_ADVICE[one.kind] for one in self.remaining))


class Findings:
    """Gathers findings: the first of each kind as sentences, the others as a number."""

    def __init__(self) -> None:
        self._told: list[Finding] = []
        self._numbers: Counter[Kind] = Counter()

    def add(self, kind: Kind, sentence: str) -> None:
        """One finding more."""
        if self._numbers[kind] < MOST_TOLD:
            self._told.append(Finding(kind=kind, sentence=sentence))
        self._numbers[kind] += 1

    def add_untold(self, kind: Kind, number: int) -> None:
        """Findings of which only the number is known; those that are told were added before."""
        self._numbers[kind] += number

    def has(self, *kinds: Kind) -> bool:
        """Whether there is any finding of these kinds."""
        return any(self._numbers[kind] for kind in kinds)

    @property
    def kinds(self) -> Collection[Kind]:
        """The kinds of which there is any."""
        return [kind for kind, number in self._numbers.items() if number]

    def all(self) -> tuple[Finding, ...]:
        """The findings by kind, each kind followed by how many more there are."""
        found: list[Finding] = []
        for kind, number in self._numbers.items():
            told = [one for one in self._told if one.kind == kind]
            found += told
            if number > len(told):
                found.append(Finding(kind=kind, sentence=f"{number - len(told):,} more of this kind: {kind}."))
        return tuple(found)
