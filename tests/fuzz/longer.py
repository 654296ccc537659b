"""`python -m tests.fuzz.longer [SECONDS] [TARGET ...]`: the same targets for as long as one likes, and how often."""

import random
import sys
import time

from tests.fuzz.mutations import PARTS, Mutation, mutated
from tests.fuzz.targets import TARGETS


def by_chance(name: str, seconds: float, chance: random.Random) -> int:
    """How often the target was run. Raises what it raises, after the bytes are printed."""
    target, examples = TARGETS[name]
    runs, end = 0, time.monotonic() + seconds
    while time.monotonic() < end:
        data = chance.choice(examples) + chance.choice((b"", chance.choice(examples)))
        changes = [
            Mutation(
                chance.random(),
                chance.choice((0, 0, 1, 2, 20, 1_000)),
                chance.choice((chance.choice(PARTS), chance.randbytes(3))),
                chance.choice((0, 1, 1, 2, 3_000)),
            )
            for _ in range(chance.randint(1, 8))
        ]
        data = mutated(data, changes)
        try:
            target(data)
        except BaseException:
            sys.stderr.write(f"{name}: {data!r}\n")
            raise
        runs += 1
    return runs


def main() -> None:
    """Run every target that is named, or all."""
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 60.0
    seed = time.time_ns()
    for name in sys.argv[2:] or TARGETS:
        runs = by_chance(name, seconds, random.Random(seed))
        sys.stdout.write(f"{name}: {runs:,} executions, seed {seed}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
