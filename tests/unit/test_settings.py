"""What the environment may say, and how it is refused."""

from __future__ import annotations

import copy
import json
import pickle
from dataclasses import asdict
from pathlib import Path

import pytest

from sverka.companies.company import Company
from sverka.companies.load import load_companies
from sverka.domain.secret import Secret
from sverka.settings import NotConnected, Secrets, Settings, SettingsError, secrets_for
from tests.house.tree import ROOT

NAMES = (
    "HEADLIGHTS_BITRIX24_WEBHOOK",
    "HEADLIGHTS_BUSINESS_RU_URL",
    "HEADLIGHTS_BUSINESS_RU_APP_ID",
    "HEADLIGHTS_BUSINESS_RU_SECRET",
    "HEADLIGHTS_SMTP_URL",
    "HEADLIGHTS_IMAP_URL",
    "HEADLIGHTS_SMSC_URL",
    "HEADLIGHTS_WHATSAPP_URL",
    "HEADLIGHTS_MAX_URL",
)
ALL = {name: f"canary-{number}" for number, name in enumerate(NAMES)}


@pytest.fixture(scope="module")
def company() -> Company:
    return next(each for each in load_companies(ROOT / "config/companies") if each.name == "headlights")


def _file(folder: Path, content: bytes = b"canary\n", mode: int = 0o640) -> str:
    file = folder / "secret"
    file.write_bytes(content)
    file.chmod(mode)
    return str(file)


def _problems(environ: dict[str, str], root: Path) -> tuple[str, ...]:
    with pytest.raises(SettingsError) as caught:
        Settings.from_environment(environ, root)
    return caught.value.problems


def test_an_empty_environment_is_a_laptop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir("/")
    settings = Settings.from_environment({"SVERKA_TZ": "", "SVERKA_CA_FILE": ""}, tmp_path)
    assert settings.database_url.reveal() == f"sqlite:///{tmp_path}/var/sverka.db"
    assert settings.database_shown == f"{tmp_path}/var/sverka.db"
    assert settings.mark_file == tmp_path / "var/sverka.db.mark"
    assert settings.companies_dir == tmp_path / "config/companies"
    assert settings.zone.key == "Europe/Moscow"
    assert (settings.ca_file, settings.sentry_dsn) == (None, None)
    assert (settings.logs_json, settings.log_level) == (False, "WARNING")
    assert (settings.limits_off, settings.clock_jumps_allowed) == (False, False)


def test_every_variable_is_read(tmp_path: Path) -> None:
    (tmp_path / "ca.pem").touch()
    settings = Settings.from_environment(
        {
            "SVERKA_DATABASE_URL_FILE": _file(tmp_path, b"postgresql://sverka:canary@db.example:5432/sverka\n"),
            "SVERKA_COMPANIES": "/etc/sverka/companies",
            "SVERKA_TZ": "Asia/Almaty",
            "SVERKA_CA_FILE": "ca.pem",
            "SENTRY_DSN": "https://canary@sentry.example/1",
            "SVERKA_LIMITS": "off",
            "SVERKA_CLOCK_JUMPS": "allow",
            "SVERKA_LOG": "json",
            "SVERKA_LOG_LEVEL": "Info",
            "PATH": "/bin",
        },
        tmp_path,
    )
    assert settings.database_url.reveal() == "postgresql+psycopg://sverka:canary@db.example:5432/sverka"
    assert settings.database_shown == "postgresql://db.example:5432/sverka"
    assert settings.mark_file == tmp_path / "var/sverka.mark"
    assert settings.companies_dir == Path("/etc/sverka/companies")
    assert settings.zone.key == "Asia/Almaty"
    assert settings.ca_file == tmp_path / "ca.pem"
    assert settings.sentry_dsn == Secret("https://canary@sentry.example/1")
    assert (settings.logs_json, settings.log_level) == (True, "INFO")
    assert (settings.limits_off, settings.clock_jumps_allowed) == (True, True)
    assert "canary" not in repr(settings)


