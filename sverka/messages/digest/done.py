"""What was done, a sentence for each kind of work."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from sverka.domain.digest import Period
from sverka.domain.digest_values import DealLink
from sverka.domain.done import Done, Errands, Move
from sverka.domain.russian import capital, counted, days_between, grouped, money, money_exact, plural, quoted
from sverka.domain.tally import Tally
from sverka.messages.digest.phrase import Phrase, deal_names, named

_DEALS = "сделка|сделки|сделок"
_IN_DEALS = "сделке|сделках|сделках"
_ORDERS = "заказ|заказа|заказов"
_IN_ORDERS = "заказе|заказах|заказах"
_RESERVES = "резерв|резерва|резервов"
_TASKS = "задача|задачи|задач"

_FACTS: Mapping[tuple[str, ...], str] = {
    ("work_order opened",): "заказ-наряд открыт",
    ("work_order closed",): "заказ-наряд закрыт",
    ("payment full",): "оплата получена",
    ("shipment all",): "товар отгружен",
    ("payment full", "shipment all"): "отгружено и оплачено",
}
"""What of the ledger moves a deal, as people say it; another mixture of facts is told by the stage it leads to."""


def done_title(period: Period) -> str:
    """Name the time in which things were done."""
    if period.since is None:
        return "Сделано с начала работы"
    if period.is_long:
        return f"Сделано за период {days_between(period.since, period.until)}"
    return "Сделано за сутки" if period.since < period.until else "Сделано сегодня"


def done(facts: Done) -> list[Phrase]:
    """Say what really changed, a sentence for each kind."""
    parts = (
        _made(facts),
        _departed(facts),
        _moved(facts.moves),
        _corrected(facts),
        _reserved(facts),
        _shown(facts),
        _given(facts.errands),
    )
    return [Phrase(text) for part in parts for text in part]


def done_for(deals: Sequence[DealLink]) -> Phrase:
    """Name the deals for which something was done."""
    return named("", deal_names(deals), lead="Сделки:")


def _made(facts: Done) -> Iterator[str]:
    if facts.shop_deals:
        of_shop = plural(facts.shop_deals.count, "заказу|заказам|заказам")
        yield f"{_did('Создана|Созданы|Создано', facts.shop_deals, _DEALS)} по {of_shop} магазина{_worth(facts.shop_deals)}"
    if facts.contacts:
        yield f"{_did('Заведён|Заведены|Заведено', Tally(facts.contacts), 'контакт|контакта|контактов')} в Битрикс24"
    if facts.linked_deals:
        nouns = "связанная сделка|связанные сделки|связанных сделок"
        yield _did("Создана|Созданы|Создано", Tally(facts.linked_deals), nouns)
    if facts.orders:
        yield f"{_did('Создан|Созданы|Создано', facts.orders, _ORDERS)} в Бизнес.ру{_worth(facts.orders)}"
    if facts.clients:
        yield f"{_did('Заведён|Заведены|Заведено', Tally(facts.clients), 'клиент|клиента|клиентов')} в Бизнес.ру"


def _departed(facts: Done) -> Iterator[str]:
    if facts.completed:
        verb = "Отгружен и закрыт|Отгружены и закрыты|Отгружено и закрыто"
        yield f"{_did(verb, facts.completed, _ORDERS)}{_worth(facts.completed)}"
    if facts.shipped:
        yield f"{_did('Отгружен|Отгружены|Отгружено', facts.shipped, _ORDERS)}{_worth(facts.shipped)}"
    if facts.closed:
        yield f"{_did('Закрыт|Закрыты|Закрыто', facts.closed, _ORDERS)}{_worth(facts.closed)}"
    if facts.paid:
        yield f"Записана оплата в кассе по {counted(facts.paid.count, 'заказу|заказам|заказам')}: {money(facts.paid.sum_kopecks)}"


def _moved(moves: Sequence[tuple[Move, int]]) -> Iterator[str]:
    """Tell moves that follow facts together, then where deals went to another funnel, then the others."""
    verb = "переведена|переведены|переведено"
    if followed := [(_fact(move), count) for move, count in moves if move.facts]:
        yield f"По факту {_did(verb, _sum(followed), _DEALS)}: {_each(followed)}"
    for funnel in dict.fromkeys(move.funnel for move, _ in moves if move.funnel):
        gone = [(move.stage, count) for move, count in moves if move.funnel == funnel]
        yield f"В воронку {quoted(funnel)} {_did(verb, _sum(gone), _DEALS)}"
    if others := [(_stage(move), count) for move, count in moves if not move.facts and not move.funnel]:
        yield f"{_did('Переведена|Переведены|Переведено', _sum(others), _DEALS)}: {_each(others)}"


def _fact(move: Move) -> str:
    return _FACTS.get(move.facts) or _stage(move)


def _stage(move: Move) -> str:
    return f"на {quoted(move.stage)}" if move.stage else "на другую стадию"


def _each(found: Sequence[tuple[str, int]]) -> str:
    """List things with their numbers, where there is more than one thing."""
    if len(found) == 1:
        return found[0][0]
    return ", ".join(f"{name}\u00a0— {grouped(count)}" for name, count in found)


def _sum(found: Sequence[tuple[str, int]]) -> Tally:
    return Tally(sum(count for _, count in found))


def _corrected(facts: Done) -> Iterator[str]:
    if facts.lines:
        difference = f": разница {money_exact(facts.lines.sum_kopecks)}" if facts.lines.sum_kopecks else ""
        yield f"Состав исправлен в {counted(facts.lines.count, _IN_ORDERS)}{difference}"
    if facts.shop_lines:
        yield f"Состав исправлен в {counted(facts.shop_lines, _IN_ORDERS)} магазина"
    if facts.deal_lines:
        yield f"Состав исправлен в {counted(facts.deal_lines, _IN_DEALS)}"
    if facts.cancelled:
        of_lost = plural(facts.cancelled.count, "проигранной сделки|проигранных сделок|проигранных сделок")
        yield f"{_did('Отменён|Отменены|Отменено', facts.cancelled, _ORDERS)} {of_lost}{_worth(facts.cancelled)}"
    if facts.shop_cancelled:
        yield f"{_did('Отменён|Отменены|Отменено', Tally(facts.shop_cancelled), _ORDERS)} магазина"
    if facts.reopened:
        verb = "Возвращён в работу|Возвращены в работу|Возвращено в работу"
        yield f"{_did(verb, facts.reopened, _ORDERS)}{_worth(facts.reopened)}"


def _reserved(facts: Done) -> Iterator[str]:
    if facts.reserves:
        verb = "Поставлен|Поставлены|Поставлено"
        yield f"{_did(verb, facts.reserves, _RESERVES)}: товар{_worth(facts.reserves)} ждёт своих клиентов"
    if facts.reserves_back:
        yield f"{_did('Возвращён|Возвращены|Возвращено', facts.reserves_back, _RESERVES)}{_worth(facts.reserves_back)}"
    if facts.reserve_lines:
        yield f"Состав исправлен в {counted(facts.reserve_lines, 'резерве|резервах|резервах')}"
    if facts.released:
        yield f"{_did('Снят|Сняты|Снято', facts.released, _RESERVES)}: товар{_worth(facts.released)} снова в продаже"


def _shown(facts: Done) -> Iterator[str]:
    """Tell what the cards of deals show in one sentence, and the cards of clients in another."""
    clauses = []
    if facts.numbers:
        clauses.append(f"в {counted(facts.numbers, _IN_DEALS)} записан номер заказа")
    if facts.availability:
        clauses.append(f"в {counted(facts.availability, _IN_DEALS)} показано наличие товара")
    if facts.titles:
        clauses.append(f"{_did('названа|названы|названо', Tally(facts.titles), _DEALS)} по общему правилу")
    if clauses:
        yield capital(", ".join(clauses))
    if facts.cards:
        cards = counted(facts.cards, "карточке клиента|карточках клиентов|карточках клиентов")
        yield f"Имена и телефоны приведены в порядок в {cards}"


def _given(errands: Errands) -> Iterator[str]:
    clauses = []
    if errands.given:
        clauses.append(_did("поставлена|поставлены|поставлено", Tally(errands.given), _TASKS))
    if errands.notices:
        nouns = "уведомление|уведомления|уведомлений"
        clauses.append(_did("отправлено|отправлены|отправлено", Tally(errands.notices), nouns))
    if clauses:
        yield capital(", ".join(clauses))
    if errands.over:
        need = plural(errands.over, "которая больше не нужна|которые больше не нужны|которые больше не нужны")
        yield f"{_did('Закрыта|Закрыты|Закрыто', Tally(errands.over), _TASKS)}, {need}"


def _did(verbs: str, what: Tally, nouns: str) -> str:
    return f"{plural(what.count, verbs)} {counted(what.count, nouns)}"


def _worth(what: Tally) -> str:
    return f" на {money(what.sum_kopecks)}" if what.sum_kopecks else ""
