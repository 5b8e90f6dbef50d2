"""Whether what was read can be so: readings that are hard to believe prove nothing. Pure.

Judged are whole readings of families with enough rows, by their counts and by how much of them is different from yesterday: a quiet night
and a busy day are no faults, half of a catalogue that is gone over night is one. And the layout: a field of the company's file that the
portal had and has no more makes deals look as if nobody had filled it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from statistics import median

from sverka.domain.plan import Brake
from sverka.domain.russian import grouped, quoted

FEW_ROWS = 20
"""Below so many usual rows a count says nothing."""
LEAST_SHARE_PERCENT, MOST_CHANGED_PERCENT = 70, 30

SHOWN_ONLY = frozenset({"deal.answer", "deal.availability", "deal.ledger_order"})
"""Fields of a deal that no decision about documents rests on: without them less is shown, and nothing is done wrongly."""


def scope_of(company: str, system: str, family: str) -> str:
    """Return the scope of the brake of a reading."""
    return f"{company}/{system}:{family}"


def too_few(company: str, system: str, family: str, rows: int, usual: Sequence[int]) -> Brake | None:
    """Return the brake of a whole reading whose count is far below those of earlier ones."""
    middle = median(usual) if usual else 0
    if middle < FEW_ROWS or rows * 100 >= middle * LEAST_SHARE_PERCENT:
        return None
    about = round(middle)
    return Brake(
        scope_of(company, system, family),
        f"{rows} rows of {family} came where about {about} are usual",
        f"Прочитанному нельзя верить ({system} {family}): пришло записей — {grouped(rows)}, обычно их около {grouped(about)}. "
        "Ничего не удаляем и не снимаем. Если так и должно быть, подтвердите.",
    )


def too_different(company: str, system: str, family: str, changed: int, known: int) -> Brake | None:
    """Return the brake of a whole reading that shows too many known rows otherwise than they stood a day ago at most."""
    if known < FEW_ROWS or changed * 100 <= known * MOST_CHANGED_PERCENT:
        return None
    return Brake(
        scope_of(company, system, family),
        f"{changed} of {known} rows of {family} changed at once",
        f"Прочитанному нельзя верить ({system} {family}): сразу изменилось записей — {grouped(changed)} из {grouped(known)}. "
        "Ничего по ним не делаем. Если так и должно быть, подтвердите.",
    )


def gone_fields(company: str, system: str, known: Mapping[str, str], found: Collection[str]) -> Brake | None:
    """Return the brake of a portal that lost fields which decisions rest on. known: our name → its title, as once found."""
    gone = {ours: title for ours, title in known.items() if ours not in found and ours not in SHOWN_ONLY}
    if not gone:
        return None
    titles = ", ".join(quoted(title) for _, title in sorted(gone.items()))
    return Brake(
        scope_of(company, system, "fields"),
        f"the portal has no more the fields {', '.join(sorted(gone))}, so deals look as if nobody had filled them",
        f"В Битрикс24 больше нет полей: {titles}. Сделки выглядят так, будто их не заполнили, поэтому ничего по ним не делаем. "
        "Верните поля или исправьте файл компании и подтвердите.",
    )
