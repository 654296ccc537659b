"""Makes a log of any size: `python -m sample_data.generate COUNT --into DATABASE`, or `--jsonl FILE`."""

import argparse
import asyncio
import os
import sys
import time
from collections.abc import Iterable
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import TextIO

from store import DatabaseAddress, Event, StoreError
from store.formats import write_line

from .replay import events

BATCH = 10_000

__all__ = ["events", "main"]


def main(arguments: list[str] | None = None) -> int:
    """Run the command; the exit code is 0 when done, 1 when it failed. Wrong usage ends with code 2."""
    wanted = _parser().parse_args(arguments)
    started = time.monotonic()
    made = events(wanted.count, seed=wanted.seed, days=wanted.days, until=wanted.until)
    try:
        if wanted.into:
            asyncio.run(_store(made, DatabaseAddress.parse(wanted.into)))
        elif wanted.jsonl == "-":
            _write(made, sys.stdout)
        else:
            with Path(wanted.jsonl).open("w", encoding="utf-8") as file:
                _write(made, file)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except StoreError as error:
        sys.stderr.write(f"{error} {error.advice}\n")
        return 1
    except OSError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    sys.stderr.write(f"{wanted.count:,} events in {time.monotonic() - started:.1f} s\n")
    return 0


async def _store(made: Iterable[Event], address: DatabaseAddress) -> None:
    from store import open_writer  # the database layer, which JSON Lines do without

    rest = iter(made)
    async with await open_writer(address) as writer:
        while batch := list(islice(rest, BATCH)):
            await writer.write(batch)


def _write(made: Iterable[Event], file: TextIO) -> None:
    file.writelines(write_line(event) + "\n" for event in made)
    file.flush()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m sample_data.generate", description=__doc__)
    parser.add_argument("count", type=_whole, metavar="COUNT", help="how many events")
    target = parser.add_mutually_exclusive_group(required=True)
    target.add_argument("--into", metavar="DATABASE", help="a database: a file or a URL")
    target.add_argument("--jsonl", metavar="FILE", help="a file of JSON Lines; - is standard output")
    parser.add_argument("--seed", type=int, default=0, help="another seed, other customers (default 0)")
    parser.add_argument("--days", type=_whole, default=365, help="how many days they are spread over (default 365)")
    parser.add_argument("--until", type=_moment, default=datetime.now(UTC), help="their end, in ISO 8601 (default now)")
    return parser


def _whole(text: str) -> int:
    number = int(text.replace("_", ""))
    if number < 1:
        raise argparse.ArgumentTypeError("must be 1 or more")
    return number


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


if __name__ == "__main__":
    sys.exit(main())
