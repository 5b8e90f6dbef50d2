"""The emulator of GREEN-API: linked accounts of WhatsApp and MAX, their queues, notifications, journals and limits.

Belongs here: what the contract says of the gateway, and how the phones of the people written to behave.
Does not belong here: sockets, faults that any system can have, the world's clock, and anything of the product.
"""

from sandbox.systems.green_api.emulator import GreenApi

__all__ = ["GreenApi"]
