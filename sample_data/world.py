"""The customers, subscriptions and usage of the story as they stand now, and what payloads say of them."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from store import Entity

from .company import FEATURES, PRODUCT_ID, Account, Feature, Plan, plans
from .log import Json, Log, iso


@dataclass
class Customer:
    """One customer; `metadata` and the like change as events say so."""

    account: Account
    uuid: str
    billing_id: str | None
    crm_id: str | None = None
    metadata: dict[str, Any] = field(default_factory=dict)
    tokens_granted: int = 0
    tokens_left: int = 0

    @property
    def id(self) -> str:
        return self.account.id

    @property
    def entity(self) -> Entity:
        return Entity(type="CUSTOMER", id=self.id, name=self.account.name)


@dataclass
class Subscription:
    """One subscription, on the version of its plan that it was last moved to.

    `used` is by feature id; `told` holds the amounts of usage that were said to have reached the limit.
    """

    id: str
    uuid: str
    customer: Customer
    plan: Plan
    version: int
    limits: dict[str, int | None]
    start: datetime
    resource: str | None = None
    status: str = "ACTIVE"
    trial_end: datetime | None = None
    ended: datetime | None = None
    extra_seats: int = 0
    promotions: dict[str, int] = field(default_factory=dict)
    used: dict[str, int] = field(default_factory=dict)
    told: set[tuple[int, str]] = field(default_factory=set)
    period: datetime = datetime.min

    @property
    def entity(self) -> Entity:
        return Entity(type="SUBSCRIPTION", id=self.id, name=self.plan.name)

    def enter_period(self, at: datetime) -> None:
        """Begin a new month of usage when the last one is over."""
        if self.period == datetime.min:
            self.period = self.start
        while self.period + timedelta(days=30) <= at:
            self.period += timedelta(days=30)
            for feature in FEATURES:
                if feature.meter == "INCREMENTAL":
                    self.used[feature.id] = 0

    def limit(self, feature: Feature) -> int | None:
        """What the plan, add-ons and promotions grant together; None is unlimited."""
        limit = self.limits.get(feature.id)
        if limit is None:
            return None
        extra = self.extra_seats if feature.name == "Seats" else 0
        return max(limit + extra, self.promotions.get(feature.id, 0))


class World:
    """Everything that changes while the story is told."""

    def __init__(self, log: Log) -> None:
        self.log = log
        self.plans = plans()
        self.customers: dict[str, Customer] = {}
        self.subscriptions: list[Subscription] = []

    def add_customer(self, account: Account, billing: bool = True) -> Customer:
        billing_id = f"cus_{self.log.hexadecimal(14)}" if billing else None
        customer = Customer(account, self.log.uuid(), billing_id, metadata={"region": self.log.pick(REGIONS)})
        self.customers[account.id] = customer
        return customer

    def add_subscription(
        self, customer: Customer, plan_id: str, start: datetime, resource: str | None = None
    ) -> Subscription:
        plan = self.plans[plan_id]
        subscription = Subscription(
            id=f"subscription-{plan_id}-{self.log.hexadecimal(6)}",
            uuid=self.log.uuid(),
            customer=customer,
            plan=plan,
            version=plan.version,
            limits=dict(plan.limits),
            start=start,
            resource=resource,
        )
        self.subscriptions.append(subscription)
        return subscription

    def of(self, customer: Customer) -> Subscription | None:
        """The customer's own running subscription: the newest that belongs to no site."""
        own = [one for one in self.subscriptions if one.customer is customer and not one.resource and running(one)]
        return own[-1] if own else None

    def on_plan(self, plan_id: str, environment: str = "production") -> list[Subscription]:
        """The running subscriptions to a plan."""
        return [
            one
            for one in self.subscriptions
            if one.plan.id == plan_id and running(one) and one.customer.account.environment == environment
        ]


REGIONS = ("eu-west", "eu-north", "us-east", "us-west", "ap-south")


def running(subscription: Subscription) -> bool:
    """Whether the customer may use it now."""
    return subscription.status in ("ACTIVE", "IN_TRIAL")


def customer_part(customer: Customer) -> Json:
    """A customer whole, as events about it say."""
    return {
        "entityId": customer.uuid,
        "id": customer.id,
        "name": customer.account.name,
        "email": customer.account.mailbox,
        "billingId": customer.billing_id,
        "crmId": customer.crm_id,
        "metadata": customer.metadata,
    }


def customer_reference(customer: Customer) -> Json:
    """The customer as events about other things name it."""
    return {"id": customer.id, "name": customer.account.name, "email": customer.account.mailbox}


def plan_part(plan: Plan, version: int) -> Json:
    """The version of a plan that a subscription is on."""
    return {"id": plan.id, "name": plan.name, "version": version, "pricingType": plan.pricing_type}


