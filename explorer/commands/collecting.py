"""Commands that make objects by the million, none of them in cycles: looking for cycles all the time costs a third."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager

YOUNG = 1
"""The generation up to which cycles are looked for: what outlived one search, as modules do, is spared the next."""


@contextmanager
def seldom_collected() -> Iterator[None]:
    """Within the block, cycles are looked for when `collect` is called, and not by themselves."""
    gc.freeze()
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
        gc.unfreeze()


def collect() -> None:
    """Look for cycles among what was made since the last time. To be called after each batch."""
    gc.collect(YOUNG)
