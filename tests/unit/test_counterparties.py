"""Which company of the CRM each counterparty of 1C is, and what its card shows."""

from __future__ import annotations

from dataclasses import replace

import pytest

from reconcilers.counterparties import CounterpartyCase, ambiguous, decide, whose
from sverka.domain.account_rows import Contract, Counterparty, Terms
from sverka.domain.plan import Plan
from sverka.domain.rows import Client, Requisite

WHO = Counterparty(
    ext_id="guid-1", name="ООО «АгроПартс»", full_name="Общество с ограниченной ответственностью «АгроПартс»", inn="7701234567",
    kpp="770101001", partner_id="partner-1", kind="legal",
)  # fmt: skip
CARD = Client(ext_id="client:5", name="АгроПартс", phone="", email="")
DEALER = Terms(
    ext_id="terms-1", partner_id="partner-1", counterparty_id="guid-1", entity_id="our-1", price_type="Оптовая", deferral_days=21,
    is_prepaid=False, is_active=True,
)  # fmt: skip
CONTRACT = Contract(
    ext_id="contract-1", counterparty_id="guid-1", partner_id="partner-1", entity_id="our-1", number="118", signed_on=None, is_active=True,
    limit_kopecks=1_500_000_00, overdue_forbidden=False, deferral_days=30,
)  # fmt: skip
CASE = CounterpartyCase(WHO, CARD, (CONTRACT,), (DEALER,))
FIELDS = frozenset({"price_type", "deferral", "credit_limit"})


def requisite(client: str, inn: str = WHO.inn, kpp: str = WHO.kpp, number: str = "1") -> Requisite:
    return Requisite(ext_id=number, client_key=client, inn=inn, kpp=kpp)


@pytest.mark.parametrize(
    ("requisites", "client"),
    [
        pytest.param([requisite("client:5")], "client:5", id="the same numbers"),
        pytest.param([requisite("client:5", kpp="")], "client:5", id="the card has no КПП"),
        pytest.param([requisite("client:5", kpp="780101001")], "client:5", id="another branch, and no card of its own"),
        pytest.param(
            [requisite("client:5"), requisite("client:6", kpp="780101001")], "client:5", id="each branch has a card"
        ),
        pytest.param(
            [requisite("client:5"), requisite("client:5", kpp="780101001")], "client:5", id="one card for both branches"
        ),
        pytest.param([requisite("client:5"), requisite("client:6")], None, id="two cards with the same numbers"),
        pytest.param(
            [requisite("client:5", kpp=""), requisite("client:6", kpp="1")],
            None,
            id="two cards with the ИНН, neither the КПП",
        ),
        pytest.param([requisite("client:5", inn="7709999999")], None, id="another company"),
        pytest.param([], None, id="no card"),
    ],
)
def test_a_company_is_known_by_its_requisites(requisites: list[Requisite], client: str | None) -> None:
    assert whose(requisites, [WHO]).get("guid-1") == client
    has_rivals = client is None and any(each.inn == WHO.inn for each in requisites)
    assert (WHO.ext_id in ambiguous(requisites, [WHO])) is has_rivals


def test_who_has_no_number_of_a_taxpayer_is_nobody() -> None:
    assert whose([requisite("client:5", inn="", kpp="")], [replace(WHO, inn="", kpp="")]) == {}


def values(plan: Plan) -> dict[str, str]:
    return {
        action.payload["field"]: action.payload["value"] for action in plan.actions if action.kind == "client.field"
    }


def test_a_card_shows_the_terms_of_1c() -> None:
    assert values(decide(CASE, FIELDS)) == {
        "price_type": "Оптовая",
        "deferral": "21 день",
        "credit_limit": "1 500 000 ₽",
    }


def test_a_card_that_shows_them_is_left_alone() -> None:
    shown = replace(CARD, fields=values(decide(CASE, FIELDS)))
    assert decide(replace(CASE, client=shown), FIELDS).actions == ()


@pytest.mark.parametrize(
    ("terms", "contracts", "shown"),
    [
        pytest.param((DEALER,), (CONTRACT,), "21 день", id="the agreement goes before the contract"),
        pytest.param((), (CONTRACT,), "30 дней", id="the contract alone"),
        pytest.param((replace(DEALER, deferral_days=None, is_prepaid=True),), (), "предоплата", id="prepayment"),
        pytest.param((replace(DEALER, deferral_days=0),), (), "предоплата", id="no day of deferral"),
        pytest.param((replace(DEALER, is_active=False),), (CONTRACT,), "30 дней", id="an agreement that is over"),
    ],
)
def test_the_deferral_in_words(terms: tuple[Terms, ...], contracts: tuple[Contract, ...], shown: str) -> None:
    assert values(decide(replace(CASE, terms=terms, contracts=contracts), FIELDS))["deferral"] == shown


def test_no_limit_in_1c_is_no_limit_of_nothing_on_the_card() -> None:
    unlimited = replace(CASE, contracts=(replace(CONTRACT, limit_kopecks=None),))
    assert "credit_limit" not in values(decide(unlimited, FIELDS))
    assert values(decide(replace(CASE, contracts=(replace(CONTRACT, limit_kopecks=0),)), FIELDS))[
        "credit_limit"
    ].startswith("0")


def test_what_1c_does_not_say_is_listed_to_be_filled_in() -> None:
    (finding,) = decide(replace(CASE, terms=(), contracts=(replace(CONTRACT, deferral_days=None),)), FIELDS).findings
    assert (finding.kind, finding.values) == ("missing", "вид цен, срок отсрочки")


def test_a_customer_without_a_card_gets_one_with_requisites() -> None:
    made, legal = decide(replace(CASE, client=None), FIELDS).actions
    assert (made.kind, made.payload["title"], made.payload["origin"]) == ("company.create", WHO.name, "guid-1")
    assert (legal.kind, legal.payload["inn"], legal.payload["client"]) == (
        "requisite.create",
        WHO.inn,
        {"ref": made.key},
    )


@pytest.mark.parametrize(
    "case",
    [
        pytest.param(replace(CASE, client=None, contracts=(), terms=()), id="nobody that we trade with"),
        pytest.param(replace(CASE, client=None, counterparty=replace(WHO, deleted=True)), id="deleted"),
        pytest.param(replace(CASE, client=None, is_ambiguous=True), id="two cards bear its numbers"),
        pytest.param(replace(CASE, client=None, counterparty=replace(WHO, inn="")), id="no number of a taxpayer"),
    ],
)
def test_who_gets_no_card(case: CounterpartyCase) -> None:
    assert decide(case, FIELDS).actions == ()


def test_who_owes_is_a_customer_even_without_a_contract() -> None:
    assert decide(replace(CASE, client=None, contracts=(), terms=(), owes=True), FIELDS).actions
