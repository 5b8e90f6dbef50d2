"""One person with all that they can do."""

from __future__ import annotations

from sandbox.people.accounts import AccountWork
from sandbox.people.chores import Chores
from sandbox.people.deals import DealWork
from sandbox.people.goods import GoodsWork
from sandbox.people.mail import MailWork
from sandbox.people.phone import PhoneWork
from sandbox.people.shop import ShopWork


class Person(DealWork, Chores, PhoneWork, ShopWork, GoodsWork, AccountWork, MailWork):
    """One person of one company. `ready` is what the sandbox printed or returned when it was ready."""
