"""The people of the company at work: the catalogue, keys, widgets and promotions."""

from datetime import datetime, timedelta
from functools import partial

from store import Entity

from .agenda import OFFICE, ROUND_THE_CLOCK, Agenda, moment, spread
from .company import DANA, EXPORTS, FEATURES, JONAS, MEI, PRIYA, PRODUCT_ID, SCHEDULER, SCOPED_KEY, SEATS, SYSTEM, TOMAS
from .customers import record_entitlements
from .log import Json, iso
from .world import Subscription, World, customer_reference, feature_part, plan_entity, plan_payload

PROMOTIONS = 44
EDITS: tuple[tuple[int, int, str, str, str, str], ...] = (
    (-29, 10, "COUPON_CREATED", "COUPON", "coupon-81d2fa", "Autumn welcome"),
    (-28, 9, "FEATURE_GROUP_CREATED", "FEATURE_GROUP", "feature-group-security", "Security"),
    (-28, 9, "FEATURE_GROUP_UPDATED", "FEATURE_GROUP", "feature-group-security", "Security"),
    (-27, 14, "ADDON_UPDATED", "ADDON", "addon-extra-seats", "Extra seats"),
    (-25, 11, "PACKAGE_GROUP_CREATED", "PACKAGE_GROUP", "package-group-capacity", "Capacity add-ons"),
    (-25, 11, "PACKAGE_GROUP_UPDATED", "PACKAGE_GROUP", "package-group-capacity", "Capacity add-ons"),
    (-24, 10, "CUSTOM_CURRENCY_UPDATED", "CUSTOM_CURRENCY", "cred-type-tokens", "AI tokens"),
    (-22, 13, "PRODUCT_CREATED", "PRODUCT", "product-northlake-lite", "Northlake Lite"),
    (-21, 15, "PRODUCT_UPDATED", "PRODUCT", "product-northlake-lite", "Northlake Lite"),
    (-20, 9, "ADDON_CREATED", "ADDON", "addon-priority-support", "Priority support"),
    (-20, 9, "ADDON_UPDATED", "ADDON", "addon-priority-support", "Priority support"),
    (-18, 16, "COUPON_UPDATED", "COUPON", "coupon-81d2fa", "Autumn welcome"),
    (-15, 10, "CUSTOM_CURRENCY_CREATED", "CUSTOM_CURRENCY", "cred-type-renders", "Renders"),
    (-14, 11, "FEATURE_CREATED", "FEATURE", "feature-06-audit-trail", "Audit trail"),
    (-13, 14, "PRODUCT_DELETED", "PRODUCT", "product-northlake-lite", "Northlake Lite"),
    (-11, 15, "COUPON_CREATED", "COUPON", "coupon-4be903", "Ten percent for schools"),
    (-10, 10, "FEATURE_UPDATED", "FEATURE", "feature-06-audit-trail", "Audit trail"),
    (-8, 13, "ADDON_DELETED", "ADDON", "addon-priority-support", "Priority support"),
    (-7, 15, "FEATURE_UPDATED", "FEATURE", "feature-01-seats", "Seats"),
    (-3, 11, "COUPON_ARCHIVED", "COUPON", "coupon-81d2fa", "Autumn welcome"),
    (-1, 14, "FEATURE_ARCHIVED", "FEATURE", "feature-06-audit-trail", "Audit trail"),
)
"""Day, hour, event name, entity type, entity id and name of edits that change nothing a customer has."""

KEY_EVENTS = (
    (-26, "API_KEY_CREATED", "billing-worker"),
    (-16, "API_KEY_UPDATED", "billing-worker"),
    (-9, "API_KEY_ROTATED", "backend"),
    (-9, "API_KEY_CREATED", "backend"),
    (-2, "API_KEY_REVOKED", "old-importer"),
)
BACKGROUND = (
    ("EDGE_API_CUSTOMER_DATA_RESYNC", 9),
    ("EDGE_API_PLAN_CACHE_DATA_RESYNC", 5),
    ("EDGE_API_SUBSCRIPTIONS_DATA_RESYNC", 4),
    ("DATA_EXPORT_SYNC_FAILED", 3),
)


