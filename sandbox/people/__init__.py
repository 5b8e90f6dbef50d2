"""Acting as a person of a company: what people do with deals in Bitrix24, with documents in Бизнес.ру and 1C, with their mail.

Everything goes over the vendors' real HTTP interfaces, SMTP and IMAP with the person's own credentials, and things are named as
people see them on the screen: «Интернет-магазин», «Резерв», «Дата отгрузки», «Выполнен». What cannot be named so is
refused with a LookupError, what the vendor refuses with a VendorError in the vendor's words. How calls are signed and
sent does not belong here: see `sandbox.calls`.
"""

from sandbox.calls import VendorError
from sandbox.people.person import Person

__all__ = ["Person", "VendorError"]
