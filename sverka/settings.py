"""What the environment says: where the store and the company files lie, which zone, and the secrets that company files name.

Read once at the edge, typed, frozen. Everything wrong comes in one answer with its remedy, and never with a value. The content
of company files does not belong here (`sverka.companies`). An empty variable is one that is not set.
"""

from __future__ import annotations

import re
import stat
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from sverka.companies.company import Company
from sverka.domain.clock import zone_names
from sverka.domain.secret import Secret

DATABASE_URL, COMPANIES, TZ, CA_FILE = "SVERKA_DATABASE_URL", "SVERKA_COMPANIES", "SVERKA_TZ", "SVERKA_CA_FILE"
LIMITS, CLOCK_JUMPS, MARK_FILE, SENTRY_DSN = "SVERKA_LIMITS", "SVERKA_CLOCK_JUMPS", "SVERKA_MARK_FILE", "SENTRY_DSN"
LOG, LOG_LEVEL = "SVERKA_LOG", "SVERKA_LOG_LEVEL"
STOP, STOP_FILE, REDIRECT_ALL = "SVERKA_STOP", "SVERKA_STOP_FILE", "SVERKA_REDIRECT_ALL"
SECRETS = (DATABASE_URL, SENTRY_DSN)
VARIABLES = (
    DATABASE_URL, COMPANIES, TZ, CA_FILE, LIMITS, CLOCK_JUMPS, MARK_FILE, STOP, STOP_FILE, REDIRECT_ALL, LOG, LOG_LEVEL, SENTRY_DSN,
)  # fmt: skip
"""Every variable that the program reads beside the secrets that company files name. Secrets also as `NAME_FILE`."""

_SQLITE, _POSTGRESQL = "sqlite:///", "postgresql+psycopg://"
_SERVERS = ("postgresql", "postgres", "postgresql+psycopg")
"""How the address of a PostgreSQL may begin; here it is always written with the driver."""
_A_SERVER = "postgresql://USER:PASSWORD@HOST/NAME"
_LOG_LEVELS = ("debug", "info", "warning", "error")
_DSN = re.compile(r"https?://\w+(:\w+)?@[\w.:\[\]-]+(/[\w./-]*)?/\d+")
_ADDRESS = re.compile(r"[\w.+-]+@[\w-]+(\.[\w-]+)+", re.ASCII)
_READABLE_BY_OTHERS = stat.S_IRWXO


class SettingsError(Exception):
    """The environment is not as it must be; the text lists all that is wrong, one a line, the count first."""

    def __init__(self, problems: Iterable[str]) -> None:
        self.problems = tuple(problems)
        super().__init__(self.problems)

    def __str__(self) -> str:
        count = len(self.problems)
        return "\n".join([f"{count} mistake{'' if count == 1 else 's'} in the environment:", *self.problems])


@dataclass(frozen=True)
class Settings:
    """The settings of the installation. All paths are absolute, whatever the working directory."""

    root: Path
    database_url: Secret
    """For SQLAlchemy; a secret, since it may hold a password."""
    database_shown: str
    """The same for people, without a password: the path of the file, or the address of the server."""
    companies_dir: Path
    zone: ZoneInfo
    ca_file: Path | None
    logs_json: bool
    """Log lines are JSON, for machines; else plain, for people."""
    log_level: str
    """The least level of our own log lines, by its name in `logging`. By default warnings: a command tells its outcome itself."""
    sentry_dsn: Secret | None
    limits_off: bool
    """The sandbox keeps no rate limits, so the clients do not pace themselves either."""
    clock_jumps_allowed: bool
    """Business time may jump between runs, because somebody moves it on purpose."""
    mark_file: Path
    """The high-water mark of the store, kept outside of it."""
    stop_file: Path
    """While this file is there, nothing is sent."""
    is_stopped: bool
    """Nothing is sent by this process."""
    redirect_all: str
    """The only address that letters are sent to, "" for everybody's own."""

    @classmethod
    def from_environment(cls, environ: Mapping[str, str], root: Path) -> Settings:
        """Read the environment; relative paths lie under `root`. Raises SettingsError with everything that is wrong."""
        return _Reader(environ, root.resolve()).settings()


