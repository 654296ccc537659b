"""The known names: complete, found by every spelling, and never confused with each other."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store import ACTOR_TYPES, ENTITY_TYPES, EVENT_NAMES, Vocabulary

VOCABULARIES = (EVENT_NAMES, ENTITY_TYPES, ACTOR_TYPES)
ANY_TEXT = st.text(st.characters(exclude_categories=()), max_size=30)


def stored_texts_matching(vocabulary: Vocabulary, word: str) -> list[str]:
    return [term.stored for term in vocabulary.terms if vocabulary.matches(word, term.stored)]


def test_the_vocabulary_is_complete() -> None:
    assert [len(vocabulary.terms) for vocabulary in VOCABULARIES] == [104, 16, 15]
    for vocabulary in VOCABULARIES:
        assert len({term.stored for term in vocabulary.terms}) == len(vocabulary.terms)


def test_there_are_ten_documented_actor_labels_and_three_of_ours() -> None:
    assert {term.label for term in ACTOR_TYPES.terms} == {
        "Stigg application",
        "Backend SDK",
        "Frontend SDK",
        "Salesforce",
        "Stripe",
        "AWS Marketplace",
        "Import process",
        "Subscription migration",
        "System",
        "Stigg support",
        "Service key",
        "Scoped API key",
        "Workflow",
    }


def test_dotted_names_and_folded_stored_names_are_unique() -> None:
    dotted = [term.dotted for term in EVENT_NAMES.terms if term.dotted]
    assert len(dotted) == len(set(dotted))
    assert EVENT_NAMES.word("CREATE_SUBSCRIPTION_FAILED") == "subscription.create_failed"
    assert EVENT_NAMES.word("SUBSCRIPTION_SPENT_LIMIT_EXCEEDED") == "subscription.spend_limit.exceeded"


@pytest.mark.parametrize("vocabulary", VOCABULARIES)
def test_every_spelling_finds_its_term(vocabulary: Vocabulary) -> None:
    for term in vocabulary.terms:
        for spelling in (*term.spellings, *term.also):
            assert vocabulary.matches(spelling, term.stored), spelling
            assert vocabulary.matches(spelling.upper().replace(" ", "-"), term.stored), spelling
        assert vocabulary.label(term.stored) == term.label


@pytest.mark.parametrize("vocabulary", VOCABULARIES)
def test_a_stored_name_by_its_own_word_means_only_itself_unless_its_label_is_shared(vocabulary: Vocabulary) -> None:
    shared = {"SYSTEM": ["SCHEDULER", "SYSTEM"]}
    shared["CREDIT_GRANT_DEPLETED"] = ["CREDIT_GRANT_DEPLETED", "CREDIT_GRANT_BALANCE_DEPLETED"]
    for term in vocabulary.terms:
        found = stored_texts_matching(vocabulary, vocabulary.word(term.stored))
        assert found == shared.get(term.stored, [term.stored])


@pytest.mark.parametrize(
    ("vocabulary", "word", "stored"),
    [
        (ACTOR_TYPES, "System", ["SCHEDULER", "SYSTEM"]),
        (ACTOR_TYPES, "scheduler", ["SCHEDULER"]),
        (ACTOR_TYPES, "frontend-sdk", ["APP_PUBLIC", "APP_CUSTOMER"]),
        (ENTITY_TYPES, "add-on", ["ADDON"]),
        (EVENT_NAMES, "Product archived", ["PRODUCT_DELETED"]),
        (EVENT_NAMES, "promotionalentitlement.GRANTED", ["PROMOTIONAL_ENTITLEMENT_GRANTED"]),
        (EVENT_NAMES, "credits.balance.depleted", ["CREDITS_BALANCE_DEPLETED_OLD"]),
        (EVENT_NAMES, "nothing of this name", []),
        (EVENT_NAMES, "", []),
    ],
)
def test_a_word_means_every_term_that_it_spells(vocabulary: Vocabulary, word: str, stored: list[str]) -> None:
    assert stored_texts_matching(vocabulary, word) == stored


def test_a_stored_text_is_one_term_by_its_stored_spelling_first() -> None:
    assert ACTOR_TYPES.matches("system", "System")
    assert not ACTOR_TYPES.matches("scheduler", "System")
    assert EVENT_NAMES.matches("SUBSCRIPTION_CREATED", "Subscription created")
    assert EVENT_NAMES.label("subscription.created") == "Subscription created"
    assert EVENT_NAMES.spellings("Subscription created") == (
        "SUBSCRIPTION_CREATED",
        "Subscription created",
        "subscription.created",
    )


def test_an_unknown_name_is_equal_to_itself_without_regard_to_case_and_to_nothing_else() -> None:
    assert EVENT_NAMES.matches("invoice.paid", "Invoice.Paid")
    assert not EVENT_NAMES.matches("invoice paid", "invoice.paid")
    assert not EVENT_NAMES.matches("invoice.paid", None)
    assert EVENT_NAMES.label("invoice.paid") == EVENT_NAMES.word("invoice.paid") == "invoice.paid"
    assert EVENT_NAMES.spellings("invoice.paid") == ("invoice.paid",)


@given(st.sampled_from(VOCABULARIES), ANY_TEXT)
def test_the_word_of_any_stored_text_finds_it(vocabulary: Vocabulary, stored: str) -> None:
    assert vocabulary.matches(vocabulary.word(stored), stored)
    assert vocabulary.label(stored) or not stored


@pytest.mark.parametrize("vocabulary", VOCABULARIES)
def test_the_word_of_a_text_stored_as_any_spelling_finds_it(vocabulary: Vocabulary) -> None:
    for term in vocabulary.terms:
        for stored in (*term.spellings, *term.also):
            assert vocabulary.matches(vocabulary.word(stored), stored), stored


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("SUBSCRIPTION_CREATED", "created"),
        ("PACKAGE_PUBLISHED", "created"),
        ("FEATURE_GROUP_UN_ARCHIVED", "created"),
        ("CREDITS_GRANT_GRANTED_OLD", "created"),
        ("API_KEY_ROTATED", "changed"),
        ("PRODUCT_DELETED", "ended"),
        ("CREDIT_BALANCE_DEPLETED", "ended"),
        ("SUBSCRIPTION_TRIAL_ENDS_SOON", "warning"),
        ("credits.grant.usage_low", "warning"),
        ("Create subscription failed", "failure"),
        ("ENTITLEMENT_DENIED", "failure"),
        ("EDGE_API_DOGGO_RESYNC", "job"),
        ("STRIPE_APP_DRAWER_VIEWED", "job"),
        ("invoice.created", "created"),
        ("UserLoginFailed", "failure"),
        ("FileDeleted", "ended"),
        ("Undeleted", None),
        ("Workflow", None),
        ("CREATED_BY_NOBODY", None),
        ("", None),
    ],
)
def test_the_last_word_of_a_name_tells_its_kind(name: str, kind: str | None) -> None:
    assert EVENT_NAMES.kind(name) == kind


def test_every_known_event_name_has_a_kind() -> None:
    assert [term.stored for term in EVENT_NAMES.terms if EVENT_NAMES.kind(term.stored) is None] == []


def test_a_huge_text_is_no_known_name() -> None:
    huge = "x" * 1_000_000
    assert EVENT_NAMES.label(huge) == huge
    assert EVENT_NAMES.kind(huge + "_CREATED") == "created"
    assert EVENT_NAMES.matches(huge.upper(), huge)
