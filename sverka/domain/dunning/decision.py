"""What is decided of a customer on a day: what would be said, what stops it, who is given a task, which hold follows. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import IntEnum, StrEnum

from sverka.domain.dunning import ageing
from sverka.domain.dunning.facts import Cycle, Document, Hold, Outcome, Touch
from sverka.domain.dunning.policy import Step
from sverka.domain.dunning.standing import Standing


class Gate(IntEnum):
    """What may stop a step, in the order in which it is asked; the first that does is the recorded reason."""

    KILL_SWITCH = 1
    MODE = 2
    FRESHNESS = 3
    EXCLUDED = 4
    UNALLOCATED = 5
    NOTHING_ELIGIBLE = 6
    TAIL = 7
    STEP = 8
    ATTENTION = 9
    CONTACT = 10
    HOURS = 11
    FOREWARNING = 12
    CAPS = 13


REASONS: Mapping[str, tuple[Gate, str]] = {
    "stopped": (Gate.KILL_SWITCH, "все письма клиентам остановлены"),
    "watching": (Gate.MODE, "напоминания о долгах пока только наблюдают"),
    "payments_unknown": (Gate.FRESHNESS, "банковская выписка ещё не загружена в 1С"),
    "ageing_lags": (Gate.FRESHNESS, "в 1С ещё не пересчитаны сроки оплаты"),
    "shipments_unknown": (Gate.FRESHNESS, "отгрузки из 1С давно не читались"),
    "court": (Gate.EXCLUDED, "идёт суд"),
    "bankruptcy": (Gate.EXCLUDED, "клиент в банкротстве"),
    "key_account": (Gate.EXCLUDED, "ключевой клиент: с ним говорят лично"),
    "do_not_contact": (Gate.EXCLUDED, "клиента просили не беспокоить"),
    "unallocated": (Gate.UNALLOCATED, "деньги пришли, бухгалтер их разносит"),
    "pause": (Gate.NOTHING_ELIGIBLE, "напоминания приостановлены"),
    "promise": (Gate.NOTHING_ELIGIBLE, "обещанный день оплаты ещё не наступил"),
    "dispute": (Gate.NOTHING_ELIGIBLE, "открыт спор или рекламация"),
    "not_yet": (Gate.NOTHING_ELIGIBLE, "срок прошёл в выходной: первый рабочий день просрочки ещё не настал"),
    "tail": (Gate.TAIL, "сумма слишком мала, чтобы о ней напоминать"),
    "not_due": (Gate.STEP, "следующий шаг ещё впереди"),
    "escalated": (Gate.STEP, "решает руководитель"),
    "gap": (Gate.STEP, "недавно уже обращались: выдерживаем перерыв"),
    "said_today": (Gate.STEP, "сегодня уже сказано"),
    "cooling": (Gate.STEP, "пришла заметная часть долга: даём время на остаток"),
    "no_call": (Gate.STEP, "сначала нужен звонок менеджера"),
    "no_notice": (Gate.STEP, "клиент ещё не предупреждён об остановке отгрузок или предупреждён слишком недавно"),
    "attention": (Gate.ATTENTION, "сегодня клиенту уже написали столько, сколько можно"),
    "no_contact": (Gate.CONTACT, "нет проверенного адреса того, кто отвечает за деньги: скажет человек"),
    "hours": (Gate.HOURS, "не время: ждём часов, в которые пишем о деньгах"),
    "not_forewarned": (Gate.FOREWARNING, "менеджер ещё не видел, что сегодня уйдёт"),
    "vetoed": (Gate.FOREWARNING, "сегодня человек попросил не отправлять"),
    "over_cap": (Gate.CAPS, "на сегодня обращений достаточно: остальные пойдут в следующие дни"),
}
"""Why nothing is said: the written list, with the gate and a sentence for the owner."""
LAGGING = "ageing_lags"
"""The one of which nothing is decided: the customer is left out altogether."""


@dataclass(frozen=True)
class Blocked:
    """What stopped a step. reason: of REASONS. until: when that may be over, None for when something changes."""

    reason: str
    until: datetime | None = None

    @property
    def gate(self) -> Gate:
        """Which gate it was."""
        return REASONS[self.reason][0]

    @property
    def text(self) -> str:
        """It in Russian."""
        return REASONS[self.reason][1]


class How(StrEnum):
    """How a step is taken."""

    MESSAGE = "message"
    DRAFT = "draft"
    """A message that a person releases."""
    TASK = "task"
    """A person tells it, calls, or decides."""
    DIGEST = "digest"


_OUTCOMES: Mapping[How, Outcome] = {
    How.MESSAGE: Outcome.PLANNED, How.DRAFT: Outcome.DRAFT, How.TASK: Outcome.BY_HAND, How.DIGEST: Outcome.BY_HAND,
}  # fmt: skip


@dataclass(frozen=True)
class Said:
    """A step that is due, with all it would say. Documents stand in the order in which they lead.

    channels: verified ways that were not tried for it yet, the first to be taken; () for a step inside the house, and for one that a
    person tells. coming: due soon; disputed: told of apart, counted in nothing. stops_on: from which day shipments stop, or stopped.
    received_kopecks: what came in the cycle since the last message. is_reconciliation: old debts seen for the first time.
    """

    customer: str
    entity: str
    cycle: int
    step: Step
    carrying: str
    how: How
    overdue: tuple[Document, ...]
    coming: tuple[Document, ...] = ()
    disputed: tuple[Document, ...] = ()
    money_kopecks: int = 0
    received_kopecks: int = 0
    channels: tuple[str, ...] = ()
    stops_on: date | None = None
    is_reconciliation: bool = False

    @property
    def key(self) -> tuple[str, str, int, str, str]:
        """Its meaning: (own entity, customer, cycle, step, carrying document). The same is never said twice."""
        return self.entity, self.customer, self.cycle, self.step.id, self.carrying

    @property
    def overdue_kopecks(self) -> int:
        """The sum of what it lists as overdue."""
        return ageing.residual(self.overdue)

    @property
    def net_kopecks(self) -> int:
        """The same less money that belongs to no document."""
        return max(0, self.overdue_kopecks - self.money_kopecks)

    def touch(self, at: datetime, outcome: Outcome | None = None) -> Touch:
        """Return what is remembered of it; without an outcome as it is planned."""
        channel = self.channels[0] if self.channels else ""
        listed = self.overdue or self.coming
        return Touch(
            self.step.id, at, self.entity, self.cycle, self.carrying, tuple(each.id for each in listed), outcome or _OUTCOMES[self.how],
            self.step.at_bd, channel, self.net_kopecks,
        )  # fmt: skip


@dataclass(frozen=True)
class Task:
    """Something a person has to do while its reason stands. role: of policy's. occasion: with the reason, its identity over time."""

    reason: str
    role: str
    occasion: str
    documents: tuple[str, ...] = ()
    sum_kopecks: int = 0


