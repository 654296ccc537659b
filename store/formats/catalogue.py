"""Every format that can be read, by name. A record belongs to the first of them that recognises it."""

from ..errors import FormatMistake
from . import (
    cloudevents,
    cloudtrail,
    github,
    google_cloud,
    jsonl,
    kubernetes,
    microsoft_365,
    okta,
    stigg,
    stigg_webhook,
    stripe,
)
from .format import Format

FORMATS = (
    Format("jsonl", "JSON Lines", lambda members: {"occurred_at", "event_name"} <= members.keys(), jsonl.read_record),
    stigg.FORMAT,
    stigg_webhook.FORMAT,
    cloudtrail.FORMAT,
    stripe.FORMAT,
    cloudevents.FORMAT,
    kubernetes.FORMAT,
    google_cloud.FORMAT,
    microsoft_365.FORMAT,
    okta.FORMAT,
    github.FORMAT,
)


def format_named(name: str) -> Format:
    """The format of that name. Raises FormatMistake."""
    for each in FORMATS:
        if each.name == name:
            return each
    raise FormatMistake(
        "There is no format of that name.", f"Choose one of {', '.join(each.name for each in FORMATS)}."
    )
