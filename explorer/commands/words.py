"""The words of the command line -> what is asked for: which command, with which options. Imports nothing heavy."""

import argparse
import re
from collections.abc import Sequence

from .help_texts import (
    CHECK,
    DATABASE,
    DATABASE_REQUIRED,
    EXIT_CODES,
    FILES,
    FILTER,
    IMPORT,
    MAP,
    OVERVIEW,
    PRUNE,
    QUERY,
    REPORT,
    TAIL,
    VIEW,
)
from .parser import MARK as _MARK
from .parser import Parser
from .parser import complain as complain
from .parser import write as write

VERSION = "0.1.0"
KEEPS_ITS_SIZE = "The file keeps its size: new events fill the space. To give it back, run: sqlite3 FILE VACUUM"
STANDARD_OUTPUT = "-"
"""The name of the output that is no file."""

DEFAULT_BARS = 32
"""How many bars of time `stats` prints at the most, unless --bars says otherwise."""

COMMANDS = (
    *("demo", "open", "entity", "import", "view", "query", "count", "stats", "tail"),
    *("report", "prune", "check", "map"),
)

NEVER_MASKED = ("prune", "check", "map")
"""The commands that print no events of a log."""

EARLY_OPTIONS = ("--mask", "--database")
"""The options of most commands, which may stand before the command, too."""

_EXCLUSION = re.compile(r"-(?:[a-z_]+:|payload\.)", re.IGNORECASE)
_TIME_BEFORE_NOW = re.compile(r"-[0-9]")
_URL = re.compile(r"(postgres|sqlite)[a-z0-9+]*:", re.IGNORECASE)


def read_words(words: Sequence[str]) -> argparse.Namespace:
    """What the words ask for; `command` is one of COMMANDS or, to open a database, the empty text.

    Raises SystemExit (2 after a mistake, 0 after --help), with the reason already written.
    """
    words = _command_first(words)
    command = words[0] if words and words[0] in COMMANDS else ""
    parser = _PARSERS[command]()
    is_value = (_TIME_BEFORE_NOW if command == "prune" else _EXCLUSION).match  # although it begins like an option
    marked = [_MARK + word if is_value(word) else word for word in words[1 if command else 0 :]]
    arguments, rest = parser.parse_known_args(marked)
    if command in ("query", "count", "stats", "tail"):
        if any(map(_URL.match, rest)):
            parser.error("a database is named with --database")
        options = [word for word in rest if word.startswith("--") and word != "--"]
        arguments.filter_text = " ".join(word.removeprefix(_MARK) for word in rest if word != "--")
    else:
        options = rest
    if options and not command and (meant := meant_command(words[0])):
        parser.error(f"there is no command {words[0]}. Did you mean {meant}?")
    if options:
        what = "there is no option" if options[0].startswith("-") else "this is one word too many:"
        parser.error(f"{what} {options[0]}")
    if command == "import" and arguments.into is None and not arguments.dry_run:
        parser.error("say with --into DATABASE where the events go")
    arguments.command = command
    return arguments


def _command_first(words: Sequence[str]) -> Sequence[str]:
    """The words with the command in front of options that may stand before it."""
    options = 0
    while options < len(words) and words[options].partition("=")[0] in EARLY_OPTIONS:
        options += 1 if "=" in words[options] else 2
    if not options or options >= len(words) or words[options] not in COMMANDS:
        return words
    return [words[options], *words[:options], *words[options + 1 :]]


def meant_command(word: str) -> str | None:
    """The command that a word may be a misspelling of."""
    from difflib import get_close_matches

    return next(iter(get_close_matches(word, COMMANDS, n=1)), None) if word.isalpha() else None


