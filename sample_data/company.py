"""The invented company whose log this is: its environments, people, machines, features, plans and customers."""

from dataclasses import dataclass

from store import Actor

ACCOUNT_ID = "2c9f3e10-7d54-4a0b-b1a6-f0c2d9e7a318"
ENVIRONMENT_IDS = {
    "production": "e84b1f76-3a2d-4d88-9c0e-61f5a7b2c933",
    "staging": "9b60d2c4-15ef-4a37-8f21-c07d4e3b5a68",
}
PRODUCT_ID = "product-northlake"


def _person(name: str, address: str, ip_address: str) -> Actor:
    return Actor(type="USER", name=name, email=f"{address}@northlake.example", ip_address=ip_address)


DANA = _person("Dana Whitfield", "dana.whitfield", "203.0.113.24")
PRIYA = _person("Priya Raman", "priya.raman", "203.0.113.31")
JONAS = _person("Jonas Lindqvist", "jonas.lindqvist", "2001:db8::5f")
TOMAS = _person("Tomás Arriaga", "tomas.arriaga", "203.0.113.47")
MEI = _person("Mei Nakamura", "mei.nakamura", "203.0.113.58")
STAFF = (DANA, PRIYA, JONAS, TOMAS, MEI)

SUPPORT = Actor(type="SUPPORT", name="Rowan Ellis", email="rowan.ellis@support.example", ip_address="198.51.100.7")
BACKENDS = tuple(Actor(type="APP_SERVER", ip_address=f"192.0.2.{last}") for last in (10, 11, 12, 13))
STAGING_BACKEND = Actor(type="APP_SERVER", ip_address="192.0.2.110")
SCOPED_KEY = Actor(
    type="SCOPED_KEY",
    ip_address="192.0.2.40",
    more='{"scopedKeyId": "5d0c7a1e-93b4-4f26-a8d1-70e2c5b9f364", "scopedKeyName": "billing-worker"}',
)
SERVICE = Actor(type="SERVICE", name="Nightly reconciliation", ip_address="192.0.2.55")
WORKFLOW_MORE = '{"workflowId": "wf_18", "workflowName": "Extend trial on request", "workflowExecutionId": "%d"}'
SALESFORCE = Actor(type="SALESFORCE", ip_address="198.51.100.81")
STRIPE = Actor(type="STRIPE")
AWS = Actor(type="AWS")
IMPORT = Actor(type="IMPORT")
MIGRATION = Actor(type="MIGRATION")
SCHEDULER = Actor(type="SCHEDULER")
SYSTEM = Actor(type="SYSTEM")
ONLY_AN_ADDRESS = Actor(ip_address="2001:db8:4f::1c")


@dataclass(frozen=True)
class Feature:
    """Something a plan can grant. `meter` is None for a feature that is either there or not."""

    id: str
    name: str
    meter: str | None
    unit: str = ""


SEATS = Feature("feature-01-seats", "Seats", "FLUCTUATING", "seat")
EXPORTS = Feature("feature-02-exports", "Exports", "INCREMENTAL", "export")
API_CALLS = Feature("feature-03-api-calls", "API calls", "INCREMENTAL", "call")
WORKSPACES = Feature("feature-04-workspaces", "Workspaces", "FLUCTUATING", "workspace")
SINGLE_SIGN_ON = Feature("feature-05-single-sign-on", "Single sign-on", None)
FEATURES = (SEATS, EXPORTS, API_CALLS, WORKSPACES, SINGLE_SIGN_ON)


@dataclass
class Plan:
    """A plan as it is published now. `limits` is by feature id; None is unlimited."""

    id: str
    name: str
    pricing_type: str
    price: int
    version: int
    limits: dict[str, int | None]


def plans() -> dict[str, Plan]:
    """The catalogue on the first day, by plan id."""
    return {
        plan.id: plan
        for plan in (
            Plan("plan-free", "Free", "FREE", 0, 3, _limits(2, 10, 200, 1)),
            Plan("plan-starter", "Starter", "PAID", 49, 4, _limits(8, 100, 2_000, 3)),
            Plan("plan-growth", "Growth", "PAID", 249, 7, _limits(25, 500, 10_000, 10)),
            Plan("plan-scale", "Scale", "CUSTOM", 1_900, 5, _limits(None, None, 250_000, 60)),
        )
    }


def _limits(seats: int | None, exports: int | None, calls: int | None, workspaces: int | None) -> dict[str, int | None]:
    return {SEATS.id: seats, EXPORTS.id: exports, API_CALLS.id: calls, WORKSPACES.id: workspaces}


@dataclass(frozen=True)
class Account:
    """A customer before the story: `sites` is how many further subscriptions it has, `weight` how busy it is."""

    id: str
    name: str
    mailbox: str
    plan_id: str
    sites: int = 0
    weight: int = 2
    environment: str = "production"


BRIGHTWATER = "customer-3fa91c"
HEAVY_USERS = ("customer-81c05e", "customer-d4472b", "customer-0b96fa", "customer-6e31d8")
"""Customers on Growth, next to Brightwater, that make more API calls in a month than the wrong limit allows."""

