"""Put a sandbox together and open its doors: companies, emulators, data, HTTP, HTTPS, SMTP, IMAP, the control server."""

from __future__ import annotations

import itertools
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any, Self

from sandbox import filling, mail
from sandbox.companies import read_companies
from sandbox.control import Control
from sandbox.front import Front
from sandbox.kit import SandboxError, Setting
from sandbox.service import Service
from sandbox.systems import EMULATORS
from sandbox.tls import Authority
from sandbox.world import Company, Mailbox, World

START = datetime(2026, 11, 23, 8, tzinfo=timezone(timedelta(hours=3)))
"""Where the clock starts when nothing is loaded: a Monday morning in Moscow."""


@dataclass
class Sandbox:
    """A running sandbox. `ready` is what `sandbox serve` prints: the control address, `env`, addresses, credentials."""

    ready: dict[str, Any]
    world: World
    control_url: str
    _closing: ExitStack

    def stop(self) -> None:
        """Close every door and line, and delete the certificates."""
        self._closing.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()


def start(
    companies: list[str],
    config_dir: Path | str,
    port: int = 0,
    load: Path | str | None = None,
    limits: str = "vendor",
    switches: Mapping[str, Any] | None = None,
) -> Sandbox:
    """Start a sandbox on loopback in threads of this process; no companies means all of `config_dir`.

    port: the control server's; the other servers take the following ones. 0 takes any free ports.
    load: data to put in, instead of the companies' own small worlds. limits: "vendor" or "off".
    switches: behaviours of the systems that differ from the pessimistic ones, by name.
    """
    data = None if load is None else filling.read(Path(load))
    world = World(START if data is None else filling.start_of(data), time.monotonic)
    for name, config in read_companies(Path(config_dir), companies).items():
        world.companies[name] = _build(world, name, config, limits, switches or {})
    filling.fill(world, data)
    world.begin()
    with ExitStack() as closing:
        ready = _open(world, port, closing)
        if limits == "off":
            ready["env"]["SVERKA_LIMITS"] = "off"
        return Sandbox(ready, world, ready["control"], closing.pop_all())


def _build(world: World, name: str, config: dict[str, Any], limits: str, switches: Mapping[str, Any]) -> Company:
    company = Company(name, config, dict(config["people"]))
    for system in config["systems"]:
        if system == "mail":
            company.mailbox = Mailbox(world.clock)
        elif system in EMULATORS:
            setting = Setting(name, config, world.clock, world.journal, limits, dict(switches))
            company.emulators[system] = EMULATORS[system](setting)
        else:
            raise SandboxError(f"{name} uses {system}, which has no emulator; there are: {', '.join(EMULATORS)}, mail.")
    return company


def _open(world: World, port: int, closing: ExitStack) -> dict[str, Any]:
    ports: Iterator[int] = itertools.count(port) if port else itertools.repeat(0)
    authority = Authority(Path(closing.enter_context(tempfile.TemporaryDirectory(prefix="sandbox-"))))
    front, office = Front(world.clock.now), mail.PostOffice(world)
    closing.callback(front.stop)
    closing.callback(office.stop)
    control_url = front.listen(Control(world), next(ports))
    env = {"SVERKA_CA_FILE": str(authority.ca_file)}
    companies = {}
    for company in world.companies.values():
        systems: dict[str, dict[str, str]] = {}
        for system, emulator in company.emulators.items():
            service = Service(company.name, emulator, company.lock, world.journal, world.faults)
            http = front.listen(service, next(ports))
            systems[system] = {"http": http, "https": front.listen(service, next(ports), authority.context)}
            env |= emulator.environment(http)
        if company.mailbox is not None:
            systems["mail"] = {
                "smtp": office.listen(company, next(ports)),
                "imap": office.listen_imap(company, next(ports)),
            }
            named = company.config["systems"]["mail"]
            env |= {named[way]: mail.worker_url(company, url) for way, url in systems["mail"].items() if way in named}
        companies[company.name] = {"systems": systems, "people": _people(company, systems)}
    front.start()
    office.start()
    return {"control": control_url, "env": env, "companies": companies}


def _people(company: Company, systems: dict[str, dict[str, str]]) -> dict[str, dict[str, Any]]:
    people: dict[str, dict[str, Any]] = {}
    for person in company.people:
        if person == "worker":  # no person: what it needs stands in `env`
            continue
        keys = {name: part.credential(person, systems[name]["http"]) for name, part in company.emulators.items()}
        if company.mailbox is not None:
            keys["mail"] = mail.credential(company.name, person, company.people)
        people[person] = keys
    return people
