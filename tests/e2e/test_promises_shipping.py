"""The dealer network: orders leave on their ship date, the warehouse and the dealer know of it (D1)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from email import message_from_string
from email.policy import default
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from sverka.cli import main
from sverka.settings import NotConnected
from sverka.work import post
from sverka.work.checkup.looking import check_up
from tests.e2e.town import Town, town

COMPANY, ORDERS = "dealer_network", "Заказы дилеров"
WAITS, TODAY, GONE = "Ожидает отгрузку", "Отгрузить сегодня", "Отгружено"
DATE, CARRIER, TRACK, HOLD = "Дата отгрузки", "Перевозчик", "Номер отправления", "Отгрузки"
TVER, MAIL = "ООО «АвтоТехЦентр Тверь»", "zakaz@atc-tver.example"
PICK, NO_TRACK, STOPPED = "Собрать и отгрузить", "Нет номера отправления", "Отгрузки остановлены"
LONG = pytest.mark.soak
LEAVES = "отгружаем сегодня, 24 ноября"


class Dock:
    """The company, its storekeeper and a dealer who reads letters."""

    def __init__(self, opened: Town) -> None:
        self.town = opened

    def order(self, date: str | None, stage: str = WAITS, *, carrier: str = "ПЭК", **fields: Any) -> int:
        """Have the manager make an order of a lift; date: the day of November."""
        on = {DATE: day(date)} if date else {}
        said = {CARRIER: carrier} if carrier else {}
        lines = [("LIFT-2P-4T", 1, 189000), ("JACK-3T", 2, 12400)]
        return self.town.person().make_deal(
            ORDERS, stage, TVER, lines, **on, **said, **{"Номер заказа": "Д-815", **fields}
        )

    def at(self, *moments: str) -> None:
        """Let the job run at moments of November, as `24 08:08`."""
        for moment in moments:
            number, clock = moment.split()
            self.town.set_clock(f"2026-11-{number}T{clock}:00+03:00")
            report = self.town.run("ship_today")
            assert (report["outcome"], report["failed"], report["unknown"]) == ("done", 0, 0), report

    def rest(self) -> None:
        """Let the job run once more, in vain."""
        before = self.town.mark()
        assert self.town.run("ship_today")["planned"] == {}
        assert self.town.effects(before) == []

    def fill(self, deal: int, title: str, value: str | None) -> None:
        """Let the manager fill a field."""
        self.town.person().set_field(deal, title, value)

    def move(self, deal: int, stage: str) -> None:
        """Let the manager move a deal."""
        self.town.person().move_deal(deal, stage)

    def stage(self, deal: int) -> str:
        """Return where a deal stands."""
        return self.town.person("owner").deal(deal)["stage"]

    def told(self) -> list[str]:
        """Return what the dealer's letters say of the order, in their subjects."""
        subjects = [" ".join(row["headers"]["Subject"].split()) for row in self._mail() if MAIL in row["to"]]
        return [subject.replace("Ваш заказ № Д-815 ", "").replace("вашего заказа № Д-815 ", "") for subject in subjects]

    def letter(self) -> str:
        """Return the dealer's last letter as text, on one line."""
        return self._read(next(row for row in reversed(self._mail()) if MAIL in row["to"]))

    def morning_letter(self, person: str) -> str:
        """Let the day's letters be written, and return that to a person as text, on one line."""
        self.town.run("digest")
        (row,) = [row for row in self._mail() if any(to.startswith(f"{person}@") for to in row["to"])]
        return self._read(row)

    def tasks(self, deal: int, *, still: bool = True) -> list[tuple[str, str]]:
        """Return the tasks of a deal that stand open, or all: the first words, and whose they are."""
        rows = self.town.person("owner").tasks(deal)
        shown = [row for row in rows if not still or int(row["status"]) != 5]
        return sorted((row["title"].partition(":")[0], self._user(row["responsibleId"])) for row in shown)

    def picking(self) -> str:
        """Return what the only task says, on one line."""
        (task,) = self.town.person("owner").bitrix("tasks.task.list", {"select": ["DESCRIPTION"]})["tasks"]
        return " ".join(task["description"].split())

    def todos(self, deal: int) -> list[str]:
        """Return the to-dos in a deal's card that stand open."""
        return [row["SUBJECT"] for row in self.town.person("owner").todos(deal) if row["COMPLETED"] == "N"]

    def notices(self) -> list[str]:
        """Return what the storekeeper was told by the portal, the oldest first."""
        return [row["text"] for row in self.town.person("warehouse").notifications()][::-1]

    def _read(self, row: dict[str, Any]) -> str:
        return " ".join(post.pages(message_from_string(row["raw"], policy=default)).text.split())

    def _mail(self) -> list[dict[str, Any]]:
        return [row["payload"] for row in self.town.effects() if row["system"] == "mail"]

    def _user(self, ext_id: str | int) -> str:
        users = self.town.sandbox.world.companies[COMPANY].emulators["bitrix24"].state.users.rows
        return str(users[int(ext_id)]["EMAIL"]).partition("@")[0]


