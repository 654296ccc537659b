"""JSON documents for tests: any values, written with any white space and any escapes."""

import json

from hypothesis import strategies as st

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner, max_size=4),
    max_leaves=12,
)


def _written(value: object, indent: int | None, is_ascii: bool) -> str:
    return json.dumps(value, indent=indent, ensure_ascii=is_ascii)


DOCUMENTS = st.builds(_written, VALUES, st.none() | st.integers(0, 2), st.booleans())
OBJECTS = st.builds(
    _written,
    st.dictionaries(st.text(max_size=4), VALUES, max_size=5),
    st.none() | st.integers(0, 2),
    st.booleans(),
)
