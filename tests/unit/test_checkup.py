"""The lines of `sverka check` that follow from few facts: doors that are shut, clocks, limits, the place of the store."""

from __future__ import annotations

import os
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest

from sverka.companies.load import load_companies
from sverka.companies.models import CLIENT_FIELDS, DEAL_FIELDS
from sverka.domain.actions import KINDS
from sverka.domain.proofs import Proof, Reading
from sverka.domain.rows import Employee, Stage, User
from sverka.systems.addresses import Place
from sverka.systems.bitrix24.rights import FREE, SCOPES, Rights
from sverka.systems.errors import (
    AnswerLost,
    BadAnswer,
    Busy,
    ContractBroken,
    NoAccess,
    Refused,
    SystemTrouble,
    Unreachable,
)
from sverka.systems.mail import Knock
from sverka.work.checkup import clocks, mail, people, portal, stages
from sverka.work.checkup.doors import Door, closed, visit
from sverka.work.checkup.fields import LOSSES
from sverka.work.checkup.lines import Line, Severity, right
from sverka.work.checkup.place import file_system, place
from sverka.work.checkup.portal import LOST_SCOPES
from sverka.work.checkup.seen import Seen
from tests.house.tree import ROOT

(COMPANY,) = [company for company in load_companies(ROOT / "config/companies") if company.name == "headlights"]
DOOR = Door("Bitrix24", Place.of("https://fary.example/rest/1/hush/"), "WEBHOOK", "WEBHOOK", "on the portal")
NOON = datetime(2026, 11, 24, 9, tzinfo=UTC)


class Clock:
    """A machine's clock of which each look takes ten seconds."""

    def __init__(self) -> None:
        self.now = NOON

    def real(self) -> datetime:
        self.now += timedelta(seconds=10)
        return self.now

    def monotonic(self) -> float:
        return 0.0

    def wait(self, seconds: float) -> None:
        return None


def wrong(lines: object) -> list[str]:
    assert isinstance(lines, list)
    return [f"{line.severity} {line}" for line in lines if line.severity is not Severity.OK]


@pytest.mark.parametrize(
    ("url", "site", "is_open"),
    [
        ("https://fary.example/rest/1/hush/", "https://fary.example", False),
        ("http://fary.example:8080/rest/1/hush/", "http://fary.example:8080", True),
        ("http://127.0.0.1:8080/rest/1/hush/", "http://127.0.0.1:8080", False),
        ("http://[::1]:8080", "http://[::1]:8080", False),
        ("https://login:hush@fary.example", "https://fary.example", False),
        ("fary.example", "", True),
        ("https://fary.example:port", "", True),
    ],
)  # fmt: skip
def test_an_address_is_shown_without_its_secrets(url: str, site: str, is_open: bool) -> None:
    shown = Place.of(url)
    assert (shown.site, shown.is_open) == (site, is_open)


TROUBLES: dict[type[SystemTrouble], tuple[str, str]] = {
    NoAccess: ("https://fary.example does not let us in (why)", "copy WEBHOOK anew: on the portal"),
    Busy: ("https://fary.example takes no more requests now (why)", "try again in ten minutes; if it stays so, see who else"),
    Unreachable: ("https://fary.example cannot be reached (why)", "check the host in WEBHOOK, the network here, and SVERKA_CA_FILE"),
    AnswerLost: ("https://fary.example took the question and gave no answer (why)", "try again; if it stays so, check the host"),
    BadAnswer: ("https://fary.example answers, but not as Bitrix24 does (why)", "check the host in WEBHOOK and copy WEBHOOK anew"),
    ContractBroken: ("https://fary.example answers, but not as Bitrix24 does (why)", "check the host in WEBHOOK and copy WEBHOOK anew"),
    Refused: ("https://fary.example refuses (why)", "check WEBHOOK, and the plan and the settings of the account"),
}  # fmt: skip


