"""Where the user has been: the way back out of what was narrowed, and every change of the filter, undone and redone."""

from __future__ import annotations

from typing import NamedTuple

from .landing import Place

MOST_STEPS = 200


class Step(NamedTuple):
    """A place, and the places to which Escape led from it, the last one first to go to."""

    place: Place
    ways_back: tuple[Place, ...]


class Trail(NamedTuple):
    """`ways_back` are the places to which Escape leads; `undoable` and `redoable` those of undo and redo, nearest last.

    A value: each method gives another trail, and where it leads together with a place. `here` is where the user is.
    """

    ways_back: tuple[Place, ...] = ()
    undoable: tuple[Step, ...] = ()
    redoable: tuple[Step, ...] = ()

    def changed(self, here: Place) -> Trail:
        """Another filter is shown from now on."""
        return Trail(self.ways_back, self._with_undoable(here))

    def narrowed(self, here: Place) -> Trail:
        """Less is shown from now on, and Escape leads back `here`."""
        return Trail((*self.ways_back, here)[-MOST_STEPS:], self._with_undoable(here))

    def cleared(self, here: Place) -> Trail:
        """Everything is shown from now on, and Escape leads nowhere."""
        return Trail((), self._with_undoable(here))

    def left(self, here: Place) -> tuple[Place, Trail] | None:
        """Back to where the user was before narrowing, None when that is nowhere.

        All that was done since is undone by it, the narrowing too: undoing again leads to what was before that, and not
        into what was just left; redoing does.
        """
        if not self.ways_back:
            return None
        back, ways_back = self.ways_back[-1], self.ways_back[:-1]
        place, trail = here, self
        while (way := trail.undone(place)) is not None:
            place, trail = way
            if (place, trail.ways_back[1 - MOST_STEPS :]) == (back, ways_back):
                return place, trail
        return back, Trail(ways_back)  # so much was done since that the narrowing is forgotten

    def undone(self, here: Place) -> tuple[Place, Trail] | None:
        """Back to before the last change, None when there was none."""
        if not self.undoable:
            return None
        place, ways_back = self.undoable[-1]
        return place, Trail(ways_back, self.undoable[:-1], (*self.redoable, Step(here, self.ways_back)))

    def redone(self, here: Place) -> tuple[Place, Trail] | None:
        """On to after the change undone last, None when there is none."""
        if not self.redoable:
            return None
        place, ways_back = self.redoable[-1]
        return place, Trail(ways_back, self._with_undoable(here), self.redoable[:-1])

    def _with_undoable(self, here: Place) -> tuple[Step, ...]:
        return (*self.undoable, Step(here, self.ways_back))[-MOST_STEPS:]
