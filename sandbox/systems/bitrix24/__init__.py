"""The Bitrix24 portal of one company: its REST v2 as the contract shows it, over plain data.

Belongs here: everything that the portal knows, checks, counts and prints.
Does not belong here: sockets, faults that any system can have, the world's clock, and anything of the product.
"""

from sandbox.systems.bitrix24.emulator import Bitrix24

__all__ = ["Bitrix24"]