TASKS: Mapping[str, str] = {
    "allocate": "разнести оплату",
    "call": "позвонить по оплате",
    "tell": "сказать клиенту о долге: написать некуда",
    "release": "проверить и отправить письмо",
    "no_call": "звонка не было: решить, предупреждать ли об остановке отгрузок",
    "decide": "решить, что делать с долгом",
    "decide_late": "руководитель не решил о долге в срок",
    "promise_broken": "обещание не исполнено: позвонить",
    "promise_part": "обещание исполнено частично: договориться об остатке",
    "tier_review": "обещания не исполняются: пересмотреть условия клиента",
    "dispute_late": "спор не разобран в срок",
    "paid_already": "клиент говорит, что оплатил: найти оплату",
    "returned": "платёж вернулся: связаться с клиентом",
    "limit_warning": "лимит превышен: предупредить клиента об остановке отгрузок",
}
"""Why people are given tasks: the written list, with what is to be done."""


HOLD_REASONS: Mapping[str, str] = {
    "ban": "договор в 1С запрещает отгрузки при просрочке",
    "age_stop": "просрочка слишком велика для отгрузок",
    "limit_stop": "лимит превышен слишком сильно",
    "promise_broken": "обещание оплатить не исполнено",
    "age_prepay": "просрочка слишком велика для отсрочки",
    "limit": "лимит превышен",
    "limit_near": "лимит почти исчерпан",
    "overdue": "есть просрочка",
    "not_left": "ограничение ещё не снимается: долг или лимит не вернулись к норме",
    "not_read": "оплаты из 1С ещё не прочитаны: ограничение остаётся как есть",
}
"""Why a customer is held: the written list, the gravest first."""


