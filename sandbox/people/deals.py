"""What people do with deals, and what they see of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sandbox.people.clients import ClientWork
from sandbox.people.keys import DEAL, Line, Number, only, shown

_FINAL = {"won": "S", "lost": "F"}


class DealWork(ClientWork):
    """Work with deals. Fields are named by their titles, or by the vendor's names."""

    def make_deal(self, funnel: str, stage: str, client: str, lines: Iterable[Line] = (), **fields: Any) -> int:
        """Make a deal for a client and return its id."""
        category = self._category(funnel)
        values = {
            "title": f"{funnel}: {client}",
            "categoryId": category,
            "stageId": self._stage(category, stage),
            **self._client(client),
            **self._values(DEAL, fields),
        }
        wish = {"entityTypeId": DEAL, "fields": values, "useOriginalUfNames": "Y"}
        deal = int(self.bitrix("crm.item.add", wish)["item"]["id"])
        if rows := list(lines):
            self.set_lines(deal, rows)
        return deal

    def move_deal(self, deal: int, stage: str) -> None:
        """Move a deal to another stage of its funnel; `won` and `lost` mean the final ones."""
        self._update(deal, {"stageId": self._stage(self._item(deal)["categoryId"], stage)})

    def set_field(self, deal: int, title: str, value: Any) -> None:
        """Fill a field of a deal; a list's option is given by its text, yes and no as booleans, None empties."""
        self._update(deal, self._values(DEAL, {title: value}))

    def set_lines(self, deal: int, lines: Iterable[Line]) -> None:
        """Replace all lines of a deal."""
        rows = [self._row(line) for line in lines]
        self.bitrix("crm.item.productrow.set", {"ownerType": "D", "ownerId": deal, "productRows": rows})

    def add_line(self, deal: int, product: str, quantity: Number, price: Number) -> int:
        """Add a line to a deal and return the row's id; the price of a piece is in roubles."""
        row = {"ownerType": "D", "ownerId": deal, **self._row((product, quantity, price))}
        return int(self.bitrix("crm.item.productrow.add", {"fields": row})["productRow"]["id"])

    def deal(self, deal: int) -> dict[str, str]:
        """Return what the card of a deal shows, as text by the fields' titles; "" for what is empty.

        Besides stand `id`, `title`, `funnel`, `stage` (`won` and `lost` for the final ones), `client` and
        `responsible`. Ticked boxes are «да» or «нет», dates `2026-11-24`, moments as the portal prints them.
        """
        item = self._item(deal)
        directory = self._stages(item["categoryId"])
        stage = next(one for one in directory if one["STATUS_ID"] == item["stageId"])
        final = {code: word for word, code in _FINAL.items()}.get(stage["SEMANTICS"], stage["NAME"])
        texts = {field["title"]: shown(field, item.get(name)) for name, field in self._described(DEAL).items()}
        names = {"funnel": self._funnels[item["categoryId"]], "stage": final, "client": self._client_name(item)}
        responsible = self.bitrix("user.get", {"FILTER": {"ID": item["assignedById"]}})[0]
        person = {"responsible": f"{responsible['NAME']} {responsible['LAST_NAME']}"}
        return texts | {"id": str(item["id"]), "title": item["title"]} | names | person

    def deal_lines(self, deal: int) -> list[dict[str, Any]]:
        """Return the lines of a deal, in the order of their ids."""
        rows: list[dict[str, Any]] = []
        params = {"filter": {"=ownerType": "D", "=ownerId": deal}, "order": {"id": "asc"}}
        while page := self.bitrix("crm.item.productrow.list", {**params, "start": len(rows)})["productRows"]:
            rows += page
            if len(page) < 50:
                break
        return rows

    def find_deals(self, **conditions: Any) -> list[int]:
        """Return the ids of the deals that fit, by the vendor's names: `originId="236"`, `contactId=7`."""
        return [int(row["id"]) for row in self._found(DEAL, {f"={name}": value for name, value in conditions.items()})]

    def _item(self, deal: int) -> dict[str, Any]:
        params = {"entityTypeId": DEAL, "id": deal, "useOriginalUfNames": "Y"}
        return dict(self.bitrix("crm.item.get", params)["item"])

    def _update(self, deal: int, fields: Mapping[str, Any]) -> None:
        change = {"entityTypeId": DEAL, "id": deal, "fields": fields, "useOriginalUfNames": "Y"}
        self.bitrix("crm.item.update", change)

    @property
    def _funnels(self) -> dict[int, str]:
        return {
            one["id"]: one["name"] for one in self.bitrix("crm.category.list", {"entityTypeId": DEAL})["categories"]
        }

    def _category(self, funnel: str) -> int:
        found = [{"id": number} for number, name in self._funnels.items() if name == funnel]
        return int(only(found, f"funnel {funnel!r}")["id"])

    def _stages(self, category: int) -> list[dict[str, Any]]:
        directory = f"DEAL_STAGE_{category}" if category else "DEAL_STAGE"
        return list(self.bitrix("crm.status.list", {"filter": {"ENTITY_ID": directory}, "order": {"SORT": "ASC"}}))

    def _stage(self, category: int, stage: str) -> str:
        final = _FINAL.get(stage)
        for one in self._stages(category):
            if one["SEMANTICS"] == final if final else one["NAME"] == stage:
                return str(one["STATUS_ID"])
        raise LookupError(f"The funnel has no stage {stage!r}.")

    def _row(self, line: Line) -> dict[str, Any]:
        product, quantity, price = line
        return {"productId": self._product(product)["id"], "quantity": str(quantity), "price": str(price)}