def day(number: str) -> str:
    """Return a day of November."""
    return f"2026-11-{number}"


@pytest.fixture
def dock(tmp_path: Path) -> Iterator[Dock]:
    """The company on a Monday at ten; whatever is played, the job comes to rest."""
    with town(tmp_path, sockets=False, company=COMPANY) as opened:
        opened.set_clock("2026-11-23T10:00:00+03:00")
        yield (played := Dock(opened))
        played.rest()


def test_an_order_leaves_on_its_day_and_everybody_knows(dock: Dock) -> None:
    deal = dock.order("24")
    dock.at("23 10:08", "24 07:58")
    assert (dock.stage(deal), dock.told(), dock.tasks(deal)) == (WAITS, [], [])
    dock.at("24 08:08", "24 12:08")
    assert dock.stage(deal) == TODAY
    letter = dock.morning_letter("warehouse")
    assert (
        letter.index("ПЕРЕВОЗЧИК: ПЭК")
        < letter.index("заказ № Д-815")
        < letter.index("Подъёмник двухстоечный, 4 т 1 шт")
    )
    assert dock.tasks(deal) == [(PICK, "warehouse")]
    assert dock.told() == [LEAVES]
    assert "Перевозчик: ПЭК" in dock.letter()
    dock.fill(deal, TRACK, "ПЭК-000777")
    dock.at("24 15:08", "24 18:08")
    assert (dock.stage(deal), dock.tasks(deal), dock.todos(deal)) == (GONE, [], [])
    assert dock.told()[1:] == ["отгружен"]
    assert "Номер отправления: ПЭК-000777" in dock.letter()


def test_the_whole_way_by_the_commands_of_a_user(tmp_path: Path) -> None:
    with town(tmp_path, company=COMPANY) as opened:
        dock, env = Dock(opened), {**opened.sandbox.ready["env"], "SVERKA_CLOCK_JUMPS": "allow"}
        env |= {"SVERKA_DATABASE_URL": f"sqlite:///{tmp_path}/own.db", "SVERKA_MARK_FILE": f"{tmp_path}/own.mark"}

        def sverka(*arguments: str) -> str:
            done = CliRunner().invoke(main, [*arguments], env=env)
            assert done.exit_code == 0, done.output
            return done.output

        opened.set_clock("2026-11-24T08:08:00+03:00")
        deal = dock.order("24")
        assert "deal.stage 1" in sverka("run", "ship_today", "--company", COMPANY, "--dry-run")
        assert dock.stage(deal) == WAITS
        sverka("run", "ship_today", "--company", COMPANY)
        assert (dock.stage(deal), dock.tasks(deal), dock.told()) == (TODAY, [(PICK, "warehouse")], [LEAVES])
        assert "nothing to do now" in sverka("run", "ship_today", "--company", COMPANY)
        why = " ".join(sverka("explain", f"deal:{deal}").split())
        assert "сегодня, 24 ноября, отгружаем — переводим на «Отгрузить сегодня»" in why
        assert "shipping_today 2026-11-24" in why


@pytest.mark.parametrize(
    ("date", "runs", "went"),
    [
        pytest.param("20", ("23 12:08",), True, id="the worker was off since Friday"),
        pytest.param("23", ("23 20:08", "24 08:08"), True, id="too late for the day, made up in the morning"),
        pytest.param("27", ("28 12:08",), False, id="missed before a weekend"),
        pytest.param("19", ("23 12:08",), False, id="before Sverka began", marks=LONG),
    ],
)
def test_missed_days_are_made_up_on_working_days(
    dock: Dock, date: str | None, runs: tuple[str, ...], *, went: bool
) -> None:
    deal = dock.order(date)
    dock.at(*runs)
    assert dock.stage(deal) == (TODAY if went else WAITS)
    assert len(dock.tasks(deal)) == len(dock.told()) == went


