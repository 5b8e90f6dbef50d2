"""Funnels and stages: whether the portal has those of the state table, and the table those of the portal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from sverka.companies.company import Company
from sverka.domain.rows import Stage
from sverka.domain.state_table import FINAL_STAGES, Funnel
from sverka.work.checkup.lines import Line, counted, error, listed, look, meant, nearest, right, warning

ABOUT = "Bitrix24"
_ENDS = {"S": "won", "F": "lost"}


def stages(company: Company, known: Sequence[Stage]) -> Iterator[Line]:
    """Compare the state table with the portal's stages of deals."""
    funnels = company.policy.table.funnels
    on_portal: dict[str, list[Stage]] = {}
    for stage in known:
        on_portal.setdefault(stage.funnel_name, []).append(stage)
    lines = [line for funnel in funnels for line in _funnel(company, funnel, on_portal)]
    yield from lines or [right(ABOUT, f"{counted(len(funnels), 'funnel')} with the stages of the file")]
    if strange := [name for name in on_portal if name not in {funnel.name for funnel in funnels}]:
        text = f"the file does not name the funnel {listed(strange)}, so its deals are left alone"
        yield look(ABOUT, text, f"if they should not be, describe it in {company.file.name}, `funnels`")


def robots(company: Company) -> Iterator[Line]:
    """Name the stages at which we put deals: what the portal then does by itself no webhook can see."""
    entered: dict[str, dict[str, None]] = {}
    for funnel, stage in _entered(company):
        entered.setdefault(funnel, {})[stage] = None
    if entered:
        where = "; ".join(f"funnel «{funnel}», {listed(names)}" for funnel, names in entered.items())
        text = f"robots of a stage run when a deal is put there, may write to clients, and no webhook can see them; we put deals at {where}"
        yield look(ABOUT, text, "on the portal open CRM, Сделки, Роботы and read what stands at these stages")


def _entered(company: Company) -> Iterator[tuple[str, str]]:
    """Yield the funnels and stages at which deals are made or into which they are moved."""
    table, shop = company.policy.table, company.policy.shop
    names = {funnel.key: funnel.name for funnel in table.funnels}
    if shop:
        yield names[shop.funnel], shop.stage
    for funnel in table.funnels:
        yield from ((funnel.name, fact.target) for fact in funnel.facts)
        for decision in funnel.decided:
            if decision.target:
                yield names[decision.target[0]], decision.target[1]


def _funnel(company: Company, funnel: Funnel, on_portal: Mapping[str, Sequence[Stage]]) -> Iterator[Line]:
    place = f"{company.file.name}, `funnels.{funnel.key}"
    if funnel.name not in on_portal:
        text = f"there is no funnel «{funnel.name}», or the webhook's user may not see it"
        yield error(ABOUT, text, f"{meant(funnel.name, on_portal)} The name stands in {place}.name`")
        return
    known = on_portal[funnel.name]
    lacking = _lacking(funnel, known)
    for name, near in lacking.items():
        hint = meant(name, {near} if near else {stage.name for stage in known})
        mend = f"{hint} The name stands in {place}.stages`, or rename the stage on the portal"
        yield error(ABOUT, f"the funnel «{funnel.name}» has no stage «{name}»", mend)
    for stage in known:
        if stage.name not in lacking.values():
            yield from _stage(funnel, stage, f"{place}.stages`")


def _lacking(funnel: Funnel, known: Sequence[Stage]) -> dict[str, str]:
    """Return the table's stages that the portal lacks, with the portal's free name that was probably meant."""
    names = {stage.name for stage in known}
    free = names - {stage.name for stage in funnel.stages}
    wanted = {stage.name for stage in funnel.stages} - set(FINAL_STAGES)
    return {stage.name: nearest(stage.name, free) for stage in funnel.stages if stage.name in wanted - names}


def _stage(funnel: Funnel, stage: Stage, place: str) -> Iterator[Line]:
    end, shown = _ENDS.get(stage.semantics), f"the stage «{stage.name}» of the funnel «{funnel.name}»"
    is_named = stage.name in {each.name for each in funnel.stages}
    if end and is_named:
        text = f"{shown} ends deals on the portal ({end}), and is a stage of work in the file"
        yield error(ABOUT, text, f"make it one of work on the portal, or write its rules at `{end}` in {place}")
    elif not end and not is_named:
        text = f"{shown} is not in the state table, so deals there are only reported"
        yield warning(ABOUT, text, f"write it in {place}, with {{}} if nothing is required there")
