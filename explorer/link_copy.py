"""A link to an event on its way to the user's clipboard."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from .clipboard import Delivery, copy
from .link import EventLink

if TYPE_CHECKING:
    from store import Event, EventFilter

    from .settings import Settings


async def copy_link(
    event: Event, event_filter: EventFilter | None, settings: Settings, send_osc52: Callable[[str], None]
) -> tuple[str, Delivery]:
    """Copy the link to `event`, seen through `event_filter`, as the settings say. Returns it and how it went."""
    link = EventLink.of(event, event_filter).text(settings.link_template)
    return link, await copy(link, send_osc52=send_osc52, route=settings.clipboard)
