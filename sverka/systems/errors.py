"""What may go wrong with an outside system, in two families: ask again, or do not.

A trouble names the system, the method (never an address) and says what happened and what to do about it. Text that came from
outside must have passed `redaction.foreign` before it is put in here. What a trouble means for a write is told in `outcomes.py`.
"""

from __future__ import annotations

from typing import ClassVar

from sverka.domain.rows import Row


class SystemTrouble(Exception):
    """An outside system could not be used.

    where: the vendor's method or `VERB model`. retry_after_s: when the vendor, or our own pacing, knows it.
    """

    remedy: ClassVar[str] = "See the system's own log"

    def __init__(self, system: str, where: str, what: str, *, retry_after_s: float | None = None) -> None:
        super().__init__(system, where, what)
        self.system = system
        self.where = where
        self.what = what
        self.retry_after_s = retry_after_s

    def __str__(self) -> str:
        return f"{self.system} {self.where}: {self.what.rstrip('.')}. {self.remedy}."


class AskAgain(SystemTrouble):
    """The same question may be answered later."""

    remedy = "It is asked again"


class Busy(AskAgain):
    """The system refused for load or for a limit on requests; the request was surely not executed."""

    remedy = "Wait and ask again"


class WindowClosed(Busy):
    """The requests of the vendor's time window are used up."""

    remedy = "It goes on when the window opens; let fewer programs use this account if it happens often"


class Unreachable(AskAgain):
    """No connection was made; the request was surely not executed."""

    remedy = "Check the address, the network and the certificate"


class NotPermitted(AskAgain):
    """Our own guard withdrew the leave to send right before the request; it was surely not executed."""

    remedy = "It is planned anew"


class AnswerLost(AskAgain):
    """The request was sent and no whole answer came; it may have been executed."""


class BadAnswer(AskAgain):
    """Something came that is no answer: a page of HTML, half a JSON, a fault of the server, too much; it may have been executed."""


class DoNotAskAgain(SystemTrouble):
    """The same question will get the same answer until a person changes something."""


class Refused(DoNotAskAgain):
    """The system understood and said no."""

    remedy = "Correct the data or the rights it names"


class Overtaken(DoNotAskAgain):
    """The object is not any more as it was when the effect was planned; nothing was written. news: what stands there now."""

    remedy = "It is decided anew"

    def __init__(self, system: str, where: str, what: str, *, news: tuple[Row, ...] = ()) -> None:
        super().__init__(system, where, what)
        self.news = news


class NotFound(DoNotAskAgain):
    """The object is not there, or the credentials may not see it."""

    remedy = "It may have been deleted; check the rights if it is there"


class NoAccess(DoNotAskAgain):
    """The credentials are wrong, expired or blocked; nothing was executed."""

    remedy = "Check the secret in the settings, and that its owner and the plan still allow REST"


class ScopeMissing(DoNotAskAgain):
    """The credentials lack a scope; nothing was executed."""

    remedy = "Grant the scope to the webhook and run sverka check"


class ContractBroken(DoNotAskAgain):
    """The answer is JSON but not what the vendor's contract says; a write may have been executed."""

    remedy = "The vendor's interface changed or the module is off; compare with its documentation"


class NotOffered(ContractBroken):
    """The system does not offer what was asked for, or not in this way; nothing was executed."""


class WriteForbidden(DoNotAskAgain):
    """A client made for reading only was asked to write; nothing was sent."""

    remedy = "Leave out --dry-run if it should be written"