@pytest.mark.parametrize("kind", TROUBLES, ids=lambda kind: kind.__name__)
def test_a_door_that_is_shut_says_whose_mistake_it_is(kind: type[SystemTrouble]) -> None:
    line = closed(DOOR, kind("bitrix24", "batch", "why."))
    text, mend = TROUBLES[kind]
    assert (line.text, line.mend[: len(mend)]) == (text, mend)


def test_a_door_is_shut_for_the_reason_behind_the_reason() -> None:
    shut = Unreachable("business_ru", "GET repair", "no token came: there is no such model")
    shut.__cause__ = ContractBroken("business_ru", "GET repair", "there is no such model")
    assert closed(DOOR, shut).text == "https://fary.example answers, but not as Bitrix24 does (there is no such model)"


def test_an_address_without_encryption_is_told_before_all_else() -> None:
    door = replace(DOOR, place=Place.of("http://fary.example/rest/1/hush/"))
    lines = visit(door, lambda: NOON, Clock(), lambda: [right("Bitrix24", "fine")]).lines
    assert [line.text.split(",")[0] for line in lines] == ["http://fary.example is asked without encryption", "fine"]
    assert lines[0].mend == "write https:// in WEBHOOK"


def test_a_trouble_on_the_way_keeps_the_lines_before_it() -> None:
    def looking() -> list[Line]:
        raise BadAnswer("bitrix24", "crm.item.fields", "half a page")

    def first_right() -> object:
        yield right("Bitrix24", "fine")
        looking()

    lines = visit(DOOR, lambda: NOON, Clock(), first_right).lines  # type: ignore[arg-type]
    assert [line.text for line in lines] == ["fine", "crm.item.fields: half a page, so the rest was not looked at"]


def test_the_time_that_an_answer_took_is_no_difference_of_clocks() -> None:
    assert visit(DOOR, lambda: NOON + timedelta(seconds=15), Clock(), list).ahead == timedelta(0)


@pytest.mark.parametrize(
    ("portal_s", "ledger_s", "sentences"),
    [
        (110, -5, []),
        (3600, 3590, ["warning clocks: this machine's clock is 1 h 0 min behind Bitrix24 and Бизнес.ру; runs go by"]),
        (-900, 0, ["error clocks: the clock of Бизнес.ру is 15 min before that of Bitrix24, so what is new and what is late",
                   "warning clocks: this machine's clock is 15 min before Bitrix24; runs go by the vendors'"]),
        (0, 121, ["error clocks: the clock of Бизнес.ру is 121 s before that", "warning clocks: this machine's clock is 121 s"]),
    ],
    ids=["all agree", "the machine is behind", "the portal is behind", "a second too many"],
)  # fmt: skip
def test_clocks_that_differ_by_more_than_two_minutes_are_told(
    portal_s: int, ledger_s: int, sentences: list[str]
) -> None:
    seen = Seen(ahead={"bitrix24": timedelta(seconds=portal_s), "business_ru": timedelta(seconds=ledger_s)})
    found = wrong(list(clocks.clocks(seen)))
    assert [line[: len(sentence)] for line, sentence in zip(found, sentences, strict=True)] == sentences


def test_of_three_clocks_those_that_lie_furthest_apart_are_told() -> None:
    minutes = {"bitrix24": 0, "business_ru": 1, "onec": -9}
    seen = Seen(ahead={system: timedelta(minutes=ahead) for system, ahead in minutes.items()})
    (line,) = [each for each in clocks.clocks(seen) if each.severity is Severity.ERROR]
    assert line.text.startswith("the clock of Бизнес.ру is 10 min before that of 1C")


@pytest.mark.parametrize(
    ("systems", "text"),
    [
        (["bitrix24"], "this machine and Bitrix24 agree"),
        (["bitrix24", "business_ru"], "this machine, Bitrix24 and Бизнес.ру agree"),
        (["bitrix24", "business_ru", "onec"], "this machine, Bitrix24, Бизнес.ру and 1C agree"),
    ],
    ids=len,
)
def test_clocks_that_agree_are_named(systems: list[str], text: str) -> None:
    assert [line.text for line in clocks.clocks(Seen(ahead=dict.fromkeys(systems, timedelta(0))))] == [text]


