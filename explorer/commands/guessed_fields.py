"""What was guessed to stand in the fields of an event, as a table of a settings or map file that somebody corrects."""

from collections.abc import Collection, Mapping

import tomlkit
from tomlkit.items import Table


def guessed_fields(
    sources: Mapping[str, object], by_values: Collection[str], missing: Collection[str], meanings: Mapping[str, str]
) -> Table:
    """A line for each field, with a question behind those told `by_values` alone; before them what is `missing`.

    `meanings` say what must stand in the fields that an event cannot be without.
    """
    table = tomlkit.table()
    for field in missing:
        table.add(tomlkit.comment(f'{field} = "..."   to be filled in: {meanings[field]}'))
    for field, source in sources.items():
        table[field] = source
        if field in by_values:
            table[field].comment(f"told by its values alone: {meanings[field]}?")
    return table