@dataclass(frozen=True)
class Secrets:
    """The secrets of one company, by the names of their variables."""

    by_variable: Mapping[str, Secret]

    def __getitem__(self, variable: str) -> Secret:
        return self.by_variable[variable]

    def __iter__(self) -> Iterator[Secret]:
        return iter(self.by_variable.values())


@dataclass(frozen=True)
class NotConnected:
    """None of a company's secrets is set: the company is left alone."""

    company: str
    variables: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.company}: not connected; to connect it, set {', '.join(self.variables)}"


def secrets_for(company: Company, environ: Mapping[str, str]) -> Secrets | NotConnected:
    """Read the secrets that a company's file names. Raises SettingsError if only some are set, or one cannot be read."""
    variables = company.connection.variables
    problems: list[str] = []
    found = {name: _secret(name, environ, problems) for name in variables}
    missing = [name for name in variables if not _is_set(name, environ)]
    if len(missing) == len(variables):
        return NotConnected(company.name, variables)
    if missing:
        problems.append(f"{company.name}: {', '.join(missing)} not set, while others are; set all of them or none")
    if problems:
        raise SettingsError(problems)
    return Secrets({name: secret for name, secret in found.items() if secret is not None})


class _Reader:
    """Reads variable after variable and goes on after a mistake."""

    def __init__(self, environ: Mapping[str, str], root: Path) -> None:
        self._environ = environ
        self._root = root
        self._problems: list[str] = []

    def settings(self) -> Settings:
        """Return the settings, or raise all that was wrong."""
        self._refuse_unknown()
        url = self._database_url()
        settings = Settings(
            root=self._root,
            database_url=Secret(url),
            database_shown=_shown(url),
            companies_dir=self._path(COMPANIES, "config/companies"),
            zone=self._zone(),
            ca_file=self._existing_file(CA_FILE),
            logs_json=self._word(LOG, off="plain", on="json"),
            log_level=self._log_level(),
            sentry_dsn=self._sentry_dsn(),
            limits_off=self._word(LIMITS, off="vendor", on="off"),
            clock_jumps_allowed=self._word(CLOCK_JUMPS, off="", on="allow"),
            mark_file=self._path(MARK_FILE, _beside(url, self._root)),
            stop_file=self._path(STOP_FILE, _beside(url, self._root).with_name("STOP")),
            is_stopped=self._word(STOP, off="0", on="1"),
            redirect_all=self._address(REDIRECT_ALL),
        )
        if self._problems:
            raise SettingsError(self._problems)
        return settings

    def _refuse_unknown(self) -> None:
        known = {*VARIABLES, *(f"{name}_FILE" for name in SECRETS)}
        for name in sorted(set(self._environ) - known):
            if name.startswith("SVERKA_"):
                nearest = get_close_matches(name, known, n=1)
                hint = f"did you mean {nearest[0]}?" if nearest else f"known are {', '.join(VARIABLES)}"
                self._problems.append(f"{name} is not known; {hint}")

    def _database_url(self) -> str:
        secret = _secret(DATABASE_URL, self._environ, self._problems)
        url = secret.reveal() if secret else f"{_SQLITE}var/sverka.db"
        path = url.removeprefix(_SQLITE)
        if url.startswith(_SQLITE) and path and not path.startswith(":memory:"):
            return f"{_SQLITE}{self._root / path}"
        scheme, _, rest = url.partition("://")
        if scheme in _SERVERS:
            return self._server_url(rest)
        wanted = _A_SERVER if scheme.startswith("postgresql+") else f"sqlite:///PATH or {_A_SERVER}"
        self._problems.append(f"{DATABASE_URL} names no store that lasts; write {wanted}")
        return url

    def _server_url(self, rest: str) -> str:
        url = f"{_POSTGRESQL}{rest}"
        try:
            if not _names_database(url):
                self._problems.append(f"{DATABASE_URL} names no database on the server; write {_A_SERVER}")
        except ValueError:
            escaped = "in a password write @ : / ? # % as %40 %3A %2F %3F %23 %25"
            self._problems.append(f"{DATABASE_URL} is no address of a server; write {_A_SERVER}, and {escaped}")
        return url

    def _path(self, name: str, default: str | Path) -> Path:
        return self._root / (self._environ.get(name) or default)

    def _existing_file(self, name: str) -> Path | None:
        if not self._environ.get(name):
            return None
        path = self._path(name, "")
        if not path.is_file():
            self._problems.append(f"{name} names {path}, which is no file; mend the path or take the variable away")
        return path

    def _address(self, name: str) -> str:
        address = self._environ.get(name, "").strip()
        if address and not _ADDRESS.fullmatch(address):
            self._problems.append(f"{name} is no e-mail address; write one such as test@example.ru, or take it away")
        return address

    def _zone(self) -> ZoneInfo:
        name = self._environ.get(TZ) or "Europe/Moscow"
        if name in zone_names():
            return ZoneInfo(name)
        nearest = get_close_matches(name, sorted(zone_names()), n=1)
        hint = f"did you mean {nearest[0]}?" if nearest else "write one such as Europe/Moscow"
        self._problems.append(f"{TZ} names no time zone: {name}; {hint}")
        return ZoneInfo("UTC")

    def _log_level(self) -> str:
        level = (self._environ.get(LOG_LEVEL) or "warning").lower()
        if level not in _LOG_LEVELS:
            self._problems.append(f"{LOG_LEVEL} is {level}; write {', '.join(_LOG_LEVELS[:-1])} or {_LOG_LEVELS[-1]}")
        return level.upper()

    def _sentry_dsn(self) -> Secret | None:
        dsn = _secret(SENTRY_DSN, self._environ, self._problems)
        if dsn and not _DSN.fullmatch(dsn.reveal()):
            self._problems.append(
                f"{SENTRY_DSN} is no DSN; copy it from the project's settings in Sentry, https://KEY@HOST/NUMBER"
            )
        return dsn

    def _word(self, name: str, *, off: str, on: str) -> bool:
        word = self._environ.get(name, "") or off
        if word not in {off, on}:
            self._problems.append(f"{name} is {word}; write {on}{f' or {off}' if off else ''}, or take it away")
        return word == on