@pytest.mark.parametrize(
    ("requests", "runs_an_hour", "told"),
    [(12, 18, "ok"), (12, None, "ok"), (12, 150, "ok"), (12, 250, "warning")],
    ids=["quiet", "no crontab", "half of it", "more than half"],
)  # fmt: skip
def test_runs_that_leave_little_of_a_limit_are_told(requests: int, runs_an_hour: int | None, told: str) -> None:
    (line,) = clocks.limits(Seen(quiet={"business_ru": requests}), 300, runs_an_hour)
    assert line.severity == told
    if told == "warning":
        assert line.mend == (
            "little is left for writing: let jobs run less often in the crontab, "
            "or raise `systems.business_ru.requests_per_5min` if the vendor allows more"
        )


@pytest.mark.parametrize(
    ("knock", "told"),
    [
        (Knock("connect"), "check host and port in SMTP_URL: 465 goes with smtps://, 587 with smtp://"),
        (Knock("STARTTLS"), "the server begins no encryption there: write smtps:// and its port for encrypted lines in SMTP_URL"),
        (Knock("AUTH", 535), "check login and password in SMTP_URL: many servers want a password made for applications"),
        (Knock("MAIL", 530), "check login and password in SMTP_URL: many servers want a password made for applications"),
        (Knock("MAIL", 553), "write an address of the mailbox that SMTP_URL logs in to in `systems.mail.sender`, or allow it"),
        (Knock("MAIL", 451), "the server puts us off: try again in a quarter of an hour"),
    ],
    ids=["nobody there", "no encryption", "a wrong password", "no password", "not our address", "later"],
)  # fmt: skip
def test_a_mail_server_that_says_no_is_mended_where_it_said_it(knock: Knock, told: str) -> None:
    assert mail._mend(knock, "SMTP_URL").startswith(told)


MOUNTS = """\
22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw
23 22 0:21 / /srv/sverka rw,relatime shared:2 - nfs4 files:/sverka rw
24 22 0:22 / /srv/my\\040share rw shared:3 master:4 - virtiofs share rw
25 22 0:23 / /srv/sverka/local rw - xfs /dev/sdb rw
26 22 0:24 / /srv/cloud rw - fuse.sshfs host:/ rw
27 22 8:2 / /srv/over rw - cifs //files/over rw
28 27 8:2 / /srv/over rw - btrfs /dev/sdc rw
half a line
"""


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/srv/other/sverka.db", "ext4"), ("/srv/sverka/sverka.db", "nfs4"), ("/srv/sverkadb/sverka.db", "ext4"),
        ("/srv/my share/var/sverka.db", "virtiofs"), ("/srv/sverka/local/sverka.db", "xfs"), ("/srv/over/sverka.db", "btrfs"),
    ],
)  # fmt: skip
def test_a_path_lies_on_the_innermost_mount_and_the_latest_there(path: str, kind: str) -> None:
    assert file_system(Path(path), MOUNTS) == kind


@pytest.mark.parametrize("folder", ["/srv/sverka", "/srv/my share", "/srv/cloud"])
def test_a_store_on_a_network_file_system_is_an_error(folder: str) -> None:
    line, *_ = place(Path(folder) / "sverka.db", MOUNTS)
    assert line.severity is Severity.ERROR
    assert f"{folder} lies on a network file system" in line.text
    assert "put the folder on a disk of this machine, or use PostgreSQL" in line.mend


def test_a_store_that_others_may_read_is_told_with_the_command_that_mends_it(tmp_path: Path) -> None:
    file = tmp_path / "sverka.db"
    file.touch(mode=0o600)
    assert list(place(file, "")) == []
    file.chmod(0o644)
    assert wrong(list(place(file, ""))) == [
        f"warning store: {file} has the mode 644, so others on this machine may read names and phones → chmod 600 {file}"
    ]


def test_a_store_that_is_not_made_yet_is_right(tmp_path: Path) -> None:
    assert list(place(tmp_path / "far/away/sverka.db", "")) == []


