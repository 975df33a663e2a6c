"""Which version of a graph stands in a store, and the error of a load that was interrupted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from enum import StrEnum

from kg.core.errors import StoreError
from kg.remote.connection import RequestError
from kg.remote.limit import TooSlow
from kg.stores.plan import Action, Plan

_GATEWAY_TIMEOUT = 504


class Standing(StrEnum):
    """Which version of a graph stands in the store; UNSURE is one of both that the store did not tell."""

    NEW = "new"
    FORMER = "former"
    UNSURE = "former or new"


class Interrupted(StoreError):
    """Somebody ended the load from outside."""

    exit_status = 130


class BrokenOff(StoreError):
    """A load that was interrupted; `standing` says for each graph which version the store holds.

    `changed` leaves out what the plan left alone.
    """

    def __init__(self, cause: StoreError, standing: Mapping[str, Standing], plan: Plan) -> None:
        self.standing = standing
        left = {step.graph.iri for step in plan.of(Action.LEAVE, Action.ORPHAN)}
        self.changed = {iri: version for iri, version in standing.items() if iri not in left}
        counts = Counter(self.changed.values())
        said = ", ".join(
            f"the {version} version of {counts[version]}" for version in Standing if counts[version]
        )
        hint = "run kg load again: it goes on from there"
        self.exit_status = cause.exit_status
        super().__init__(
            f"the load broke off: {cause}; of {len(self.changed)} graphs the store holds {said}",
            hint=f"{cause.hint}; then {hint}" if cause.hint else hint,
        )


def has_no_answer(cause: StoreError) -> bool:
    """Whether a store may still be at work on what it was sent last."""
    if isinstance(cause, RequestError):
        return cause.status in (None, _GATEWAY_TIMEOUT)
    return isinstance(cause, Interrupted | TooSlow)


def in_words(error: BaseException) -> StoreError:
    """Why a load broke off."""
    if isinstance(error, StoreError):
        return error
    if isinstance(error, KeyboardInterrupt):
        return Interrupted("it was interrupted")
    if isinstance(error, OSError) and error.errno is not None:
        return StoreError(f"a temporary file cannot be written: {error.strerror}")
    return StoreError(f"the snapshot cannot be read: {error}")
