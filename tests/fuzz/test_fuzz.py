"""Whatever is written in a filter, a link, a setting, a map or a log: a result, or an error of ours."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.fuzz.mutations import PARTS, Mutation, mutated
from tests.fuzz.targets import TARGETS

EXAMPLES = {"log": 60, "settings": 60, "map": 100, "masked": 100}
USUAL_EXAMPLES = 250

MUTATIONS = st.lists(
    st.builds(
        Mutation,
        at=st.floats(0, 1),
        taken=st.sampled_from((0, 0, 1, 1, 2, 5, 20, 1_000)),
        put=st.sampled_from(PARTS) | st.binary(max_size=4),
        times=st.sampled_from((0, 1, 1, 1, 2, 3_000)),
    ),
    min_size=1,
    max_size=6,
)


@pytest.mark.parametrize("name", TARGETS)
def test_random_bytes_are_read_or_refused(name: str) -> None:
    target, _ = TARGETS[name]

    @settings(max_examples=EXAMPLES.get(name, USUAL_EXAMPLES))
    @given(data=st.binary() | st.text().map(lambda text: text.encode("utf-8", "surrogatepass")))
    def read(data: bytes) -> None:
        target(data)

    read()


@pytest.mark.parametrize("name", TARGETS)
def test_what_nearly_is_right_is_read_or_refused(name: str) -> None:
    target, examples = TARGETS[name]

    @settings(max_examples=EXAMPLES.get(name, USUAL_EXAMPLES), suppress_health_check=[HealthCheck.too_slow])
    @given(example=st.sampled_from(examples), other=st.sampled_from(examples), cut=st.floats(0, 1), changes=MUTATIONS)
    def read(example: bytes, other: bytes, cut: float, changes: list[Mutation]) -> None:
        spliced = example + other[round(cut * len(other)) :]
        target(mutated(spliced, changes))

    read()