@pytest.mark.soak
def test_what_is_late_says_so_to_the_storekeeper_and_not_to_the_dealer(dock: Dock) -> None:
    deal = dock.order("20")
    dock.at("23 08:08")
    assert "Дата отгрузки была 20 ноября. — Подъёмник двухстоечный, 4 т: 1 — Домкрат" in dock.picking()
    assert (dock.told(), dock.stage(deal)) == (["отгружаем сегодня, 23 ноября"], TODAY)


def test_a_date_on_a_day_off_is_asked_about_and_counts_as_the_next_working_day(dock: Dock) -> None:
    deal, other = dock.order("28"), dock.order("28")
    dock.at("23 10:08")
    assert dock.todos(deal) == dock.todos(other) == ["Дата отгрузки выпала на выходной"]
    dock.fill(other, DATE, day("26"))
    dock.at("23 11:08", "28 08:08", "29 12:08")
    assert (dock.todos(deal), dock.todos(other), dock.stage(deal)) == (["Дата отгрузки выпала на выходной"], [], WAITS)
    dock.at("30 08:08")
    assert (dock.stage(deal), dock.todos(deal)) == (TODAY, [])
    assert dock.told()[-1:] == ["отгружаем сегодня, 30 ноября"]


@pytest.mark.soak
def test_a_date_that_is_moved_before_its_day_leaves_the_deal_where_it_is(dock: Dock) -> None:
    deal = dock.order("24")
    dock.at("23 10:08")
    dock.fill(deal, DATE, day("26"))
    dock.at("24 08:08", "25 08:08")
    assert (dock.stage(deal), dock.told(), dock.tasks(deal, still=False)) == (WAITS, [], [])
    dock.at("26 08:08")
    assert (dock.stage(deal), dock.told()) == (TODAY, ["отгружаем сегодня, 26 ноября"])


def test_a_date_that_is_moved_on_the_day_takes_the_deal_back_and_nobody_is_left_in_the_dark(dock: Dock) -> None:
    """What the storekeeper picks by is right, what the dealer was told is put right, and on the new day all begins anew."""
    deal = dock.order("24")
    dock.at("24 08:08")
    dock.fill(deal, DATE, day("26"))
    dock.at("24 11:08", "25 08:08")
    assert (dock.stage(deal), dock.tasks(deal)) == (WAITS, [])
    (notice,) = dock.notices()[-1:]
    assert "Не отгружать сегодня" in notice
    assert "Отгрузку перенесли на 26 ноября." in " ".join(notice.split())
    moved = "Отгрузка переносится: отгрузим в четверг, 26 ноября"
    assert dock.told() == [LEAVES, moved]
    dock.at("26 08:08")
    assert (dock.stage(deal), dock.tasks(deal)) == (TODAY, [(PICK, "warehouse")])
    assert dock.told() == [LEAVES, moved, "отгружаем сегодня, 26 ноября"]


@pytest.mark.soak
def test_a_date_moved_there_and_back_within_the_day_is_told_as_it_stands(dock: Dock) -> None:
    deal = dock.order("24")
    dock.at("24 08:08")
    dock.fill(deal, DATE, day("26"))
    dock.at("24 09:08")
    dock.fill(deal, DATE, day("24"))
    dock.at("24 10:08", "24 11:08")
    assert (dock.stage(deal), dock.tasks(deal)) == (TODAY, [(PICK, "warehouse")])
    assert [said.partition(":")[0] for said in dock.told()] == [LEAVES, "Отгрузка переносится", LEAVES]


def test_what_somebody_moved_back_is_not_moved_twice_and_they_are_asked_for_a_date(dock: Dock) -> None:
    deal = dock.order("24")
    dock.at("24 08:08")
    dock.move(deal, WAITS)
    dock.at("24 09:08", "25 08:08")
    assert (dock.stage(deal), dock.tasks(deal), dock.todos(deal)) == (WAITS, [], ["Когда отгружать?"])
    dock.fill(deal, DATE, day("27"))
    dock.at("25 09:08", "27 08:08")
    assert (dock.stage(deal), dock.todos(deal)) == (TODAY, [])
    assert [said.partition(":")[0] for said in dock.told()] == [
        LEAVES,
        "Отгрузка переносится",
        "отгружаем сегодня, 27 ноября",
    ]