@dataclass(frozen=True)
class HoldChange:
    """What a customer may be given from now on. now: in force; wanted: what the facts come to; by_itself: what is set without a person.

    reasons: of HOLD_REASONS, in its order. awaits_notice: a stop waits until the customer was warned.
    """

    now: Hold
    wanted: Hold
    by_itself: Hold
    reasons: tuple[str, ...] = ()
    awaits_notice: bool = False

    @property
    def is_proposed(self) -> bool:
        """Whether a head's word is waited for. Where a hold is lifted, nobody's is."""
        return self.wanted > self.by_itself

    @property
    def is_lifted(self) -> bool:
        """Whether less is held from now on."""
        return self.by_itself < self.now


@dataclass(frozen=True)
class AccountDecision:
    """What is decided of a customer's account with an own entity.

    said: the step that is due; None where a gate before G9 stopped it, or nothing is late. goes: whether it is taken now, or stands
    though it was planned before (is_standing). service: a notice of payments due soon, outside G5 to G8. withdrawn: planned touches and
    drafts whose reason is gone.
    """

    entity: str
    carrying: Document | None = None
    age_bd: int = 0
    said: Said | None = None
    blocked: Blocked | None = None
    goes: bool = False
    is_standing: bool = False
    is_for_list: bool = False
    """Whether only the hour of today, or the manager's knowing, keeps a message back: it belongs on the morning's list."""
    is_over_cap: bool = False
    service: Said | None = None
    is_service_standing: bool = False
    withdrawn: tuple[Touch, ...] = ()


@dataclass(frozen=True)
class Decision:
    """All that is decided of a customer. strange_steps: ids of steps that were taken and are in no ladder any more."""

    customer: str
    standing: Standing
    cycle: Cycle
    accounts: tuple[AccountDecision, ...]
    hold: HoldChange
    tasks: tuple[Task, ...] = ()
    is_escalated_now: bool = False
    """Whether the ladder comes to its end today: one event a cycle."""
    strange_steps: tuple[str, ...] = ()

    @property
    def going(self) -> tuple[Said, ...]:
        """What is to be said or done now and was not planned before."""
        return tuple(each.said for each in self.accounts if each.said and each.goes and not each.is_standing)

    @property
    def standing_still(self) -> tuple[Said, ...]:
        """What was planned before, or waits for release, and stands as it was."""
        debts = tuple(each.said for each in self.accounts if each.said and each.is_standing)
        return debts + tuple(each.service for each in self.accounts if each.service and each.is_service_standing)

    @property
    def to_be_forewarned(self) -> tuple[Said, ...]:
        """What will go today unless somebody says no: the morning's list."""
        return tuple(each.said for each in self.accounts if each.said and each.is_for_list and not each.is_over_cap)

    @property
    def services(self) -> tuple[Said, ...]:
        """Notices of payments that are due soon, to go now, that were not planned before."""
        return tuple(each.service for each in self.accounts if each.service and not each.is_service_standing)

    @property
    def blocked(self) -> Blocked | None:
        """What stopped the account that came furthest; None if one goes, or nothing is late."""
        if any(each.goes and each.blocked is None for each in self.accounts):
            return None
        return max((each.blocked for each in self.accounts if each.blocked), key=lambda each: each.gate, default=None)