def plan_catalogue(world: World, agenda: Agenda) -> None:
    """Have the staff edit, promote and rotate keys in office hours."""
    log = world.log
    for day, hour, event_name, entity_type, entity_id, name in EDITS:
        entity = Entity(type=entity_type, id=entity_id, name=name)
        time = moment(day, hour, log.whole(0, 50), log.whole(0, 59), log.whole(0, 999))
        for saved in range(log.whole(2, 5)):
            draft = entity if saved == 0 else Entity(type="FEATURE", id=SEATS.id, name=SEATS.name)
            name_now = event_name if saved == 0 else "FEATURE_UPDATED"
            agenda.at(time - timedelta(seconds=saved * log.whole(20, 90)), partial(_edit, world, name_now, draft))
    for day, event_name, key_name in KEY_EVENTS:
        time = moment(day, 13, 20, 7, log.whole(0, 999))
        agenda.at(time, partial(_key, world, event_name, key_name))
    for day, plan_id in ((-30, "plan-scale"), (-27, "plan-starter"), (-12, "plan-free")):
        agenda.at(moment(day, 11, 40, 3, log.whole(0, 999)), partial(_publish_quietly, world, plan_id))
    for time in spread(log, PROMOTIONS, OFFICE, last=-8):
        agenda.at(time, partial(_promote, world, agenda))
    for time in spread(log, 9, OFFICE):
        agenda.at(time, partial(_widget, world))
    for event_name, count in BACKGROUND:
        for time in spread(log, count, ROUND_THE_CLOCK):
            agenda.at(time, partial(_background, world, event_name))


def _edit(world: World, event_name: str, entity: Entity, at: datetime) -> None:
    trace = world.log.begin(at, DANA if at.day % 2 else MEI)
    payload: Json = {"id": entity.id, "name": entity.name, "description": None}
    if entity.type == "COUPON":
        status = "ARCHIVED" if event_name == "COUPON_ARCHIVED" else "ACTIVE"
        payload = {"entityId": entity.id, "name": entity.name, "couponType": "PERCENTAGE", "discountValue": 10}
        payload |= {"status": status, "createdAt": iso(moment(-29, 10)), "updatedAt": iso(at)}
    elif entity.type == "FEATURE":
        known = [feature_part(feature) for feature in FEATURES if feature.id == entity.id]
        payload |= known[0] if known else {"featureType": "BOOLEAN", "meterType": None}
        payload |= {"status": "SUSPENDED" if event_name == "FEATURE_ARCHIVED" else "ACTIVE"}
    elif entity.type == "ADDON":
        payload |= {"status": "ARCHIVED" if event_name == "ADDON_DELETED" else "PUBLISHED", "metadata": {}}
    operation = {"CREATED": "createOne", "UPDATED": "updateOne"}.get(event_name.rsplit("_", 1)[1], "archiveOne")
    kind = "".join(word.capitalize() for word in (entity.type or "").split("_"))
    trace.asked(operation + kind, {"id": entity.id, "name": entity.name}, {"id": entity.id})
    parent = PRODUCT_ID if entity.type in ("ADDON", "PACKAGE_GROUP") else None
    trace.record(event_name, entity, payload, parent=parent)


def _publish_quietly(world: World, plan_id: str, at: datetime) -> None:
    """A new version for new customers only."""
    plan = world.plans[plan_id]
    plan.version += 1
    trace = world.log.begin(at, world.log.pick((DANA, PRIYA)))
    trace.asked("publishPlan", {"id": plan_id, "migrationType": "NEW_CUSTOMERS"}, {"id": plan_id})
    trace.record("PLAN_UPDATED", plan_entity(plan), plan_payload(plan), parent=PRODUCT_ID)
    entity = Entity(type="PACKAGE", id=plan.id, name=plan.name)
    package: Json = {"packageRefId": plan.id, "packageType": "Plan", "packageVersion": plan.version}
    trace.record("PACKAGE_PUBLISHED", entity, package | {"migrationType": "NEW_CUSTOMERS"}, parent=PRODUCT_ID)


