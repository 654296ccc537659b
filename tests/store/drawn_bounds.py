"""The numbers by which a log decides how a question is asked, drawn so small that few events reach every way."""

import pytest
from hypothesis import strategies as st

BOUNDS = {
    "store.sides.MANY_BRANCHES": [0, 2_000],
    "store.owners.OWNER_EVENTS": [1, 4, 20],
    "store.reference_lookup.OWNER_EVENTS": [1, 4, 20],
    "store.sides.MANY_EVENTS": [0, 3, 10_000],
    "store.remainder.MANY_EVENTS": [0, 10_000],
    "store.remainder.ROUNDS": [(), (1,), (1, 8)],
    "store.combination_cache.DENSE": [0.0, 0.1, 1.0],
    "store.search.WINDOW": [2, 4_000],
    "store.search.INDEX_WINDOW": [2, 500],
    "store.owners.LOOKED_AT_EVERY": [1, 3],
}


def draw_bounds(monkeypatch: pytest.MonkeyPatch, data: st.DataObject) -> None:
    """Set each of them to one that is drawn."""
    for name, values in BOUNDS.items():
        monkeypatch.setattr(name, data.draw(st.sampled_from(values), label=name))
