"""The command line: runs one command, and turns every mistake into a sentence on standard error and an exit code."""

import contextlib
import os
import sys
from argparse import Namespace
from collections.abc import Sequence

from .commands.hidden_password import hide_password
from .commands.words import VERSION, complain, read_words, write

DONE, FAILED, WRONG_USAGE, INTERRUPTED = 0, 1, 2, 130


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command that the words ask for (None: those of the process), and give its exit code."""
    if argv is None:
        argv = sys.argv[1:]
        hide_password(argv)
    try:
        code = _run(argv)
        if sys.stdout is not None:
            sys.stdout.flush()
    except BrokenPipeError:  # whoever reads our output has seen enough
        _discard_output()
        return DONE
    except OSError as problem:
        _discard_output()
        complain(f"The output cannot be written: {problem.strerror or 'unknown reason'}.")
        return FAILED
    except KeyboardInterrupt:
        _discard_output()
        return INTERRUPTED
    return code


def _run(words: Sequence[str]) -> int:
    try:
        arguments = read_words(words)
    except SystemExit as ended:
        return ended.code if isinstance(ended.code, int) else DONE
    if getattr(arguments, "version", False):
        write(f"activity {VERSION}\n")
        return DONE
    from store import (
        ExportMistake,
        FilterMistake,
        FormatMistake,
        LinkMistake,
        MaskingMistake,
        SettingsMistake,
        StoreError,
        TimeMistake,
    )

    from .commands.crash_report import report_crashes
    from .commands.mistakes import described, pointed_at, taken_for_a_text
    from .settings_file import exposure, variable

    report_crashes()
    if getattr(arguments, "mask", None) is not None:
        os.environ[variable("mask")] = arguments.mask  # whatever part of the program opens a log, it reads this
    complain(exposure(os.environ) or "")  # the app covers it, and leaves it on the screen when it ends
    try:
        return _command(arguments)
    except FilterMistake as mistake:
        complain(pointed_at(mistake, getattr(arguments, "filter_text", "")))
        return WRONG_USAGE
    except (ExportMistake, FormatMistake, LinkMistake, MaskingMistake, SettingsMistake, TimeMistake) as mistake:
        complain(described(mistake))
        return WRONG_USAGE
    except StoreError as problem:
        complain(described(problem))
        complain(taken_for_a_text(problem, arguments))
        return FAILED


def _command(arguments: Namespace) -> int:
    """Each command imports what it needs and no more: `query` and `count` never load Textual."""
    if arguments.command == "query":
        from .commands.query import Wanted, query

        return query(
            arguments.filter_text,
            arguments.database,
            Wanted(arguments.format, arguments.limit, arguments.columns, arguments.output, arguments.replace),
        )
    if arguments.command == "count":
        from .commands.query import count

        return count(arguments.filter_text, arguments.database)
    if arguments.command == "stats":
        from .commands.stats import stats

        return stats(arguments.filter_text, arguments.database, arguments.format, arguments.bars)
    if arguments.command == "tail":
        from .commands.tail import tail

        return tail(arguments.filter_text, arguments.database, arguments.format)
    if arguments.command == "import":
        from .commands.import_events import import_events
        from .commands.import_options import import_options

        return import_events(import_options(arguments))
    if arguments.command == "view":
        from .commands.view import view

        return view(arguments)
    if arguments.command == "report":
        from .commands.report import report

        return report(arguments.database, arguments.output, replaces=arguments.replace)
    if arguments.command == "prune":
        from .commands.prune import prune

        return prune(arguments.before, arguments.database, is_confirmed=arguments.yes)
    if arguments.command == "check":
        from .commands.check import check

        return check(arguments.database, repair=arguments.repair)
    if arguments.command == "map":
        from .commands.map_table import map_table

        return map_table(arguments.database, arguments.table, arguments.name, writes=arguments.write)
    if arguments.command == "demo" and arguments.live:
        from .commands.demo_live import demo_live

        return demo_live()
    from .commands.explore import explore

    return explore(
        "demo" if arguments.command == "demo" else arguments.database,
        link_text=getattr(arguments, "link", None),
        entity_id=getattr(arguments, "entity_id", None),
        view_name=getattr(arguments, "view", None),
    )


def _discard_output() -> None:
    """Let nothing be written when the process ends: what is still buffered would fail again."""
    if sys.stdout is not None:
        with contextlib.suppress(OSError, ValueError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


if __name__ == "__main__":
    sys.exit(main())
