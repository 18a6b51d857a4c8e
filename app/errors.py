"""What can go wrong, as classes with a status and a code: raised low, rendered once (as JSON or as a page).

Messages are bilingual and say what to do. Nothing here echoes what the client sent.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from app.kit.text import Text


class StartError(Exception):
    """The program cannot start (a database of a newer release, a locked file): printed by the CLI, never a page."""

    def __init__(self, message: Text) -> None:
        super().__init__(f"{message.en} / {message.zh}")
        self.message = message


class AppError(Exception):
    """An error with a status for HTTP, a stable code for programs and a message for people."""

    status: ClassVar[int] = 500
    code: ClassVar[str] = "error"

    def __init__(self, message: Text, *, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(message.en)
        self.message = message
        self.headers: dict[str, str] = dict(headers or {})


class WrongHost(AppError):
    status = 400
    code = "wrong_host"


class Forbidden(AppError):
    status = 403
    code = "forbidden"


class NotFound(AppError):
    """near: what may have been meant, as (address without its language, title)."""

    status = 404
    code = "not_found"

    def __init__(self, message: Text, *, near: Sequence[tuple[str, Text]] = ()) -> None:
        super().__init__(message)
        self.near = tuple(near)


class Conflict(AppError):
    """The request was fine, but the world has moved on: reload and look again. `reason` tells programs how."""

    status = 409
    code = "conflict"

    def __init__(self, message: Text, *, reason: str = "conflict") -> None:
        super().__init__(message)
        self.reason = reason


class Unprocessable(AppError):
    """Well-formed, but it cannot be done."""

    status = 422
    code = "unprocessable"


class TooLarge(AppError):
    """More bytes than are taken; the rest was not read."""

    status = 413
    code = "too_large"


@dataclass(frozen=True, slots=True)
class Problem:
    """One wrong field: its dotted path in what was sent ("answer.value") and what to do."""

    field: str
    message: Text


class BadInput(Unprocessable):
    """Fields that hold what cannot be used; `problems` names each."""

    code = "bad_input"

    def __init__(self, message: Text, problems: Sequence[Problem] = ()) -> None:
        super().__init__(message)
        self.problems = tuple(problems)

    @classmethod
    def field(cls, field: str, message: Text) -> "BadInput":
        """One wrong field; its sentence is the message too."""
        return cls(message, (Problem(field, message),))


class Busy(AppError):
    """Not now: try again after `retry_after` seconds. Nothing was stored."""

    status = 503
    code = "busy"

    def __init__(self, message: Text, *, retry_after: int = 1) -> None:
        super().__init__(message, headers={"Retry-After": str(retry_after)})
        self.retry_after = retry_after


class TooSlow(Busy):
    """The run was stopped at its deadline; smaller settings help, waiting rarely does."""

    code = "too_slow"

    def __init__(self, message: Text, *, retry_after: int = 10) -> None:
        super().__init__(message, retry_after=retry_after)


class StorageFull(Busy):
    """The disk is full or failing. Reading still works."""

    status = 507
    code = "storage_full"

    def __init__(self, message: Text, *, retry_after: int = 60) -> None:
        super().__init__(message, retry_after=retry_after)