@pytest.mark.soak
def test_what_a_person_puts_at_the_stage_of_the_day_is_picked_and_stays(dock: Dock) -> None:
    deal = dock.order("30")
    dock.at("23 10:08")
    dock.move(deal, TODAY)
    dock.at("23 10:18", "24 10:08")
    assert (dock.stage(deal), dock.tasks(deal)[:1], dock.told()) == (
        TODAY,
        [(NO_TRACK, "manager")],
        ["отгружаем сегодня, 23 ноября"],
    )


def test_no_track_number_by_six_is_a_task_until_it_is_there(dock: Dock) -> None:
    left, stuck = dock.order("24"), dock.order("24")
    dock.at("24 08:08")
    dock.move(left, GONE)
    dock.at("24 17:58")
    assert (dock.tasks(left), dock.tasks(stuck)) == ([], [(PICK, "warehouse")])
    dock.at("24 18:08")
    assert (dock.tasks(left), dock.tasks(stuck)) == (
        [(NO_TRACK, "manager")],
        [(NO_TRACK, "manager"), (PICK, "warehouse")],
    )
    dock.move(stuck, GONE)
    dock.at("25 09:08", "25 17:08")
    assert dock.tasks(stuck) == [(NO_TRACK, "manager")], "the same task goes on"
    for deal in (left, stuck):
        dock.fill(deal, TRACK, "ПЭК-000777")
    dock.at("25 17:18")
    assert dock.tasks(left) == dock.tasks(stuck) == []
    assert dock.told()[2:] == ["отгружен", "отгружен"]


@pytest.mark.soak
def test_a_track_number_that_stood_there_before_says_nothing_until_the_deal_has_left(dock: Dock) -> None:
    deal = dock.order("24", **{TRACK: "СДЭК-1"})
    dock.at("24 08:08", "24 09:08")
    assert (dock.stage(deal), dock.told()) == (TODAY, [LEAVES])
    dock.move(deal, GONE)
    dock.at("24 10:08")
    dock.fill(deal, TRACK, "СДЭК-2")
    dock.at("24 10:28")
    assert (dock.told(), "СДЭК-2" in dock.letter()) == ([LEAVES, "отгружен", "отгружен"], True)


def test_who_owes_too_much_gets_nothing_until_somebody_decides_it(dock: Dock) -> None:
    kept, forced = dock.order("24"), dock.order("24")
    dock.town.person().fill_card(TVER, HOLD, STOPPED)
    dock.at("24 08:08")
    assert {dock.stage(deal) for deal in (kept, forced)} == {WAITS}
    assert dock.todos(kept) == dock.todos(forced) == ["Отгрузки клиенту остановлены"]
    dock.move(forced, TODAY)
    dock.at("24 09:08")
    assert "отгрузки этому клиенту остановлены" in dock.picking()
    dock.town.person().fill_card(TVER, HOLD, "Под наблюдением")
    dock.at("24 10:08")
    assert (dock.stage(kept), dock.todos(kept), dock.todos(forced)) == (TODAY, [], [])


@pytest.mark.soak
def test_without_a_carrier_the_manager_is_asked_and_then_the_dealer_told(dock: Dock) -> None:
    deal = dock.order("24", carrier="")
    fetched = dock.order("24", carrier="", **{"Способ получения": "самовывоз"})
    dock.at("24 08:08")
    assert (dock.todos(deal), dock.todos(fetched), dock.told()) == (["Указать перевозчика"], [], [])
    dock.fill(deal, CARRIER, "Деловые Линии")
    dock.at("24 09:08", "24 18:08")
    assert (dock.todos(deal), dock.told()) == ([], [LEAVES])
    assert (dock.tasks(fetched), dock.stage(fetched)) == ([(PICK, "warehouse")], TODAY), "nobody waits for a parcel"


@pytest.mark.soak
def test_an_order_that_goes_another_way_leaves_no_tasks_behind(dock: Dock) -> None:
    deal = dock.order("24", carrier="")
    dock.at("24 08:08")
    dock.move(deal, "Согласование")
    dock.at("24 09:08")
    assert (dock.tasks(deal), dock.todos(deal), dock.told()) == ([], [], [])


def test_a_check_finds_all_well(dock: Dock) -> None:
    opened = dock.town
    opened.sandbox.world.clock.set(datetime.now(UTC))
    (company,) = opened.app.chosen(COMPANY)
    desk = opened.app.desk(company, read_only=True)
    assert not isinstance(desk, NotConnected)
    with closing(desk):
        lines = list(check_up(company, desk, runs_an_hour=18))
    assert [str(line) for line in lines if line.severity not in ("ok", "look")] == []
