"""The emulated outside systems, one package each, and the list of them.

Does not belong here: what several systems share (`sandbox.kit`), and SMTP, which is no HTTP (`sandbox.mail`).
"""

from __future__ import annotations

from collections.abc import Callable

from sandbox.kit import Emulator, Setting
from sandbox.systems.bitrix24 import Bitrix24
from sandbox.systems.business_ru import BusinessRu
from sandbox.systems.green_api import GreenApi
from sandbox.systems.onec import OneC
from sandbox.systems.smsc import Smsc

EMULATORS: dict[str, Callable[[Setting], Emulator]] = {
    "bitrix24": Bitrix24,
    "business_ru": BusinessRu,
    "green_api": GreenApi,
    "onec": OneC,
    "smsc": Smsc,
}
