"""A funnel on the paper that the client signs: its stages, the facts that move deals, what people decide."""

from __future__ import annotations

from collections.abc import Iterator

from sverka.companies import paper_words as words
from sverka.companies.company import Company
from sverka.companies.paper_layout import DASH, bullet, labelled, names, paragraph, span
from sverka.companies.paper_shipping import shipping_moves, shipping_wants
from sverka.domain.messaging.kinds import ORDER_READY, THANKS_REVIEW
from sverka.domain.russian import capital
from sverka.domain.state_table import LOST, VISITS, WON, Decision, Fact, Funnel, Stage

_TOLD_BY = {
    ORDER_READY: ("delivery", "ship_date", "address"),
    VISITS: ("visit_at", "branch"),
    THANKS_REVIEW: ("branch",),
}
"""What a client is told → fields of a deal that say the rest: how, when and where."""

_FINAL = {WON: "Сделка успешна", LOST: "Сделка проиграна"}


def funnel_lines(company: Company, funnel: Funnel) -> Iterator[str]:
    """Return the lines of a funnel's section."""
    if funnel.title:
        title = funnel.title.format_map({word: f"<{words.TITLE[word]}>" for word in words.TITLE})
        yield from paragraph(f"Название новой сделки: {title}")
        yield ""
    for stage in funnel.stages:
        yield from paragraph(_stage_name(stage.name))
        has_ledger = company.policy.has_ledger
        if has_ledger:
            yield from labelled("Бизнес.ру:", "; ".join(_requirements(company, stage)) or "ничего не требуется")
        asked = "; ".join(_for_people(company, funnel, stage))
        if asked or not has_ledger:
            yield from labelled("Люди:", asked or "ничего не требуется")
    moves = [*shipping_moves(company, funnel), *map(_fact, funnel.facts)]
    if moves:
        yield from ("", *paragraph("Когда сделка переходит сама"))
    for move in moves:
        yield from bullet(f"{move}.", indent=6)
    if funnel.decided:
        yield from ("", *paragraph("Что решает человек"))
    for decision in funnel.decided:
        yield from bullet(f"{_decision(company, decision)}.", indent=6)


def _stage_name(name: str) -> str:
    return _FINAL.get(name, name)


def _requirements(company: Company, stage: Stage) -> Iterator[str]:
    if stage.order:
        yield words.ORDER[stage.order]
    if stage.reserve:
        yield f"{'' if stage.requires_order or stage.reserve == 'none' else 'тогда '}{words.RESERVE[stage.reserve]}"
    if stage.shipment:
        trusted = f" (только клиентам с отметкой «{company.fields.client['trusted'].title}»)" if stage.only else ""
        yield words.FACTS["shipment", stage.shipment] + trusted
    if stage.payment:
        yield words.FACTS["payment", stage.payment]


def _for_people(company: Company, funnel: Funnel, stage: Stage) -> Iterator[str]:
    if stage.request:
        yield "ответственный сразу узнаёт о заявке"
        order = "название сделки и карточка клиента" if funnel.title else "карточка клиента"
        yield f"{order} {'приводятся' if funnel.title else 'приводится'} в порядок"
    if stage.activity:
        yield f"ответственный получает дело «{stage.activity}», одно на каждое пребывание здесь"
    if stage.show:
        buyer = company.person(company.policy.duties["purchase"])
        yield f"в поле «{company.fields.deal[stage.show].title}» видно, что есть на складах; чего не хватает{DASH} задача: {buyer}"
    if stage.eve_check:
        yield f"накануне визита, с {stage.eve_check:%H:%M}, весь товар должен быть в резерве; если нет{DASH} задача ответственному"
    yield from shipping_wants(company, funnel, stage)
    if stage.notice:
        named = names(
            company.fields.deal[field].title for field in _TOLD_BY.get(stage.notice, ()) if field in company.fields.deal
        )
        by = f" (по полям {named})" if named else ""
        told = words.NOTICES.get(stage.notice, f"клиент получает сообщение «{stage.notice}»")
        yield f"{told}{by}; кому написать некуда{DASH} дело ответственному: сообщить"
    if stage.allowed:
        limit = "срок ответа клиенту" if stage.request else "срок"
        time = span(stage.allowed, company.policy.hours)
        yield f"{limit}{DASH} {time}, потом узнаёт ответственный, ещё позже руководитель"


def _fact(fact: Fact) -> str:
    when = " и ".join(words.FACTS[item] for item in fact.when.items())
    return f"{capital(when)} → на стадию «{_stage_name(fact.target)}» {_stages('со', fact.origins)}"


def _stages(preposition: str, titles: tuple[str, ...]) -> str:
    one, many = {"со": ("со стадии", "со стадий"), "на": ("на стадии", "на стадиях")}[preposition]
    return f"{one if len(titles) == 1 else many} {names(map(_stage_name, titles))}"


def _decision(company: Company, decision: Decision) -> str:
    field = company.fields.deal[decision.field]
    made = f"Отметили «{field.title}: да»" if field.type == "boolean" else f"Выбрали «{field.title}: {decision.value}»"
    return f"{made} {_stages('на', decision.at)} → {', '.join(_deeds(company, decision))}"


def _deeds(company: Company, decision: Decision) -> Iterator[str]:
    done = [words.REGISTERED[word] for word in words.REGISTERED if word in decision.do]
    if done:
        yield f"проводим {', '.join(done)}"
    if "close_order" in decision.do:
        yield "закрываем заказ"
    if decision.target:
        key, stage = decision.target
        funnel = next(each.name for each in company.policy.table.funnels if each.key == key)
        if "move" in decision.do:
            yield f"переводим сделку с её заказом и резервом в воронку «{funnel}», на стадию «{_stage_name(stage)}»"
        else:
            yield f"заводим связанную сделку в воронке «{funnel}», на стадии «{_stage_name(stage)}»"