def test_a_folder_of_another_user_is_told_with_the_number_of_ours(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("os.access", lambda path, _mode: path != tmp_path)
    (line,) = place(tmp_path / "sverka.db", "")
    assert line.text == f"nothing can be written to {tmp_path}, where the database and its journal must lie"
    assert line.mend == f"chown it to the user who runs Sverka, who has the number {os.getuid()} here"


def test_a_renamed_portal_is_told_before_anything_is_written() -> None:
    desk = SimpleNamespace(portal=SimpleNamespace(moved_to="new.example"))
    (line,) = portal._moved(COMPANY, desk)  # type: ignore[arg-type]
    assert (line.severity, line.mend) == (Severity.ERROR, "write the new host in HEADLIGHTS_BITRIX24_WEBHOOK")


def test_a_list_that_cannot_be_read_though_its_scope_is_there_asks_for_the_right() -> None:
    proof = Proof("bitrix24", "products", full=True, complete=False, rows=0, server_at=NOON, trouble="no catalogue.")
    rights = Rights("1", "Сверка Служебная", is_admin=True, scopes=frozenset({"catalog"}), currencies=())
    (line,) = portal._unread((Reading(proof, ()),), rights)
    assert (
        line.text
        == "the list of products cannot be read (no catalogue), so the goods of deals are not found in the ledger"
    )
    assert line.mend == "give Сверка Служебная the right to it, or make the webhook as an administrator"
    assert list(portal._unread((Reading(proof, ()),), replace(rights, scopes=frozenset()))) == []


def test_a_company_without_a_store_online_needs_neither_its_scope_nor_an_administrator() -> None:
    company = replace(COMPANY, policy=replace(COMPANY.policy, shop=None))
    granted = frozenset({"crm", "catalog", "user_basic", "department", "task", "im"})
    rights = Rights("1", "Сверка", is_admin=False, scopes=granted, currencies=("RUB",))
    assert [line.severity for line in portal._scopes(company, rights)] == [Severity.OK]
    (line,) = portal._administrator(company, rights)
    assert (line.severity, "is missing without a word" in line.text) == (Severity.WARNING, True)


def test_a_funnel_that_the_file_does_not_name_is_left_to_a_person() -> None:
    known = [
        Stage(ext_id=stage.name, name=stage.name, funnel_id="0", funnel_name=funnel.name, semantics="P", sort=0)
        for funnel in COMPANY.policy.table.funnels
        for stage in funnel.stages
        if stage.name not in ("won", "lost")
    ]
    assert [line.text for line in stages.stages(COMPANY, known)] == ["2 funnels with the stages of the file"]
    *_, line = stages.stages(COMPANY, [*known, replace(known[0], funnel_name="Опт")])
    assert (line.severity, line.text) == (
        Severity.LOOK,
        "the file does not name the funnel «Опт», so its deals are left alone",
    )


def test_many_names_do_not_hide_the_sentence() -> None:
    users = [User(ext_id=str(n), name=f"Человек {n}", email=f"{n}@fary.example", active=n < 30) for n in range(40)]
    employee = Employee(ext_id="1", name="Человек 1", email="1@FARY.example")
    (line,) = people.across(users, [employee])
    assert line.text.startswith(
        "29 of 30 users of the portal are no employees in Бизнес.ру by e-mail and name: «Человек 0», «Человек 2»"
    )
    assert line.text.endswith("and 17 more")


def test_every_field_of_a_file_says_what_is_lost_without_it() -> None:
    assert set(LOSSES) == {*DEAL_FIELDS, *CLIENT_FIELDS}


def test_every_method_that_the_client_calls_has_a_scope_and_every_scope_says_what_is_lost() -> None:
    sources = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "sverka/systems/bitrix24").rglob("*.py"))
    called = {
        method.split(".")[0]
        for method in re.findall(r'"((?:[a-z]+\.)+[a-zA-Z]+)"', sources)
        if "bitrix24" not in method
    }
    ours = {kind.name.split(".")[0] for kind in KINDS}
    assert called - ours <= {*SCOPES, *FREE}
    assert set(LOST_SCOPES) == set(SCOPES)
