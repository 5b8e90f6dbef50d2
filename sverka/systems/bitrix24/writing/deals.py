"""Deals: a stage, the lines, a new one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sverka.domain.actions import Payload
from sverka.domain.money import parse_kopecks, roubles
from sverka.domain.quantity import parse_thousandths, units
from sverka.systems.bitrix24.batch import BatchAnswer
from sverka.systems.bitrix24.client import PortalApi
from sverka.systems.bitrix24.directory import Directory
from sverka.systems.bitrix24.encoding import Command
from sverka.systems.bitrix24.faults import SYSTEM
from sverka.systems.bitrix24.question import Question
from sverka.systems.bitrix24.walk import at_once, read_at_once
from sverka.systems.bitrix24.writing.aims import Aim, card_type, item_list, item_update, the_item
from sverka.systems.bitrix24.writing.creations import Creation, card_bearers, named
from sverka.systems.bitrix24.writing.fields import field_info
from sverka.systems.errors import BadAnswer
from sverka.systems.values import Json, ident, is_nothing, text

Key = tuple[str, str, int]
"""What tells lines apart: the product, the name of one without a product, the price in kopecks."""

_MOST_LINES = 199
"""More lines of one deal are not rewritten."""

_KEPT = ("taxRate", "taxIncluded", "measureCode")
_KEPT_WITH_PRICE = ("discountTypeId", "discountRate", "discountSum")
"""What a row keeps of the row that it replaces: its taxes and measure always, the discount that its price already bears."""


def deal_stage(payload: Payload, _directory: Directory) -> Aim:
    """Payload: {deal, from_stage, stage, funnel}."""
    funnel = {"categoryId": int(payload["funnel"])} if payload["funnel"] else {}

    def missing(answer: BatchAnswer) -> list[Command]:
        stands = text(the_item(answer, "deal", payload["deal"]).get("stageId"))
        update = item_update("deal", payload["deal"], {**funnel, "stageId": payload["stage"]})
        return [] if stands == payload["stage"] else [update]

    def is_as_planned(answer: BatchAnswer) -> bool:
        return text(the_item(answer, "deal", payload["deal"]).get("stageId")) == str(payload["from_stage"])

    return Aim({"deal": item_list("deal", payload["deal"], "stageId")}, missing, is_as_planned)


def deal_lines(payload: Payload, _directory: Directory) -> Aim:
    """Payload: {deal, lines: [{product, name, price_kopecks, amount_thousandths}], was?: the same of what the plan was made on}."""
    question = Question[Json](
        "lines", "crm.item.productrow.list", ("productRows",), lambda raw: raw,
        filter={"=ownerType": "D", "=ownerId": int(payload["deal"])}, expected_rows=_MOST_LINES,
    )  # fmt: skip
    wanted = summed((line_key(line), line["amount_thousandths"]) for line in payload["lines"])

    def rows_of(answer: BatchAnswer) -> Sequence[Json]:
        rows = read_at_once(answer, question)
        if any(ident(row.get("ownerId")) != payload["deal"] for row in rows):
            raise BadAnswer(SYSTEM, question.method, "rows of other deals came: the filter was not applied")
        return rows

    def missing(answer: BatchAnswer) -> list[Command]:
        rows = rows_of(answer)
        return [] if _standing(rows) == wanted else _replacing(payload, rows)

    def is_as_planned(answer: BatchAnswer) -> bool:
        return was(payload, _standing(rows_of(answer)))

    return Aim(at_once(question), missing, is_as_planned)


def was(payload: Payload, standing: Mapping[Key, int]) -> bool:
    """Whether lines that stand are those that the plan was made on; a payload that does not say so was made on any."""
    planned_on = payload.get("was")
    return planned_on is None or standing == summed((line_key(line), line["amount_thousandths"]) for line in planned_on)


def _standing(rows: Iterable[Json]) -> dict[Key, int]:
    return summed((_key_of(row), parse_thousandths(row.get("quantity"))) for row in rows)


def line_key(line: Mapping[str, Any]) -> Key:
    """Return what tells a payload's line apart."""
    return line["product"], "" if line["product"] else line["name"], line["price_kopecks"]


def summed(lines: Iterable[tuple[Key, int]]) -> dict[Key, int]:
    """Add up the amounts of equal lines; those of nothing are left out."""
    total: Counter[Key] = Counter()
    for key, amount_thousandths in lines:
        total[key] += amount_thousandths
    return {key: amount for key, amount in total.items() if amount}


def _key_of(row: Json) -> Key:
    product = ident(row.get("productId"))
    return product, "" if product else text(row.get("productName")), parse_kopecks(row.get("price"))


def _replacing(payload: Payload, rows: Sequence[Json]) -> list[Command]:
    """Return the writes that put the payload's lines in place of the deal's rows."""
    if not payload["lines"]:  # an empty list cannot be told in a batch, where it would be a list of one nothing
        return [Command("crm.item.productrow.delete", {"id": int(ident(row.get("id")))}) for row in rows]
    standing = {(_key_of(row)[:2]): row for row in reversed(rows)}
    lines = [_row(line, standing.get(line_key(line)[:2], {}), place) for place, line in enumerate(payload["lines"], 1)]
    owner = {"ownerType": "D", "ownerId": int(payload["deal"])}
    return [Command("crm.item.productrow.set", {**owner, "productRows": lines})]


def _row(line: Mapping[str, Any], replaced: Json, place: int) -> Json:
    same_price = not is_nothing(replaced.get("price")) and parse_kopecks(replaced["price"]) == line["price_kopecks"]
    kept = (*_KEPT, *(_KEPT_WITH_PRICE if same_price else ()))
    return {
        **({"productId": int(line["product"])} if line["product"] else {}),
        "productName": line["name"] or text(replaced.get("productName")),
        "price": roubles(line["price_kopecks"]),
        "quantity": units(line["amount_thousandths"]),
        "sort": place * 10,
        **{name: replaced[name] for name in kept if replaced.get(name) is not None},
    }


def _deal_command(payload: Payload, directory: Directory) -> Command:
    custom = {}
    for ours, words in payload["fields"].items():
        info = field_info("deal", ours, directory)
        custom[info.name] = info.written(words)
    place = {"categoryId": int(payload["funnel"] or 0), "stageId": payload["stage"]}
    card = {"title": payload["title"], **place, **_client(payload["client"]), **_owned(payload), **custom}
    return Command("crm.item.add", {**card_type("deal"), "fields": card})


def _client(key: str) -> dict[str, Any]:
    kind, _, number = key.partition(":")
    bindings: dict[str, dict[str, Any]] = {"client": {"companyId": number}, "contact": {"contactIds": [number]}}
    return bindings.get(kind, {})


def _owned(payload: Payload) -> dict[str, str]:
    optional = {"assignedById": payload["responsible"], "sourceId": payload.get("source", "")}
    marks = {"originatorId": payload["originator"], "originId": payload["origin"]}
    return {**{name: value for name, value in optional.items() if value}, **marks}


def _deal_bearers(api: PortalApi, payload: Payload, _directory: Directory) -> list[str]:
    return card_bearers(api, "deal", payload)


DEAL = Creation(_deal_command, lambda result: named(result, "item", "id"), _deal_bearers)
