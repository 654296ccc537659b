"""The odd records that every real log holds sooner or later, each once."""

from datetime import UTC, datetime, timedelta

from store import Entity, Event

from .agenda import moment
from .company import MEI, ONLY_AN_ADDRESS, SUPPORT, SYSTEM
from .log import Log

FIRST_RELIABLE_DAY = datetime(2024, 5, 22, tzinfo=UTC)
"""From this day on the source vouches for its log."""


def odd_events(log: Log) -> list[Event]:
    """Events with parts missing, of unknown kinds, at odd times."""
    shared = moment(-13, 15, 20, 11, 208)
    support = log.begin(moment(-10, 14, 2, 9, 71), SUPPORT)
    coupon = Entity(type="COUPON", id="coupon-81d2fa", name="Autumn welcome")
    support.record("COUPON_UPDATED", coupon, {"entityId": coupon.id, "name": coupon.name, "discountValue": 10})
    unknown = log.begin(moment(-16, 11, 7, 55, 390), SYSTEM)
    unknown.record("LOYALTY_BADGE_AWARDED", Entity(type="LOYALTY_BADGE", id="badge-7", name="Early bird"), {"level": 3})
    nowhere = log.begin(moment(-12, 3, 41, 2, 816), ONLY_AN_ADDRESS)
    nowhere.record("STRIPE_APP_DRAWER_VIEWED", None, {"screen": "customer", "viewer": None})
    return [
        *log.events[-3:],
        Event(id=log.uuid(), occurred_at=moment(-14, 6, 30, 0, 1), event_name="EDGE_API_DOGGO_RESYNC"),
        Event(
            id=log.uuid(),
            occurred_at=FIRST_RELIABLE_DAY - timedelta(milliseconds=1),
            event_name="CREDITS_GRANTED",
            environment="production",
            entity=Entity(type="CREDIT", id="cred-grant-000001"),
            payload='{"customerId":"customer-39c6b5","amount":100,"timestamp":"2024-05-21T23:59:59.999Z"}',
        ),
        *(
            Event(
                id=log.uuid(),
                occurred_at=shared + timedelta(microseconds=number // 3),
                event_name="PLAN_CREATED" if number == 0 else "IMPORT_INTEGRATION_CATALOG_TRIGGERED",
                environment="staging",
                entity=Entity(type="PLAN", id="plan-rehearsal")
                if number == 0
                else Entity(type="IMPORT", name="catalog"),
                actor=MEI,
                trace_id="7f1b8c02-same-microsecond",
                payload='{"note":"recorded within one microsecond"}',
            )
            for number in range(6)
        ),
    ]
