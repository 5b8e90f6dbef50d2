"""The way out on the paper that the client signs: when deals leave, what the warehouse and the client get, who is asked."""

from __future__ import annotations

from collections.abc import Iterator

from sverka.companies.company import Company
from sverka.companies.paper_layout import DASH
from sverka.domain.dunning.facts import Hold
from sverka.domain.holds import HOLDS
from sverka.domain.state_table import TODAY, WAITING, Funnel, Ships, Stage


def shipping_moves(company: Company, funnel: Funnel) -> Iterator[str]:
    """Yield when deals of a funnel move on their way out, and when not; nothing for a funnel without one."""
    for stage in funnel.stages:
        if stage.ships:
            yield from _moves(company, stage.name, stage.ships)


def _moves(company: Company, origin: str, ships: Ships) -> Iterator[str]:
    date = company.fields.deal["ship_date"].title
    yield (
        f"Наступил день из поля «{date}» → с {ships.begins:%H:%M} до {ships.track_by:%H:%M} на стадию «{ships.to}» со стадии «{origin}», "
        "только в рабочие дни по производственному календарю; дата выпала на выходной или день пропущен — в следующий рабочий день"
    )
    yield (
        f"Дату перенесли на другой день, когда сделка уже перешла, а отгрузки не было → обратно на стадию «{origin}»; склад узнаёт, "
        "что сегодня не отгружаем, а клиент, которому обещали, — о новом дне"
    )
    if ships.then:
        yield f"Появился номер в поле «{company.fields.deal['track'].title}» → на стадию «{ships.then}» со стадии «{ships.to}»"
    yield (
        f"Сделку, которую вернули на стадию «{origin}» с прежней датой, Сверка второй раз не переводит{DASH} дело ответственному: "
        "назвать новую дату"
    )
    if hold := company.fields.client.get("hold"):
        stopped = next(option for option, word in HOLDS.items() if word is Hold.STOP_SHIP)
        paid = ", если заказ не оплачен полностью" if company.policy.has_ledger else ""
        yield (
            f"В карточке клиента в поле «{hold.title}» стоит «{stopped}»{DASH} сделка остаётся на месте{paid}; "
            "дело ответственному: решить, что делать"
        )


def shipping_wants(company: Company, funnel: Funnel, stage: Stage) -> Iterator[str]:
    """Yield what people and the client get while a deal stands at a stage of the way out."""
    place, fields = funnel.place(stage.name), company.fields.deal
    if place is None:
        return
    ships = place.ships
    if place.where == WAITING:
        yield f"дата отгрузки выпала на выходной{DASH} дело ответственному: подтвердить день"
    if place.where == TODAY:
        yield f"задача собрать и отгрузить: {company.person(company.policy.duties['shipping'])}"
        by = (
            f" и кто везёт (поле «{fields['carrier'].title}»; пусто{DASH} дело ответственному)"
            if "carrier" in fields
            else ""
        )
        yield f"клиент узнаёт, что сегодня отгружаем{by}"
    is_watched = place.where == TODAY or stage.name == ships.then
    if "track" in fields and is_watched:
        yield f"появился номер в поле «{fields['track'].title}»{DASH} клиент узнаёт, что заказ отгружен, и номер"
        yield f"нет номера к {ships.track_by:%H:%M}{DASH} задача ответственному"
