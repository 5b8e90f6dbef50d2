"""The emulator of Бизнес.ру: signature, tokens, window, models, reading, writing, stock and payments.

Nothing of the product or of other systems belongs here, and no sockets: the sandbox's front brings the requests.
"""

from sandbox.systems.business_ru.emulator import BusinessRu
from sandbox.systems.business_ru.serving import LINE_MOVES_HEADER, ROTATE_TOKENS, TOKEN_LIFETIME_S

__all__ = ["LINE_MOVES_HEADER", "ROTATE_TOKENS", "TOKEN_LIFETIME_S", "BusinessRu"]