@pytest.mark.parametrize(
    ("url", "path"),
    [("sqlite:///var/other.db", "{root}/var/other.db"), ("sqlite:////data/sverka.db", "/data/sverka.db")],
    ids=["relative", "absolute"],
)
def test_the_store_s_file_lies_under_the_root_whatever_the_working_directory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, url: str, path: str
) -> None:
    monkeypatch.chdir("/")
    settings = Settings.from_environment({"SVERKA_DATABASE_URL": url}, tmp_path)
    assert settings.database_shown == path.format(root=tmp_path)
    assert settings.database_url.reveal() == f"sqlite:///{settings.database_shown}"


@pytest.mark.parametrize("scheme", ["postgresql", "postgres", "postgresql+psycopg"])
@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("sverka:ca%40nary@db.example:5432/sverka?sslmode=require", "db.example:5432/sverka"),
        ("sverka@[::1]/sverka", "[::1]/sverka"),
        ("sverka@/sverka?host=/run/postgresql", "/sverka"),
    ],
    ids=["with everything", "another kind of address", "a socket"],
)
def test_a_server_may_be_named_in_each_usual_way(tmp_path: Path, scheme: str, address: str, shown: str) -> None:
    settings = Settings.from_environment({"SVERKA_DATABASE_URL": f"{scheme}://{address}"}, tmp_path)
    assert settings.database_url.reveal() == f"postgresql+psycopg://{address}"
    assert settings.database_shown == f"postgresql://{shown}"


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("SVERKA_DATABSE_URL", "x", "did you mean SVERKA_DATABASE_URL?"),
        ("SVERKA_DATABASE_URL", "sqlite:///:memory:", "names no store that lasts"),
        ("SVERKA_DATABASE_URL", "mysql://canary@db/sverka", "names no store that lasts"),
        ("SVERKA_DATABASE_URL", "postgresql+asyncpg://canary@db/sverka", "write postgresql://USER"),
        ("SVERKA_DATABASE_URL", "postgresql://sverka:can/ary@db/sverka", "in a password write"),
        ("SVERKA_DATABASE_URL", "postgresql://sverka:canary@[db/sverka", "in a password write"),
        ("SVERKA_DATABASE_URL", "postgres://sverka:canary@db", "names no database on the server"),
        ("SVERKA_TZ", "Europe/Moskow", "did you mean Europe/Moscow?"),
        ("SVERKA_CA_FILE", "nowhere.pem", "is no file"),
        ("SVERKA_LIMITS", "of", "write off or vendor"),
        ("SVERKA_CLOCK_JUMPS", "yes", "write allow, or take it away"),
        ("SVERKA_STOP", "yes", "write 1 or 0, or take it away"),
        ("SVERKA_REDIRECT_ALL", "me", "is no e-mail address"),
        ("SVERKA_REDIRECT_ALL", "a@b.example, c@d.example", "is no e-mail address"),
        ("SVERKA_LOG", "xml", "write json or plain"),
        ("SVERKA_LOG_LEVEL", "loud", "write debug, info, warning or error"),
        ("SENTRY_DSN", "https://sentry.example/canary", "copy it from the project's settings in Sentry"),
        ("SENTRY_DSN_FILE", "/nowhere", "cannot be read"),
    ],
)
def test_a_wrong_variable_is_refused_with_its_remedy(tmp_path: Path, name: str, value: str, said: str) -> None:
    (problem,) = _problems({name: value}, tmp_path)
    assert problem.startswith(name)
    assert said in problem
    assert "canary" not in problem


def test_all_wrong_variables_come_in_one_answer(tmp_path: Path) -> None:
    environ = {"SVERKA_TZ": "Moskva", "SVERKA_LIMITS": "of", "SVERKA_SPEED": "high", "SVERKA_CA_FILE": "nowhere.pem"}
    assert len(_problems(environ, tmp_path)) == 4
    with pytest.raises(SettingsError, match=r"^4 mistakes in the environment:\nSVERKA_SPEED is not known"):
        Settings.from_environment(environ, tmp_path)


