"""Answers by letter: whoever follows a link of a daily letter sends a letter, which is read here.

Rules
- A letter offers the answers to its questions as links; each opens a letter to our mailbox, ready to be sent. Its subject bears a
  token of 128 random bits that holds for one answer of one reader, once, for seven days. Only its fingerprint is stored.
- An answer counts if the letter comes from the address that the link was sent to, the question stands with the values that were
  told, and nobody has answered it. It is kept as any other answer, with the person's name, and the next run of `agreement` carries
  it out.
- A letter that cannot count is answered once, with the reason; none from a machine, a stranger or a forged address is.
- The mailbox is opened for reading only: nothing in it is marked, moved or deleted, no link followed. No body is fetched, but of
  letters that call themselves a mail server's report.
- A report that a letter to a client was refused for good counts if it names both the letter and the mailbox that it went to. Then the
  letter has not arrived: the next run of whoever wrote it takes the next channel, or a person is told. Any other report is passed over.
- How far it was read is kept together with what was decided. Where the server numbers its letters anew, those of the last days are
  read again; what they decided was decided once, and nobody is written to twice.
- A company whose file names no mailbox has no links in its letters.
- What clients write back in messengers, and letters that say nothing but «стоп» or «старт», are heeded; see `sverka.work.replies`.
"""

from __future__ import annotations

from sverka.domain.effects import Effect
from sverka.domain.messaging.wishes import HEARD
from sverka.domain.plan import Plan, Skip
from sverka.systems.errors import SystemTrouble
from sverka.work import answers, deliveries, replies
from sverka.work.desk import Desk, Look
from sverka.work.spec import Job, Polls


def plan(desk: Desk, look: Look) -> Plan:
    """Take over what people answered and wrote since the last run."""
    deliveries.hear(desk, look)
    written = replies.plan(desk, look)
    try:
        by_letter = answers.plan(desk, desk.inbox, look) if desk.inbox else _no_mailbox(desk)
    except SystemTrouble:
        if written.heard or written.asked:
            return written  # what clients ask does not wait for our mailbox; the next run tells of the trouble
        raise
    return by_letter + written


def _no_mailbox(desk: Desk) -> Plan:
    return Plan(skips=(Skip(f"company:{desk.company}", "no_mailbox"),))


def wanted(_desk: Desk, _look: Look, _effect: Effect) -> bool:
    """Say that a planned letter is still wanted: somebody waits for it."""
    return True


JOB = Job(
    name="inbox",
    summary="Take over the answers that people send by letter, and what clients write",
    kinds=("letter.reply", "comment.create", "notice.send", "todo.create"),
    messages=(HEARD,),
    plan=plan,
    wanted=wanted,
    polls=Polls.NOTHING,
    passes=1,
)
