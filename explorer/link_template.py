"""The address of an event on a company's own web page: a template filled with the parts of a link, and read back."""

from __future__ import annotations

import re
from collections.abc import Mapping

PLACEHOLDERS = ("environment", "id", "at", "filter")

_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
_QUOTED = r"[A-Za-z0-9_.~%:-]*"
"""What percent-encoded values are made of. Text behind a placeholder must begin with something else."""

_RUNS_ON = re.compile(r"[{}]|\0[\0A-Za-z0-9_.~%:-]")
"""With a NUL for each placeholder: a stray brace, or a placeholder whose value would have no clear end."""

_WEB_ADDRESS = re.compile(r"https?://(?P<host>[^/?#]+)(?P<rest>[/?#].*)", re.IGNORECASE)


def check_template(template: str) -> None:
    """Raises ValueError, with what a template must be, when `template` is none."""
    for name in _PLACEHOLDER.findall(template):
        if name not in PLACEHOLDERS:
            raise ValueError("must use no other placeholders than {environment}, {id}, {at} and {filter}")
        if template.count(f"{{{name}}}") > 1:
            raise ValueError(f"must use {{{name}}} only once")
    if "{id}" not in template:
        raise ValueError("must hold {id}, the place of the event's id")
    if not template.isascii() or not template.isprintable() or " " in template:
        raise ValueError("must be plain ASCII without spaces")
    address = _WEB_ADDRESS.fullmatch(template)
    if address is None:
        raise ValueError("must be a web address that begins with http:// or https:// and a host")
    if "@" in address["host"]:
        raise ValueError("must not hold a user name or password")
    if "{" in address["host"]:
        raise ValueError("must have its placeholders behind the host")
    if _RUNS_ON.search(_PLACEHOLDER.sub("\0", template)):
        raise ValueError("must have one of / ? # & = behind each placeholder, or nothing")


def fill_template(template: str, parts: Mapping[str, str]) -> str:
    """The address with percent-encoded `parts` in the places of their names."""
    return _PLACEHOLDER.sub(lambda found: parts[found[1]], template)


def read_template(template: str, address: str) -> dict[str, str] | None:
    """The percent-encoded parts of an address made from `template`. None when it was not."""
    literals = re.split(_PLACEHOLDER, template)
    pattern = "".join(f"(?P<{text}>{_QUOTED})" if place % 2 else re.escape(text) for place, text in enumerate(literals))
    found = re.fullmatch(pattern, address)
    return found.groupdict() if found else None
