"""The report of an import, for reading and as JSON: counts, rejected records with their reasons, files, times, rate."""

import json
from datetime import datetime

from ..visible import visible
from .import_tally import FileTally, Places, Reason, Tally

SHOWN_FILES = 20
ID_CELLS = 40


def report(tally: Tally) -> str:
    """All there is to say about an import, in lines."""
    counts = {"read": tally.read, "stored": tally.stored, "repeated": tally.repeated, "rejected": tally.rejected}
    lines = [f"{name:<9}{number:>13,}" for name, number in counts.items()]
    lines += _rejections(tally)
    lines += [f"  {number:,} {remark}" for remark, number in tally.remarks.most_common()]
    if tally.id_clashes is not None:
        number, example = tally.id_clashes
        lines.append(f"  {number:,} with the id of another event before, such as {visible(example, ID_CELLS)}.")
        lines.append("    Of each id only the first is kept. Choose with --id which fields tell events apart.")
    lines += _files(tally)
    lines += _failures(tally)
    if tally.first is not None and tally.last is not None:
        lines += [f"first    {written(tally.first)}", f"last     {written(tally.last)}"]
    rate = f"{tally.written / tally.seconds:,.0f} events a second"
    return "\n".join([*lines, f"took {tally.seconds:,.1f} s, {rate}"])


def json_report(tally: Tally) -> str:
    """The same, as one JSON object."""
    told = {
        "files": [
            {
                "file": file.name,
                "format": file.title or None,
                "read": file.read,
                "rejected": file.rejected,
                "failures": file.failed,
                "problem": file.problem or None,
            }
            for file in tally.files
        ],
        "read": tally.read,
        "stored": tally.stored,
        "repeated": tally.repeated,
        "rejected": tally.rejected,
        "rejections": [
            {"file": each.file, "line": each.line, "record": each.record, "reason": each.reason}
            for each in tally.rejections
        ],
        "further_rejections": [
            {**reason._asdict(), "number": places.number, "first_and_last": places.spans}
            for reason, places in tally.further.items()
        ],
        "remarks": dict(tally.remarks),
        "id_clashes": 0 if tally.id_clashes is None else tally.id_clashes.number,
        "first": None if tally.first is None else written(tally.first),
        "last": None if tally.last is None else written(tally.last),
        "seconds": round(tally.seconds, 3),
        "events_a_second": round(tally.written / tally.seconds),
    }
    return json.dumps(told, indent=2).replace("\x7f", "\\u007f")


def written(moment: datetime) -> str:
    """The moment in UTC with a Z."""
    return f"{moment.replace(tzinfo=None).isoformat()}Z"


def _rejections(tally: Tally) -> list[str]:
    """Each of the first rejected records, and the others by their reasons, the most frequent first."""
    lines = []
    for each in tally.rejections:
        units = (("line", each.line), ("record", each.record))
        place = ", ".join(f"{unit} {number:,}" for unit, number in units if number is not None)
        why = " ".join(filter(None, (each.reason, each.advice)))
        lines.append(f"  {_prefix(tally, each.file)}{place}: {visible(why)}")
    by_number = sorted(tally.further.items(), key=lambda item: -item[1].number)
    return lines + [
        f"  {_prefix(tally, reason.file)}{_places(reason, places)}: {visible(reason.reason)}"
        for reason, places in by_number
    ]


def _places(reason: Reason, places: Places) -> str:
    if not places.spans:
        return f"{places.unnumbered:,} more"
    runs = [str(first) if first == last else f"{first}{_joint(first, last)}{last}" for first, last in places.spans]
    plural = "s" if places.number > 1 + places.unnumbered else ""
    more = f" and {places.unnumbered:,} more" if places.unnumbered else ""
    return f"{reason.unit}{plural} {', '.join(runs)}{more}"


def _joint(first: int, last: int) -> str:
    """Two records are named both, a longer run by its ends."""
    return ", " if last == first + 1 else "-"


def _prefix(tally: Tally, file: str) -> str:
    return f"{visible(file)}: " if len(tally.files) > 1 else ""


def _failures(tally: Tally) -> list[str]:
    """How the calls that failed are found, for each format that does not tell them by their names."""
    found = dict.fromkeys(", or ".join(file.failed) for file in tally.files if file.failed)
    return [f"failures {filters}" for filters in found]


def _files(tally: Tally) -> list[str]:
    """The format of the only file, or each file with its format and counts."""
    if len(tally.files) == 1:
        return [f"format   {visible(tally.files[0].title)}"] if tally.files[0].title else []
    lines = [f"files    {len(tally.files):>13,}"]
    lines += [f"  {visible(file.name)}: {_told(file)}" for file in tally.files[:SHOWN_FILES]]
    hidden = len(tally.files) - SHOWN_FILES
    return [*lines, f"  and {hidden:,} more"] if hidden > 0 else lines


def _told(file: FileTally) -> str:
    counts = [f"{file.read:,} read"] + [f"{file.rejected:,} rejected"] * bool(file.rejected)
    parts = [visible(file.title), *(counts if file.is_done else ["not read to its end"])] if file.title else []
    return ", ".join([*parts, visible(file.problem)] if file.problem else parts)
