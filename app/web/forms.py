"""Plain HTML forms: the fields of an urlencoded body, as they were typed."""

from typing import Annotated
from urllib.parse import parse_qsl

from fastapi import Depends, Request

from app.errors import Unprocessable
from app.kit.text import text


class Fields:
    """What a form sent: name to values, in the order of the page. What is no text is replaced, never refused here."""

    def __init__(self, body: bytes) -> None:
        self.pairs = parse_qsl(body.decode(errors="replace"), keep_blank_values=True, max_num_fields=2000)

    def one(self, name: str, default: str = "") -> str:
        return next((value.strip() for key, value in self.pairs if key == name), default)

    def many(self, name: str) -> list[str]:
        return [value.strip() for key, value in self.pairs if key == name]

    def starting(self, prefix: str) -> dict[str, str]:
        """Fields called '<prefix><rest>', by rest."""
        return {key[len(prefix) :]: value.strip() for key, value in self.pairs if key.startswith(prefix)}


async def _fields(request: Request) -> Fields:
    try:
        return Fields(await request.body())
    except ValueError as error:
        raise Unprocessable(
            text(zh="表单里的内容太多，没有保存。", en="The form holds too many fields; nothing was stored.")
        ) from error


FormFields = Annotated[Fields, Depends(_fields)]


def whole(typed: str) -> int | str:
    """A whole number where it is one; else as typed, for validation to name it."""
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 10 else typed
