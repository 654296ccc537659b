"""The names on the command line -> the files to import: each as it is, folders with all in them, patterns, `-`."""

import glob
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from io import BufferedIOBase
from pathlib import Path
from typing import NamedTuple

from store import SourceProblem

from ..export.about import ABOUT_ENDING

STANDARD_INPUT = "-"


class ImportFile(NamedTuple):
    """`is_named` tells a file that the user named from one that only lies in a folder or fits a pattern."""

    name: str
    is_named: bool = True

    @property
    def size(self) -> int:
        """Bytes of the file as it lies there, compressed or not; 0 where that is not known before reading."""
        try:
            return 0 if self.name == STANDARD_INPUT else Path(self.name).stat().st_size
        except OSError:
            return 0


def import_files(names: Sequence[str]) -> tuple[ImportFile, ...]:
    """The files in the order of the names, those of a folder or pattern in the order of their own, none of them twice.

    Hidden files in folders are passed over, and what stands beside an export to say what it is. Raises SourceProblem
    when a folder or pattern holds no file.
    """
    files: dict[str, ImportFile] = {}
    for name in names:
        found = _found(name)
        if found is None:
            files[name] = ImportFile(name)
        elif not found:
            raise SourceProblem("There is no file to import in one of these places.", "Check the names and patterns.")
        else:
            for each in found:
                files.setdefault(each, ImportFile(each, is_named=False))
    return tuple(files.values())


@contextmanager
def opened(name: str) -> Iterator[BufferedIOBase]:
    """The bytes of a file, `-` being standard input. Raises OSError."""
    if name == STANDARD_INPUT:
        # A reader of its own over descriptor 0: that of sys.stdin may be in use elsewhere when the process ends.
        with open(0, "rb", closefd=False) as file:
            yield file
    else:
        with Path(name).open("rb") as file:
            yield file


def _found(name: str) -> list[str] | None:
    """The files of a folder or pattern, None for what is neither."""
    place = Path(name)
    if name == STANDARD_INPUT or place.is_file():
        return None
    if place.is_dir():
        within = (each for each in place.rglob("*") if not _is_hidden(each.relative_to(place)))
        return sorted(str(each) for each in within if each.is_file() and not _is_about(each))
    if place.exists() or not glob.has_magic(name):
        return None
    # Path.glob knows no absolute patterns and follows ** into hidden folders.
    found = sorted(glob.glob(name, recursive=True))  # noqa: PTH207
    return [each for each in found if (path := Path(each)).is_file() and not _is_about(path)]


def _is_hidden(path: Path) -> bool:
    return any(part.startswith(".") for part in path.parts)


def _is_about(path: Path) -> bool:
    """Whether a file is the one beside another that says what that is."""
    return path.name.endswith(ABOUT_ENDING) and path.with_name(path.name.removesuffix(ABOUT_ENDING)).is_file()