ACCOUNTS = (
    Account(BRIGHTWATER, "Brightwater Analytics", "ap@brightwater.example", "plan-starter", 0, 4),
    Account("customer-81c05e", "Larkspur Health", "billing@larkspur.example", "plan-growth", 14, 8),
    Account("customer-d4472b", "Copperline Logistics", "accounts@copperline.example", "plan-growth", 17, 8),
    Account("customer-0b96fa", "Kestrel Freight", "finance@kestrel.example", "plan-growth", 16, 7),
    Account("customer-6e31d8", "Vireo Energy", "pay@vireo.example", "plan-growth", 12, 6),
    Account("customer-a2f71b", "Juniper & Rye Foods", "office@juniperrye.example", "plan-growth", 8, 4),
    Account("customer-57de03", "Halcyon Travel", "books@halcyon.example", "plan-growth", 7, 4),
    Account("customer-c90b64", "Petrel Marine", "ap@petrel.example", "plan-growth", 6, 3),
    Account("customer-18aa7d", "Saffron Street Kitchens", "hello@saffronstreet.example", "plan-growth", 9, 3),
    Account("customer-e6054f", "Nimbus Cartography", "maps@nimbus.example", "plan-growth", 4, 3),
    Account("customer-73b12c", "Quillmark Publishing", "desk@quillmark.example", "plan-growth", 3, 3),
    Account("customer-2dc8e9", "Fernhollow Schools", "bursar@fernhollow.example", "plan-growth", 13, 3),
    Account("customer-b1f04a", "Redstart Robotics", "ops@redstart.example", "plan-growth", 5, 5),
    Account("customer-94e7d6", "Blue Heron Credit Union", "vendor@blueheron.example", "plan-growth", 9, 3),
    Account("customer-0ea35b", "Pinecrest Dental Group", "front@pinecrest.example", "plan-growth", 8, 2),
    Account("customer-f82c11", "Riverbend Clinics", "billing@riverbend.example", "plan-growth", 11, 3),
    Account("customer-45b9c0", "Meridian Ferries", "tickets@meridian.example", "plan-growth", 4, 2),
    Account("customer-c3d80e", "Northgate Museums", "shop@northgate.example", "plan-growth", 3, 1),
    Account("org|2214", "Søren Kjær Design", "studio@kjaer.example", "plan-growth", 0, 2),
    Account("customer-6a4f92", "三日月書房", "info@mikazuki.example", "plan-growth", 1, 2),
    Account("customer-d07e38", "[EU] Bracket & Sons [/]", "office@bracket.example", "plan-growth", 0, 2),
    Account("customer-39c6b5", "Almanac Weather", "data@almanac.example", "plan-scale", 0, 12),
    Account("customer-e81d70", "Verdant Transit", "ap@verdant.example", "plan-scale", 0, 9),
    Account("customer-1b7fa4", "Yarrow Insurance", "procurement@yarrow.example", "plan-scale", 0, 8),
    Account("customer-8cf2e6", "Willowbark Pharma", "vendors@willowbark.example", "plan-scale", 0, 6),
    Account("tidewater@prod|eu.1", "Tidewater Sensors", "billing@tidewater.example", "plan-scale", 0, 6),
    Account("customer-f50a9d", "Cobalt Orchard", "hello@cobaltorchard.example", "plan-starter", 0, 3),
    Account("customer-7d13c8", "Signalhouse Radio", "studio@signalhouse.example", "plan-starter", 0, 2),
    Account("customer-a60e5f", "Wrenfield Apparel", "shop@wrenfield.example", "plan-starter", 0, 2),
    Account("customer-52b8d1", "Glasswing Optics", "lab@glasswing.example", "plan-starter", 0, 2),
    Account("customer-de947a", "Harbor & Vine", "cellar@harborvine.example", "plan-starter", 0, 2),
    Account("customer-03fc6e", "Lumen Archive", "keeper@lumen.example", "plan-starter", 0, 2),
    Account("customer-b7250c", "🚀 Rocketpad Labs", "launch@rocketpad.example", "plan-starter", 0, 3),
    Account("customer-6f8ed3", "مكتبة النخيل", "salam@nakhil.example", "plan-starter", 0, 2),
    Account("customer-91a4b7", "Moorland Ceramics", "kiln@moorland.example", "plan-free", 0, 1),
    Account("customer-c8e60d", "Opaline Studios", "hi@opaline.example", "plan-free", 0, 1),
    Account("customer-24d57f", "", "someone@unnamed.example", "plan-free", 0, 1),
    Account("customer-ea09b3", "Stonecrop Gardens", "grow@stonecrop.example", "plan-free", 0, 1),
    Account("customer-7b3ce1", 'Thistle "n" Bloom', "petals@thistle.example", "plan-free", 0, 1),
    Account("customer-10f8a2", "Zephyr Cycles", "ride@zephyr.example", "plan-free", 0, 1),
    Account("acme@staging", "Acme (staging)", "qa@northlake.example", "plan-growth", 0, 5, "staging"),
    Account("customer-5ca7e0", "Load test tenant", "qa@northlake.example", "plan-scale", 0, 4, "staging"),
    Account("customer-bd16f4", "Migration rehearsal", "qa@northlake.example", "plan-starter", 0, 3, "staging"),
)

NEW_CUSTOMERS = (
    Account("customer-d95b20", "Tallow & Thread", "thread@tallow.example", "plan-starter"),
    Account("customer-3e7c4d", "Plumbline Surveying", "level@plumbline.example", "plan-starter"),
    Account("customer-f16d8b", "Umbra Games", "dev@umbra.example", "plan-growth"),
    Account("aws-7f20c3", "Cinder Path Outfitters", "trail@cinderpath.example", "plan-growth"),
    Account("customer-82ae59", "Orchid & Oak Legal", "clerk@orchidoak.example", "plan-growth"),
    Account("customer-0d64c7", "Pemberley Estates", "steward@pemberley.example", "plan-starter"),
)
"""Customers that sign up during the story."""