def _shown(url: str) -> str:
    """Return the file of a SQLite store, or `scheme://host/name` of a server."""
    if url.startswith(_SQLITE):
        return url.removeprefix(_SQLITE)
    scheme, _, rest = url.partition("://")
    return f"{scheme.partition('+')[0]}://{rest.rpartition('@')[2].partition('?')[0]}"


def _names_database(url: str) -> bool:
    """Say whether an address names a server's database. Raises ValueError for one whose host and port cannot be told."""
    parts = urlsplit(url)
    return parts.port != 0 and bool(parts.path.strip("/"))


def _beside(url: str, root: Path) -> Path:
    """Return the default place of the mark: beside the file of the store, or in `var/` for a server."""
    return Path(f"{_shown(url)}.mark") if url.startswith(_SQLITE) else root / "var" / "sverka.mark"


def _is_set(name: str, environ: Mapping[str, str]) -> bool:
    return bool(environ.get(name) or environ.get(f"{name}_FILE"))


def _secret(name: str, environ: Mapping[str, str], problems: list[str]) -> Secret | None:
    """Read a secret from NAME or from the file that NAME_FILE names; None if neither is set or after a problem."""
    value, file = environ.get(name), environ.get(f"{name}_FILE")
    if value and file:
        problems.append(f"{name} and {name}_FILE are both set; keep one of them")
    elif file:
        return _secret_in(Path(file), f"{name}_FILE", problems)
    elif value:
        return Secret(value)
    return None


def _secret_in(file: Path, name: str, problems: list[str]) -> Secret | None:
    try:
        mode, text = file.stat().st_mode, file.read_text(encoding="utf-8").rstrip("\r\n")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is no text"
        problems.append(f"{name} names {file}, which cannot be read: {reason}; mend the path or the file")
        return None
    if mode & _READABLE_BY_OTHERS:
        problems.append(f"{name} names {file}, which everybody on the machine may read; run chmod o= {file}")
    elif not text:
        problems.append(f"{name} names {file}, which is empty; put the secret into it")
    else:
        return Secret(text)
    return None
