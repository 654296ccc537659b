"""A small app around the detail pane, which keeps the messages it gets; and a believable event to show in it."""

import json

from textual import on
from textual.app import App, ComposeResult
from textual.message import Message

from explorer.messages import LinkCopyRequested, NarrowRequested, NeighbourRequested, PaneLeft
from explorer.themes import DARK, LIGHT
from explorer.widgets.event_detail import EventDetail
from explorer.widgets.line_list import LineList
from store import Event
from tests.builders import make_event

ENTITLEMENTS = {
    "type": "entitlements.updated",
    "messageId": "7b0d6c4e-2f7a-4c39-9a55-0e6c1d0b8f21",
    "trigger": "subscription_updated",
    "customer": {
        "id": "customer-3fa91c",
        "name": "Brightwater Analytics",
        "email": "ap@brightwater.example",
        "billingId": "cus_Qk39LmZx71Tdw2",
        "metadata": {"region": "eu-west", "tier": "smb"},
    },
    "resource": None,
    "entitlements": [
        {
            "feature": {"id": "feature-04-workspaces", "name": "Workspaces", "featureType": "NUMBER"},
            "usageLimit": 25,
            "hasUnlimitedUsage": False,
            "currentUsage": 7,
            "resetPeriod": "MONTH",
        },
        {
            "feature": {"id": "feature-02-exports", "name": "Exports", "featureType": "BOOLEAN"},
            "usageLimit": None,
            "hasUnlimitedUsage": True,
            "creditBalance": {"totalGranted": 5000, "remainingBalance": 3120, "remainingBalancePercentage": 62.4},
        },
    ],
    "entitlementsUpdatedAt": "2026-11-20T11:59:58.114Z",
}
REQUEST = {
    "body": {
        "operationName": "updateOneSubscription",
        "query": "mutation updateOneSubscription($input: UpdateOneSubscriptionInput!) {\n"
        "  updateOneSubscription(input: $input) {\n    id\n    plan { id }\n  }\n}",
        "variables": {"input": {"id": "subscription-plan-growth-8c21e0", "update": {"planId": "plan-scale"}}},
    },
    "response": {"data": {"updateOneSubscription": {"id": "subscription-plan-growth-8c21e0"}}},
}


def entitlements_event(**fields: object) -> Event:
    """An event with every field, as the platform writes them."""
    defaults: dict[str, object] = {
        "id": "0f6e2b91-52c4-4b6e-8f0e-d1b9c6a75e10",
        "event_name": "ENTITLEMENTS_UPDATED",
        "environment": "production-4c7e12ab",
        "entity": {"type": "ENTITLEMENT", "id": "customer-3fa91c", "name": "Brightwater Analytics"},
        "parent_entity_id": "customer-3fa91c",
        "actor": {
            "type": "USER",
            "id": "5a1c0f3d-9f7b-4a57-9c50-0f8f3a3d4f11",
            "name": "Dana Whitfield",
            "email": "dana.whitfield@northlake.example",
            "ip_address": "2001:db8::5f",
            "more": json.dumps({"role": "Owner", "sessionId": 4711}),
        },
        "trace_id": "c1f4a9d2-6b0e-4f5d-8d3a-5b7e9a2c4410",
        "payload": json.dumps(ENTITLEMENTS),
        "request": json.dumps(REQUEST),
    }
    return make_event(0, **(defaults | fields))


class DetailApp(App[None]):
    """The detail pane alone on the screen."""

    ENABLE_COMMAND_PALETTE = False

    def __init__(self) -> None:
        super().__init__()
        self.received: list[Message] = []

    def compose(self) -> ComposeResult:
        yield EventDetail(id="detail")

    async def on_mount(self) -> None:
        self.register_theme(DARK)
        self.register_theme(LIGHT)
        self.theme = DARK.name
        await self.detail.complete()
        self.detail.focus()

    @property
    def detail(self) -> EventDetail:
        return self.query_one(EventDetail)

    @property
    def lines(self) -> LineList:
        return self.query_one(LineList)

    @property
    def screen_text(self) -> list[str]:
        """The rows of the list as they are drawn."""
        return [self.lines.render_line(y).text.rstrip() for y in range(self.lines.size.height)]

    @property
    def whole_text(self) -> str:
        """Every line of the list, in sight or not."""
        return "\n".join("".join(piece.text for piece in line.pieces) for line in self.lines.lines)

    @on(NarrowRequested)
    @on(NeighbourRequested)
    @on(LinkCopyRequested)
    @on(PaneLeft)
    def keep(self, message: Message) -> None:
        self.received.append(message)
