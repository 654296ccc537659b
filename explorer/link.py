"""One event as text that opens it again: `activity://production/9f1c?at=2026-11-20T12:00:00Z&filter=entity:customer-7`.

A link names an event, not a database: it opens in whatever log the colleague reads, and can carry no password.
An absent environment is written `-`, one that is called `-` is written `%2D`.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from urllib.parse import quote, unquote

from msgspec.structs import force_setattr

from store import Event, EventFilter, FilterMistake, LinkMistake, Text, Value, parse_filter, write_filter

from .link_template import fill_template, read_template

SCHEME = "activity://"
LONGEST = 65_536
"""Characters of the longest text that is read as a link."""

NO_ENVIRONMENT = "-"
_DASH = "%2D"

_LINK = re.compile(r"activity://(?P<environment>[^/?#]*)/(?P<id>[^/?#]*)(?:\?(?P<query>[^#]*))?", re.IGNORECASE)
_LINE_BREAK = re.compile(r"\s*[\r\n]\s*")
_BROKEN_ESCAPE = re.compile(r"%(?![0-9A-Fa-f]{2})")


class EventLink(Value):
    """An event's id, and what helps to find it: its environment, its time (UTC), and the filter it was seen through.

    The default filter is no filter to remember: it becomes None.
    """

    event_id: Text
    environment: Text | None = None
    occurred_at: datetime | None = None
    event_filter: EventFilter | None = None

    def __post_init__(self) -> None:
        if self.occurred_at is not None:
            force_setattr(self, "occurred_at", self.occurred_at.astimezone(UTC))
        if self.event_filter == EventFilter():
            force_setattr(self, "event_filter", None)

    @classmethod
    def of(cls, event: Event, event_filter: EventFilter | None = None) -> EventLink:
        """The link to `event`, seen through `event_filter`."""
        return cls(
            event_id=event.id,
            environment=event.environment,
            occurred_at=event.occurred_at,
            event_filter=event_filter,
        )

    def text(self, template: str | None = None) -> str:
        """The link: plain ASCII. With a template (see `link_template`), an address of the company's own web page."""
        parts = {
            "environment": _quoted_environment(self.environment),
            "id": _quoted(self.event_id),
            "at": "" if self.occurred_at is None else _quoted(_iso(self.occurred_at)),
            "filter": "" if self.event_filter is None else _quoted(write_filter(self.event_filter)),
        }
        if template is not None:
            return fill_template(template, parts)
        query = "&".join(f"{name}={parts[name]}" for name in ("at", "filter") if parts[name])
        return f"{SCHEME}{parts['environment']}/{parts['id']}" + (f"?{query}" if query else "")

    @classmethod
    def parse(cls, text: str, template: str | None = None) -> EventLink:
        """The link that a text holds, white space and angle brackets around it ignored, line breaks within it too.

        An address made from `template` is a link as well. Raises LinkMistake, which says in one sentence what is wrong.
        """
        if len(text) > LONGEST:
            raise LinkMistake(f"The text is too long for a link: more than {LONGEST:,} characters.")
        link = _bare(text)
        parts = _parts(link) if _begins(link, SCHEME) else _template_parts(link, template)
        if not parts["id"]:
            raise LinkMistake("The link names no event: its id is missing.")
        return cls(
            event_id=_unquoted(parts["id"]),
            environment=_environment(parts.get("environment", NO_ENVIRONMENT)),
            occurred_at=_moment(_unquoted(parts.get("at", ""))),
            event_filter=_filter(_unquoted(parts.get("filter", ""))),
        )


def looks_like_link(text: str, template: str | None = None) -> bool:
    """Whether a pasted text is meant as a link, be it a broken one."""
    if len(text) > LONGEST:
        return False
    link = _bare(text)
    return _begins(link, SCHEME) or (template is not None and read_template(template, link) is not None)


def _bare(text: str) -> str:
    """Without what mail programs and terminals put around a link and, at the ends of lines, into it."""
    bare = text.strip().removeprefix("<").removesuffix(">").strip()
    return _LINE_BREAK.sub("", bare)


def _begins(link: str, prefix: str) -> bool:
    return link[: len(prefix)].lower() == prefix


def _parts(link: str) -> dict[str, str]:
    if re.search(r"\s", link):
        raise LinkMistake("The link has white space in it: paste the link alone.")
    found = _LINK.fullmatch(link)
    if found is None:
        raise LinkMistake("A link has the form activity://ENVIRONMENT/EVENT-ID?at=TIME&filter=FILTER.")
    parts = {"environment": found["environment"], "id": found["id"]}
    for pair in (found["query"] or "").split("&"):
        name, _, value = pair.partition("=")
        if name in ("at", "filter"):
            if name in parts:
                raise LinkMistake(f"The link has {name}= twice.")
            parts[name] = value
    return parts


def _template_parts(link: str, template: str | None) -> dict[str, str]:
    parts = None if template is None else read_template(template, link)
    if parts is None and re.match("https?://", link, re.IGNORECASE):
        raise LinkMistake("This web address is not made from the link_template of the settings.")
    if parts is None:
        raise LinkMistake(f"This is no event link: a link begins with {SCHEME}")
    return parts


def _quoted(text: str) -> str:
    return quote(text, safe=":", errors="surrogatepass")


def _quoted_environment(environment: str | None) -> str:
    if environment is None:
        return NO_ENVIRONMENT
    return _DASH if environment == NO_ENVIRONMENT else _quoted(environment)


def _environment(quoted: str) -> str | None:
    return None if quoted == NO_ENVIRONMENT else _unquoted(quoted)


def _unquoted(quoted: str) -> str:
    if _BROKEN_ESCAPE.search(quoted):
        raise LinkMistake("The link is damaged: a percent sign in it is not followed by two hexadecimal digits.")
    try:
        return unquote(quoted, errors="surrogatepass")
    except UnicodeDecodeError as mistake:
        raise LinkMistake("The link is damaged: its percent signs do not spell UTF-8 text.") from mistake


def _iso(moment: datetime) -> str:
    return moment.isoformat().replace("+00:00", "Z")


def _moment(text: str) -> datetime | None:
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
        if moment.tzinfo is not None:
            return moment.astimezone(UTC)
    except (ValueError, OverflowError):
        pass
    raise LinkMistake("The time in the link must be written like 2026-11-20T12:00:00.123Z.")


def _filter(text: str) -> EventFilter | None:
    try:
        return parse_filter(text) if text else None
    except FilterMistake as mistake:
        raise LinkMistake(f"The filter in the link is broken: {mistake}", mistake.advice) from mistake