def _key(world: World, event_name: str, key_name: str, at: datetime) -> None:
    """Keys have no entity type: such events carry no entity."""
    revoked = event_name == "API_KEY_REVOKED"
    trace = world.log.begin(at, SCOPED_KEY if revoked else MEI)
    payload: Json = {
        "id": world.log.uuid(),
        "displayName": key_name,
        "keyType": "SCOPED" if key_name == "billing-worker" else "SERVER",
        "maskedToken": f"server-****{world.log.hexadecimal(4)}",
        "scopes": [{"resource": "CUSTOMER", "action": "WRITE"}] if key_name == "billing-worker" else [],
    }
    trace.record(event_name, None, payload)


def _widget(world: World, at: datetime) -> None:
    trace = world.log.begin(at, world.log.pick((TOMAS, DANA)))
    colours = {"primary": f"#{world.log.hexadecimal(6)}", "layout": world.log.pick(("compact", "wide"))}
    trace.asked("setWidgetConfiguration", colours, colours)
    trace.record("WIDGET_CONFIGURATION_UPDATED", None, {"widget": "pricing-table", "configuration": colours})


def _background(world: World, event_name: str, at: datetime) -> None:
    world.log.begin(at, SYSTEM).record(
        event_name, None, {"reason": "scheduled", "durationMs": world.log.whole(40, 9_000)}
    )


def _promote(world: World, agenda: Agenda, at: datetime) -> None:
    """Some exports more for two weeks, with a notice a week before they end."""
    log = world.log
    subscription = log.pick(world.on_plan("plan-growth") + world.on_plan("plan-starter"))
    promotion = promotion_payload(world, subscription, EXPORTS.id, (subscription.limit(EXPORTS) or 0) + 100, at, 14)
    trace = log.begin(at, log.pick((JONAS, TOMAS)))
    trace.asked(
        "grantPromotionalEntitlements",
        {"customerId": subscription.customer.id, "promotionalEntitlements": [{"featureId": EXPORTS.id}]},
        {"id": promotion["id"]},
    )
    subscription.promotions[EXPORTS.id] = promotion["usageLimit"]
    entity = Entity(type="PROMOTIONAL_ENTITLEMENT", id=promotion["id"], name=EXPORTS.name)
    trace.record("PROMOTIONAL_ENTITLEMENT_GRANTED", entity, promotion, parent=subscription.customer.id)
    record_entitlements(trace, subscription, "promotional_entitlement_granted")
    night = at.replace(hour=2, minute=0, second=9)
    for days, event_name in ((7, "PROMOTIONAL_ENTITLEMENT_ENDS_SOON"), (14, "PROMOTIONAL_ENTITLEMENT_EXPIRED")):
        if night + timedelta(days=days) < moment(1, 0):
            agenda.at(night + timedelta(days=days), partial(_near_end, world, subscription, promotion, event_name))


def _near_end(world: World, subscription: Subscription, promotion: Json, event_name: str, at: datetime) -> None:
    trace = world.log.begin(at, SCHEDULER)
    entity = Entity(type="PROMOTIONAL_ENTITLEMENT", id=promotion["id"], name=EXPORTS.name)
    if event_name.endswith("EXPIRED"):
        subscription.promotions.pop(EXPORTS.id, None)
        trace.record(event_name, entity, promotion | {"status": "Expired"}, parent=subscription.customer.id)
        record_entitlements(trace, subscription, "promotional_entitlement_expired")
    else:
        trace.record(event_name, entity, promotion | {"notifyBeforeDays": 7}, parent=subscription.customer.id)


def promotion_payload(
    world: World, subscription: Subscription, feature_id: str, limit: int, at: datetime, days: int
) -> Json:
    """A promotional entitlement that ends after some days."""
    feature = next(one for one in FEATURES if one.id == feature_id)
    return {
        "id": world.log.uuid(),
        "status": "Active",
        "feature": feature_part(feature),
        "customer": customer_reference(subscription.customer),
        "hasUnlimitedUsage": False,
        "usageLimit": limit,
        "resetPeriod": "MONTH",
        "isVisible": True,
        "period": "CUSTOM",
        "endDate": iso(at + timedelta(days=days)),
    }
