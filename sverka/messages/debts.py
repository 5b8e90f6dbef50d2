"""The sentences of the letters about a customer's debts: facts in, Russian out; letters, messengers and SMS share them.

Whoever answers for money reads what is owed; anybody else is asked to pass the matter on, and reads no sum. A subject names no sum, an SMS
none either: it may be read over a shoulder. Requisites are always the ones that the customer has: a letter never brings new ones.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date

from sverka.domain.messaging.debts import Statement, residual
from sverka.domain.messaging.invoices import Invoice
from sverka.domain.messaging.kinds import (
    DEBT_LIFTED,
    DEBT_SOFT,
    DEBT_STATEMENT,
    DEBT_STOP,
    DEBT_WARNING,
    PAYMENTS_DUE,
)
from sverka.domain.russian import (
    NBSP,
    capital,
    clock,
    counted,
    day,
    in_words,
    of_counted,
    plural,
    roubles_exact,
)
from sverka.messages import purposes
from sverka.messages.clients import firm, phone, short, sms_person, stopped, uncapital
from sverka.messages.debt_table import named, rows
from sverka.messages.layout import one_line

_LONGEST_NAME, _NAMED = 60, 3
_SHOWN_IN_CHAT = 3
_DOCUMENTS = "документ|документа|документов"
_OF_DOCUMENTS = "документа|документов"
_SHIPMENTS = "отгрузки с отсрочкой платежа"
_PAID = "Если вы уже оплатили — спасибо! Пришлите, пожалуйста, платёжное поручение"

REQUISITES = "Реквизиты прежние, как в договоре."
ATTACHED = "Те же расчёты — во вложении, в PDF: их удобно напечатать и передать."
OBJECT = "Что-то не сходится или есть вопрос по товару? Напишите — пришлём акт сверки и разберёмся."


def subject(letter: Statement, kind: str) -> str:
    """Say what the letter is, between whom; no sum."""
    about = {
        PAYMENTS_DUE: f"Сроки оплаты до {_dated(max((line.due_on for line in letter.asked), default=letter.as_of))}",
        DEBT_WARNING: f"Отгрузки{_since(letter)}",
        DEBT_STOP: f"Отгрузки приостановлены{_since(letter)}",
        DEBT_LIFTED: "Отгрузки возобновлены",
    }.get(kind, f"Расчёты на {_dated(letter.as_of)}")
    return f"{about}: {short(firm(letter.client), _LONGEST_NAME)} и {short(firm(letter.company), _LONGEST_NAME)}"


def news(letter: Statement, kind: str) -> str:
    """Say how things stand, up to the table."""
    return _NEWS[kind](letter) if letter.tells_sums else _pass_on(letter, kind)


def ask(letter: Statement, kind: str, to: str) -> str:
    """Say what is asked for. to: what is answered, `письмо` or `сообщение`."""
    if not letter.tells_sums:
        return f"Перешлите, пожалуйста, это {to} или подскажите, кому написать."
    return _ASKS[kind](letter, to)


def told(letter: Statement) -> bool:
    """Whether documents are named at all."""
    return letter.tells_sums and bool(letter.asked)


def beside(letter: Statement, kind: str) -> list[str]:
    """Say what else belongs to the picture, a sentence each: thanks, the next term, money without a document, a promise, a dispute."""
    thanks = f"Ваша оплата, {_roubles(letter.received_kopecks)}, пришла и учтена. Спасибо!"
    said = [thanks] if letter.received_kopecks and kind != DEBT_LIFTED else []
    return [*said, *_beside(letter)] if letter.tells_sums else []


def purpose(letter: Statement) -> str:
    """Say what to write into the payment order."""
    return f"«{purposes.of_debts(letter)}»"


def chat_rows(letter: Statement) -> list[str]:
    """Name the documents in a messenger, the first ones in a line each, and what all come to."""
    lines, year = letter.asked, letter.as_of.year
    shown = rows(lines[: _SHOWN_IN_CHAT if len(lines) <= _SHOWN_IN_CHAT else _SHOWN_IN_CHAT - 1], year)
    texts = [
        f"{line.document} {named(line, year)}: {row.left}{NBSP}₽, срок {row.due}"
        for line, row in zip(lines, shown, strict=False)
    ]
    more = len(lines) - len(shown)
    total = f"{roubles_exact(residual(lines))}{NBSP}₽"
    return (
        [*texts, f"И ещё {counted(more, _DOCUMENTS)}, всего {total}" if more else f"Всего {total}"]
        if len(lines) > 1
        else texts
    )


def sms(letter: Statement, kind: str, brief: int) -> str:
    """Say in a line what it is about, without a sum, and whom to call."""
    by = f" по{NBSP}договору №{NBSP}{letter.contracts[0].number}" if len(letter.contracts) == 1 else ""
    is_calendar = kind == PAYMENTS_DUE and letter.tells_sums
    what = "Напоминаем о сроках оплаты" if is_calendar else "Есть вопрос по расчётам"
    about = _stops(letter, kind, by, "отгрузки с отсрочкой").strip() or f"{what}{by}, данные на {day(letter.as_of)}."
    person = sms_person(letter, brief)
    return f"{uncapital(about)}{f' Вопросы: {stopped(person)}' if person else ''}"


def _due(letter: Statement) -> str:
    return f"Напоминаем о ближайших платежах{_by(letter)}, по нашим данным {_at(letter)}:"


def _soft(letter: Statement) -> str:
    count = len(letter.overdue)
    if letter.is_reconciliation:
        verb = plural(count, "не закрыт оплатой|не закрыты оплатой|не закрыто оплатой")
        return f"Сверяем расчёты с покупателями. По нашим данным {_at(letter)}{_by(letter)} {verb} {in_words(count, _DOCUMENTS)}:"
    return _passed(letter)


def _passed(letter: Statement) -> str:
    return _passed_by(letter, _by(letter))


def _passed_by(letter: Statement, by: str) -> str:
    return f"По нашим данным {_at(letter)}{by} прошёл срок оплаты {of_counted(len(letter.overdue), _OF_DOCUMENTS)}:"


def _warning(letter: Statement) -> str:
    return f"Если оплата не поступит, {one_line(f'{_since(letter)} мы')} приостановим {_SHIPMENTS}{_by(letter)}. {_passed_by(letter, '')}"


def _stopped(letter: Statement) -> str:
    return f"{_stops(letter, DEBT_STOP, _by(letter))}{_passed_by(letter, '')}"


def _lifted(letter: Statement) -> str:
    came = f"Оплата, {_roubles(letter.received_kopecks)}, пришла" if letter.received_kopecks else "Оплата пришла"
    left = f"По нашим данным {_at(letter)} осталось оплатить:" if letter.asked else ""
    return f"{came}, спасибо! {_stops(letter, DEBT_LIFTED, _by(letter))}{left}".strip()


_NEWS: Mapping[str, Callable[[Statement], str]] = {
    PAYMENTS_DUE: _due, DEBT_SOFT: _soft, DEBT_STATEMENT: _passed, DEBT_WARNING: _warning,
    DEBT_STOP: _stopped, DEBT_LIFTED: _lifted,
}  # fmt: skip


def _stops(letter: Statement, kind: str, by: str, shipments: str = _SHIPMENTS) -> str:
    """Say what becomes of shipments and nothing of money, "" for a letter that is not about them; a space at the end."""
    since = _since(letter)
    said = {
        DEBT_WARNING: f"{since} {shipments}{by} могут быть приостановлены", DEBT_STOP: f"{shipments}{by} приостановлены{since}",
        DEBT_LIFTED: f"{shipments}{by} возобновлены",
    }.get(kind, "")  # fmt: skip
    return f"{capital(said.strip())}. " if said else ""


def _pass_on(letter: Statement, kind: str) -> str:
    stops = _stops(letter, kind, _by(letter))
    return f"{stops}Нам нужно связаться с тем, кто у вас отвечает за расчёты{'' if stops else _by(letter)}."


def _ask_soft(letter: Statement, to: str) -> str:
    if letter.is_reconciliation:
        return (
            "Сверьте, пожалуйста, со своими данными. Если документы уже оплачены, пришлите платёжные поручения ответом на это "
            f"{to}: найдём и зачтём. Если всё верно — подскажите, какого числа ждать оплату."
        )
    return f"{_PAID} ответом на это {to}: так мы быстрее найдём деньги. Если ещё нет — подскажите, какого числа ждать оплату."


_ASKS: Mapping[str, Callable[[Statement, str], str]] = {
    PAYMENTS_DUE: lambda _, to: (
        "Если деньги уже отправлены — спасибо, отвечать не нужно. Если к сроку не получается, просто ответьте на это "
        f"{to}: договоримся о дате."
    ),
    DEBT_SOFT: _ask_soft,
    DEBT_STATEMENT: lambda _, to: (
        f"Назовите, пожалуйста, дату, когда ждать оплату: просто ответьте на это {to}. {_PAID}: так мы быстрее найдём деньги."
    ),
    DEBT_WARNING: lambda _, to: (
        "Чтобы отгрузки не прерывались, оплатите, пожалуйста, эти документы или договоритесь с нами о дате: ответьте на это "
        f"{to} или позвоните. Заказы по предоплате отгружаем как обычно. {_PAID}."
    ),
    DEBT_STOP: lambda _, to: (
        "Возобновим отгрузки, как только придёт оплата по этим документам: отдельно просить не нужно. Заказы по предоплате отгружаем "
        f"как обычно. Если оплатить сразу не получается, ответьте на это {to} или позвоните: обсудим, как быть. {_PAID}."
    ),
    DEBT_LIFTED: lambda _, to: f"Если какой-то из заказов нужен срочно, просто ответьте на это {to}.",
}


def _beside(letter: Statement) -> Iterator[str]:
    if letter.overdue and letter.coming:
        yield _next(letter)
    if letter.promised:
        on, amount_kopecks = letter.promised
        yield f"Обещанную оплату, {_roubles(amount_kopecks)}, ждём {day(on)}."
    if letter.unallocated_kopecks:
        yield (
            f"Ещё {_roubles(letter.unallocated_kopecks)} от вас пришли, но не отнесены ни к одному документу. "
            "Подскажите, пожалуйста, за что эта оплата."
        )
    if letter.disputed:
        names = purposes.documents(letter.disputed[:_NAMED])
        more = len(letter.disputed) - _NAMED
        rest = f" и ещё {counted(more, _DOCUMENTS)}" if more > 0 else ""
        yield f"Спорное сюда не входит: {', '.join(names)}{rest} — {_roubles(residual(letter.disputed))}"


def _next(letter: Statement) -> str:
    """Say when the next term is, and for what."""
    due_on = min(line.due_on for line in letter.coming)
    lines = [line for line in letter.coming if line.due_on == due_on]
    year = f"{NBSP}{due_on.year}{NBSP}г." if due_on.year != letter.as_of.year else ""
    kinds = {line.document for line in lines}
    names = (
        f"{kinds.pop()} {', '.join(named(each, letter.as_of.year) for each in lines)}"
        if len(kinds) == 1 and len(lines) <= _NAMED
        else ""
    )
    what = names or counted(len(lines), "документу|документам|документам")
    return stopped(f"Следующий срок — {day(due_on)}{year}: {_roubles(residual(lines))} по {what}")


def _roubles(amount_kopecks: int) -> str:
    return f"{roubles_exact(amount_kopecks)}{NBSP}руб."


def _at(letter: Statement) -> str:
    return f"на{NBSP}{clock(letter.as_of)} {day(letter.as_of)}"


def _dated(on: date) -> str:
    return f"{day(on)} {on.year}{NBSP}г."


def _since(letter: Statement) -> str:
    return f" с{NBSP}{day(letter.stops_on)}" if letter.stops_on else ""


def _by(letter: Statement) -> str:
    """Name the contracts: ` по договору поставки № 118 от 12.02.2026`."""
    kinds = {contract.kind for contract in letter.contracts}
    said, kind = purposes.by_contracts(letter.contracts), one_line(kinds.pop()) if len(kinds) == 1 else ""
    return f" по {said.replace(' ', f' {kind} ', 1) if kind else said}" if said else ""


def closing(letter: Statement | Invoice) -> list[str]:
    """Sign a letter, a line each: a person and how to call them."""
    who = f"{letter.manager}, ваш менеджер в {firm(letter.company)}" if letter.manager else firm(letter.company)
    return [line for line in (f"С уважением, {who}", phone(letter.manager_phone)) if line]
