"""What can go wrong with the store, in sentences for the person who has to mend it.

No exception of sqlalchemy or of a driver leaves the folder: it becomes one of these, with its cause kept. Texts name no
values of rows, for those are names and phones of people.
"""

from __future__ import annotations


class StoreError(Exception):
    """The store could not do what was asked."""

    def __init__(self, sentence: str = "") -> None:
        super().__init__(sentence or (type(self).__doc__ or "").partition("\n")[0])


class StoreLocked(StoreError):
    """Another process holds the database for longer than we wait; try again when it has finished."""


class StoreFull(StoreError):
    """The disk with the database is full; make room, nothing of the last step was written."""


class StoreReadOnly(StoreError):
    """The database may only be read here; check the rights on it: of the file and its folder, or of the user."""


class StoreUnreachable(StoreError):
    """The database cannot be opened; check its address, that it is there, and the rights on it."""


class StoreMoved(StoreUnreachable):
    """The file of the database was moved or deleted while it was in use; bring it back, or restore the last backup."""


class StoreDamaged(StoreError):
    """The database is damaged, or is none; restore the last backup."""


class StoreFailed(StoreError):
    """The database refused a statement; the log holds the cause."""


class BadValue(StoreError, ValueError):
    """A value cannot be stored as it is."""


class AlreadyTaken(StoreError):
    """A row of the same identity exists already."""


class NotFound(StoreError, LookupError):
    """There is no such row."""


class NotPossible(StoreError):
    """The row does not stand in a state that allows this."""


class SchemaTooOld(StoreError):
    """The database was made by an older Sverka; make a backup and run `sverka db upgrade`."""


class SchemaUnknown(StoreError):
    """The database is not ours, or was made by a newer Sverka; check its address, or update this installation."""
