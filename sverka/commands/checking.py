"""`sverka check`: everything that must be right before the first run, in one answer; and the state table in Russian."""

from __future__ import annotations

from contextlib import closing

import click

from sverka.app import App
from sverka.companies.company import Company
from sverka.domain.state_table import LOST, WON, Funnel, Stage
from sverka.settings import NotConnected
from sverka.work.checkup import check_up

_MARKS = {"": "ok  ", "warning": "warn", "error": "ERR "}

_ORDER = {
    "open": "есть заказ, он в работе", "work_opened": "заказ-наряд открыт", "work_closed": "заказ-наряд закрыт",
    "closed": "заказ выполнен", "cancelled_if_any": "заказ, если он есть, отменён",
}  # fmt: skip
_RESERVE = {"all": "весь товар в резерве на складе филиала", "none": "резерв снят"}
_FACTS = {
    ("payment", "full"): "оплачено полностью", ("payment", "none"): "оплаты нет", ("shipment", "all"): "всё отгружено",
    ("shipment", "none"): "отгрузки нет", ("work_order", "opened"): "заказ-наряд открыт", ("work_order", "closed"): "заказ-наряд закрыт",
}  # fmt: skip


def check(app: App, company: str | None, *, table: bool) -> int:
    """Check the companies; return 0, or 1 if something must be mended before a run."""
    chosen = app.chosen(company)
    if table:
        for each in chosen:
            _print_table(each)
        return 0
    click.echo(f"store      {app.settings.database_shown}")
    click.echo(f"companies  {app.settings.companies_dir} ({len(app.companies)})")
    return max([_check(app, each) for each in chosen], default=0)


def _check(app: App, company: Company) -> int:
    click.secho(f"\n{company.name} · {company.policy.title}", bold=True)
    desk = app.desk(company)
    if isinstance(desk, NotConnected):
        click.echo(f"  {desk}")
        return 0
    with closing(desk):
        lines = check_up(desk)
    for line in lines:
        click.echo(f"  {_MARKS[line.severity]} {line.text}")
    errors = sum(line.severity == "error" for line in lines)
    click.echo(f"  {'all is ready for a run' if not errors else f'{errors} to mend before the first run'}")
    return 1 if errors else 0


def _print_table(company: Company) -> None:
    click.secho(f"{company.policy.title}: что должно быть в учёте на каждой стадии сделки\n", bold=True)
    for funnel in company.policy.table.funnels:
        click.secho(f"Воронка «{funnel.name}»", bold=True)
        for stage in funnel.stages:
            click.echo(f"  {_stage_name(stage):<26} {_requirements(stage) or 'ничего не требуется'}")
        _print_facts(funnel)
        click.echo()


def _print_facts(funnel: Funnel) -> None:
    for fact in funnel.facts:
        when = " и ".join(_FACTS[item] for item in fact.when.items())
        origins = ", ".join(f"«{origin}»" for origin in fact.origins)
        click.echo(f"  Когда {when}: сделка сама переходит со стадии {origins} на «{fact.target}»")


def _stage_name(stage: Stage) -> str:
    return {WON: "Сделка успешна", LOST: "Сделка проиграна"}.get(stage.name, stage.name)


def _requirements(stage: Stage) -> str:
    parts = [_ORDER.get(stage.order or "", ""), _RESERVE.get(stage.reserve or "", "")]
    if stage.shipment == "all":
        parts.append("товар отгружен" + (" (только постоянным клиентам)" if stage.only == "trusted" else ""))
    if stage.payment == "full":
        parts.append("оплачено полностью")
    return "; ".join(filter(None, parts))
