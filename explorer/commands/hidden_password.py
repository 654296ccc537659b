"""A password among the words of a command, taken out of them: everybody on a machine can read those of a process."""

import os
import re
import sys
from collections.abc import Sequence
from contextlib import suppress

_PASSWORD = re.compile(r"(?P<before>postgres(?:ql)?(?:\+\w+)?://[^:/?#@]*):(?P<password>[^@]*)@")


def hide_password(words: Sequence[str]) -> None:
    """Begin the program again with the password of a URL in its environment, which only its user can read.

    Returns where there is none, or where the system cannot begin it again in the same process.
    """
    found = [match["password"] for word in words for match in _PASSWORD.finditer(word) if match["password"]]
    if os.name != "posix" or len(set(found)) != 1:
        return
    from urllib.parse import unquote  # nothing else needs it before the first word of help

    before = sys.orig_argv[: len(sys.orig_argv) - len(words)]
    without = [_PASSWORD.sub(r"\g<before>@", word) for word in words]
    environment = {**os.environ, "PGPASSWORD": unquote(found[0], errors="surrogateescape")}
    with suppress(OSError, ValueError):
        os.execve(sys.executable, [*before, *without], environment)