def test_secrets_come_by_the_names_of_their_variables(company: Company, tmp_path: Path) -> None:
    environ = {**ALL, "HEADLIGHTS_SMTP_URL": "", "HEADLIGHTS_SMTP_URL_FILE": _file(tmp_path, b"smtp://canary\r\n")}
    secrets = secrets_for(company, environ)
    assert isinstance(secrets, Secrets)
    assert secrets["HEADLIGHTS_BITRIX24_WEBHOOK"].reveal() == "canary-0"
    assert secrets["HEADLIGHTS_SMTP_URL"].reveal() == "smtp://canary"
    assert len(list(secrets)) == len(NAMES)
    assert "canary" not in f"{secrets} {secrets!r}"


def test_a_company_without_secrets_is_not_connected(company: Company) -> None:
    answer = secrets_for(company, {"PATH": "/bin", "HEADLIGHTS_SMTP_URL": ""})
    assert isinstance(answer, NotConnected)
    assert str(answer) == f"headlights: not connected; to connect it, set {', '.join(NAMES)}"


def test_a_company_with_some_of_its_secrets_is_refused_by_name(company: Company) -> None:
    environ = {name: value for name, value in ALL.items() if "BUSINESS" not in name}
    with pytest.raises(SettingsError) as caught:
        secrets_for(company, environ)
    (problem,) = caught.value.problems
    missing, _, remedy = problem.partition(" not set")
    assert missing == "headlights: " + ", ".join(name for name in NAMES if "BUSINESS" in name)
    assert remedy == ", while others are; set all of them or none"


@pytest.mark.parametrize(
    ("content", "mode", "said"),
    [
        (b"", 0o600, "is empty"),
        (b"\n", 0o600, "is empty"),
        (b"canary\n", 0o644, "chmod o="),
        (b"canary\n", 0o602, "chmod o="),
        (b"\xff\xfecanary", 0o600, "it is no text"),
    ],
    ids=["empty", "only a line's end", "readable by all", "writable by all", "no text"],
)
def test_a_secret_s_file_must_be_private_and_hold_something(
    company: Company, tmp_path: Path, content: bytes, mode: int, said: str
) -> None:
    environ = {name: value for name, value in ALL.items() if name != NAMES[0]}
    with pytest.raises(SettingsError) as caught:
        secrets_for(company, {**environ, f"{NAMES[0]}_FILE": _file(tmp_path, content, mode)})
    (problem,) = caught.value.problems
    assert problem.startswith(f"{NAMES[0]}_FILE")
    assert said in problem
    assert "canary" not in problem


def test_a_secret_set_twice_is_refused(company: Company, tmp_path: Path) -> None:
    with pytest.raises(SettingsError) as caught:
        secrets_for(company, {**ALL, f"{NAMES[0]}_FILE": _file(tmp_path)})
    assert caught.value.problems == (f"{NAMES[0]} and {NAMES[0]}_FILE are both set; keep one of them",)


def test_a_secret_never_tells() -> None:
    secret = Secret("canary")
    shown = [repr(secret), str(secret), f"{secret}", f"{secret:>8}", f"{secret!r}", json.dumps(secret, default=str)]
    assert [text for text in shown if "canary" in text] == []
    assert b"canary" not in pickle.dumps(secret)
    with pytest.raises(TypeError):
        json.dumps(secret)
    assert "canary" not in repr(asdict(Secrets({"A": secret})))


def test_a_secret_is_itself_after_a_copy() -> None:
    secret = Secret("canary")
    assert copy.copy(secret) == secret
    assert copy.deepcopy([secret]) == [secret]
    assert secret != Secret("other")
    assert secret != "canary"
    assert len({secret, Secret("canary")}) == 1
