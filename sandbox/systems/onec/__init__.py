"""The emulator of 1С:Управление торговлей 11.5 behind the standard OData interface: people, sets, conditions, writing, settlements.

Nothing of the product or of other systems belongs here, and no sockets: the sandbox's front brings the requests.
"""

from sandbox.systems.onec.emulator import OneC
from sandbox.systems.onec.seeding import Client

__all__ = ["Client", "OneC"]