def feature_part(feature: Feature) -> Json:
    """What a feature is and how it is counted."""
    kind = "NUMBER" if feature.meter else "BOOLEAN"
    part: Json = {"id": feature.id, "name": feature.name, "featureType": kind, "meterType": feature.meter}
    if feature.unit:
        part |= {"unit": feature.unit, "units": feature.unit + "s"}
    return part


def window_part(subscription: Subscription, feature: Feature) -> Json:
    """The month in which usage of the feature is counted, where it starts anew each month."""
    if feature.meter != "INCREMENTAL":
        return {"resetPeriod": None}
    return {
        "usagePeriodStart": iso(subscription.period),
        "usagePeriodEnd": iso(subscription.period + timedelta(days=30)),
        "resetPeriod": "MONTH",
    }


def resource_part(subscription: Subscription) -> Json | None:
    """The site a subscription is for, if any."""
    return {"id": subscription.resource} if subscription.resource else None


def subscription_payload(subscription: Subscription, at: datetime, **more: object) -> Json:
    """A subscription as it stands at that time."""
    subscription.enter_period(at)
    addons = [{"id": "addon-extra-seats", "quantity": subscription.extra_seats}] if subscription.extra_seats else []
    return {
        "entityId": subscription.uuid,
        "id": subscription.id,
        "status": subscription.status,
        "startDate": iso(subscription.start),
        "endDate": iso(subscription.ended) if subscription.ended else None,
        "trialEndDate": iso(subscription.trial_end) if subscription.trial_end else None,
        "currentBillingPeriodStart": iso(subscription.period),
        "currentBillingPeriodEnd": iso(subscription.period + timedelta(days=30)),
        "billingPeriod": "ANNUALLY" if subscription.resource else "MONTHLY",
        "billingCurrency": "usd",
        "isTrialSubscription": subscription.trial_end is not None,
        "paymentCollection": "NOT_REQUIRED",
        "resource": resource_part(subscription),
        "customer": customer_reference(subscription.customer),
        "plan": plan_part(subscription.plan, subscription.version),
        "addons": addons,
        **more,
    }


def entitlement_part(subscription: Subscription, feature: Feature) -> Json:
    """How much of one feature a customer may use and has used."""
    limit = subscription.limit(feature)
    return {
        "feature": feature_part(feature),
        "usageLimit": limit,
        "hasUnlimitedUsage": limit is None,
        "hasSoftLimit": False,
        "currentUsage": subscription.used.get(feature.id, 0),
        **window_part(subscription, feature),
    }


def entitlements_payload(subscription: Subscription, at: datetime, trigger: str) -> Json:
    """What a customer may use, feature by feature, at that time."""
    subscription.enter_period(at)
    return {
        "trigger": trigger,
        "customer": customer_reference(subscription.customer),
        "resource": resource_part(subscription),
        "entitlements": [
            entitlement_part(subscription, feature) for feature in FEATURES if feature.id in subscription.limits
        ],
        "entitlementsUpdatedAt": iso(at),
    }


def usage_payload(subscription: Subscription, feature: Feature, at: datetime) -> Json:
    """How much of one feature is used, at that time."""
    limit = subscription.limit(feature)
    used = subscription.used.get(feature.id, 0)
    return {
        "currentUsage": used,
        "usageLimit": limit,
        "usageUsedPercentage": round(used * 100 / limit, 1) if limit else None,
        "hasUnlimitedUsage": limit is None,
        "hasSoftLimit": False,
        **window_part(subscription, feature),
        "feature": feature_part(feature),
        "customer": customer_reference(subscription.customer),
        "resource": resource_part(subscription),
        "activeSubscriptions": [{"id": subscription.id, "plan": plan_part(subscription.plan, subscription.version)}],
    }


def plan_payload(plan: Plan) -> Json:
    """A plan as it is published now."""
    return {
        "id": plan.id,
        "name": plan.name,
        "description": None,
        "productId": PRODUCT_ID,
        "status": "PUBLISHED",
        "isLatest": True,
        "version": plan.version,
        "packageEntitlements": [
            {
                "feature": feature_part(feature),
                "hasUnlimitedUsage": plan.limits[feature.id] is None,
                "usageLimit": plan.limits[feature.id],
            }
            for feature in FEATURES
            if feature.id in plan.limits
        ],
        "prices": [{"billingModel": "FLAT_FEE", "billingPeriod": "MONTHLY", "amount": plan.price, "currency": "usd"}],
        "metadata": {},
    }


def plan_entity(plan: Plan) -> Entity:
    """The plan as the entity of an event."""
    return Entity(type="PLAN", id=plan.id, name=plan.name)
