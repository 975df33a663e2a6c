"""What can go wrong, and the exit status it has.

Every error that a user can cause is a `KgError`; anything else that escapes is a bug.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path


def shown(path: Path) -> str:
    """The path as a reader would type it: relative to the current folder where it lies below it."""
    try:
        return path.relative_to(Path.cwd()).as_posix()
    except ValueError:
        return str(path)


class KgError(Exception):
    """An error with a stable code, an exit status and, where there is one, a place and a way to mend it.

    `code` is the anchor of the error's section in docs/errors.md.
    """

    code = "error"
    exit_status = 5

    def __init__(
        self, message: str, *, path: Path | None = None, line: int | None = None, hint: str | None = None
    ) -> None:
        super().__init__(message)
        self.message = message
        self.path = path
        self.line = line
        self.hint = hint

    def __str__(self) -> str:
        place = ""
        if self.path is not None:
            place = f"{shown(self.path)}:{self.line}: " if self.line else f"{shown(self.path)}: "
        return place + self.message


class UsageError(KgError):
    """The request itself is wrong: an unknown name, an option that does not fit."""

    code = "usage"
    exit_status = 2


class InputError(KgError):
    """A source, a setting or a query cannot be read."""

    code = "input"
    exit_status = 3


class ChangedError(InputError):
    """A source is no longer what it was when it was hashed."""


class InputErrors(InputError):
    """Several inputs that cannot be read, each with its own place and mend."""

    def __init__(self, errors: Iterable[InputError]) -> None:
        self.errors = tuple(errors)
        super().__init__("\n".join(map(str, self.errors)))


def raise_all(errors: Sequence[InputError]) -> None:
    """Raise what is wrong, if anything is: the one error, or `InputErrors` with all of them."""
    if errors:
        raise errors[0] if len(errors) == 1 else InputErrors(errors)


class FindingsError(KgError):
    """The data break a rule, so that there is no graph to work with."""

    code = "findings"
    exit_status = 1


class StoreError(KgError):
    """A store, a disk or a network failed while it was read or written."""

    code = "store"
    exit_status = 4


class ReasonerError(KgError):
    """The OWL DL reasoner did not come to a verdict."""

    code = "reasoner"
    exit_status = 4
