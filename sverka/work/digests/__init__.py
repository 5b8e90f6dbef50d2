"""The daily letters, one file each: who gets it, and what of the day it tells.

Belongs here: the choice of readers and facts. Does not belong here: reading the day (`sverka.work.summary`), counting
(`sverka.domain`), and any wording (`sverka.messages`, under the template folder of the letter's name).
"""

DIGESTS = ("accountant", "head", "manager", "owner", "warehouse")