def _parser(command: str, description: str, *more: str, usage: str | None = None) -> Parser:
    parser = Parser(
        prog=f"activity {command}".strip(),
        usage=usage,
        description=description,
        epilog="\n\n".join((*more, EXIT_CODES)),
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    if command not in NEVER_MASKED:
        parser.add_argument("--mask", type=_named, metavar="NAME", help="mask the events, as [masking.NAME] says")
    return parser


def _explore() -> Parser:
    parser = _parser("", f"The activity log of a platform, in the terminal.\n\n{OVERVIEW}", DATABASE)
    parser.add_argument("database", nargs="?", metavar="DATABASE", help="the log to explore")
    parser.add_argument("--view", metavar="NAME", help="show a saved view, such as failures")
    parser.add_argument("--version", action="store_true", help="print the version")
    return parser


def _demo() -> Parser:
    parser = _parser("demo", "Explore sample data: an embedded log of some 5,000 events.")
    parser.add_argument("--live", action="store_true", help="in a copy to which events are added while one watches")
    return parser


def _open() -> Parser:
    parser = _parser("open", "Explore one event.", DATABASE)
    parser.add_argument("link", metavar="LINK", help="a copied event link: activity://...")
    parser.add_argument("database", nargs="?", metavar="DATABASE", help="the log that holds the event")
    return parser


def _entity() -> Parser:
    parser = _parser("entity", "Explore all that ever happened to one entity.", DATABASE)
    parser.add_argument("entity_id", metavar="ID", help="the id of the entity, exactly")
    parser.add_argument("database", nargs="?", metavar="DATABASE", help="the log that holds its events")
    return parser


def _import() -> Parser:
    usage = "activity import FILE [FILE ...] --into DATABASE [OPTION ...]"
    parser = _parser("import", "Add the events of files to a log.", FILES, IMPORT, DATABASE_REQUIRED, usage=usage)
    _add_sources(parser)
    parser.add_argument("--into", metavar="DATABASE", help="the log to add to; a new file is created")
    parser.add_argument("--strict", action="store_true", help="end with exit code 1 when any record was rejected")
    parser.add_argument("--rejects", metavar="FILE", help="write the rejected records, each with its reason, to FILE")
    parser.add_argument("--report", choices=("text", "json"), default="text", help="default: text")
    parser.add_argument("--dry-run", action="store_true", help="print the first events of each file, store nothing")
    return parser


def _view() -> Parser:
    usage = "activity view FILE [FILE ...] [--format F] [--map MAP.toml] [--id FIELDS] [--mask NAME]"
    parser = _parser("view", "Explore the events of files, without keeping them.", VIEW, FILES, usage=usage)
    _add_sources(parser)
    return parser


def _add_sources(parser: Parser) -> None:
    parser.add_argument("files", metavar="FILE", nargs="+", help="what to read")
    parser.add_argument("--format", metavar="F", help="the format, instead of recognising it")
    parser.add_argument("--map", metavar="MAP.toml", help="a file that says where the fields of an event stand")
    parser.add_argument("--id", metavar="FIELDS", help="paths, with commas, of what makes an event the same event")


def _report() -> Parser:
    parser = _parser("report", "Print the marked events of a log as a timeline in Markdown.", REPORT, DATABASE)
    parser.add_argument("--database", metavar="D", help="the log whose marked events are told")
    parser.add_argument("--output", metavar="FILE", help="write a file instead")
    parser.add_argument("--replace", action="store_true", help="write over a file that is there")
    return parser


def _prune() -> Parser:
    parser = _parser(
        "prune",
        "Delete the events of a log that are older than a time.",
        PRUNE,
        DATABASE_REQUIRED,
    )
    parser.add_argument("database", metavar="DATABASE", help="the log to delete from")
    parser.add_argument("--before", type=_unmarked, metavar="TIME", required=True, help="delete what is older")
    parser.add_argument("--yes", action="store_true", help="delete without asking; required without a terminal")
    return parser


def _check() -> Parser:
    parser = _parser("check", "Prove that everything a log keeps beside its events is exact.", CHECK, DATABASE)
    parser.add_argument("database", metavar="DATABASE", help="the log to check")
    parser.add_argument("--repair", action="store_true", help="count anew what is wrong")
    return parser


def _map() -> Parser:
    usage = "activity map DATABASE [--table TABLE] [--name NAME] [--write]"
    parser = _parser("map", "Propose how a table of another program is read.", MAP, DATABASE_REQUIRED, usage=usage)
    parser.add_argument("database", metavar="DATABASE", help="the database with the table")
    parser.add_argument("--table", metavar="TABLE", help="the table, or schema.table, instead of the likeliest")
    parser.add_argument("--name", metavar="NAME", help="what the settings shall call it")
    parser.add_argument("--write", action="store_true", help="write the section into the settings file")
    return parser


def _query() -> Parser:
    usage = (
        "activity query [FILTER ...] [--database D] [--format table|jsonl|csv|markdown|parquet] [--columns C,C]\n"
        "                      [--limit N] [--output FILE [--replace]] [--mask NAME]"
    )
    parser = _parser(
        "query",
        "Print matching events, or write them to a file.",
        FILTER,
        QUERY,
        DATABASE,
        usage=usage,
    )
    parser.add_argument("--database", metavar="D", help="the log to ask")
    formats = ("table", "jsonl", "csv", "markdown", "parquet")
    parser.add_argument("--format", choices=formats, help="default: table, or what the name of the output says")
    parser.add_argument("--columns", metavar="C,C", help="the columns, such as occurred_at,event,payload.plan.id")
    parser.add_argument("--limit", type=_positive, metavar="N", help="at most N events, the newest")
    parser.add_argument("--output", metavar="FILE", help="write a file, the oldest event first; - is standard output")
    parser.add_argument("--replace", action="store_true", help="write over a file that is there")
    return parser


def _count() -> Parser:
    usage = "activity count [FILTER ...] [--database D] [--mask NAME]"
    parser = _parser("count", "Print how many events match: the bare number.", FILTER, DATABASE, usage=usage)
    parser.add_argument("--database", metavar="D", help="the log to ask")
    return parser


def _stats() -> Parser:
    usage = "activity stats [FILTER ...] [--database D] [--format table|json] [--bars N] [--mask NAME]"
    description = "Print how many events match, when they happened, and what they are."
    parser = _parser("stats", description, FILTER, DATABASE, usage=usage)
    parser.add_argument("--database", metavar="D", help="the log to ask")
    parser.add_argument("--format", choices=("table", "json"), default="table", help="default: table")
    parser.add_argument(
        "--bars", type=_positive, default=DEFAULT_BARS, metavar="N", help=f"at most N bars of time; {DEFAULT_BARS}"
    )
    return parser


def _tail() -> Parser:
    usage = "activity tail [FILTER ...] [--database D] [--format text|jsonl] [--mask NAME]"
    parser = _parser("tail", "Print matching events as they are stored.", FILTER, TAIL, DATABASE, usage=usage)
    parser.add_argument("--database", metavar="D", help="the log to watch")
    parser.add_argument("--format", choices=("text", "jsonl"), default="text", help="default: text")
    return parser


def _unmarked(text: str) -> str:
    return text.removeprefix(_MARK)


def _named(word: str) -> str:
    if not word:
        raise argparse.ArgumentTypeError("a name is missing")
    return word


def _positive(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 19 and int(text) > 0):
        raise argparse.ArgumentTypeError("give a whole number, 1 or more")
    return int(text)


_PARSERS = {
    "": _explore,
    "demo": _demo,
    "open": _open,
    "entity": _entity,
    "import": _import,
    "view": _view,
    "query": _query,
    "count": _count,
    "stats": _stats,
    "tail": _tail,
    "report": _report,
    "prune": _prune,
    "check": _check,
    "map": _map,
}
