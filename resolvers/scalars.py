"""Scalars of our own: strict where Strawberry's are lax, and each with the standard that specifies it."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal as Exact
from decimal import InvalidOperation
from typing import Any, NewType

import strawberry
from graphql import GraphQLError
from strawberry.schema.config import StrawberryConfig
from strawberry.types.scalar import ScalarDefinition

from gateway.sat.rfc import normalize_rfc, rfc_flaw

DateTime = NewType("DateTime", datetime)
LocalDateTime = NewType("LocalDateTime", str)
Date = NewType("Date", str)
Decimal = NewType("Decimal", str)
Rfc = NewType("Rfc", str)
Uuid = NewType("Uuid", str)

_UUID = re.compile(r"[0-9A-F]{8}-[0-9A-F]{4}-[0-9A-F]{4}-[0-9A-F]{4}-[0-9A-F]{12}")
_DECIMAL = re.compile(r"[+-]?[0-9]{1,30}(\.[0-9]{1,12})?")


def _refusing(parse: Callable[[Any], Any], message: str) -> Callable[[Any], Any]:
    """A parser that refuses with a GraphQLError in our words: graphql-core shows no value, and blames the client."""

    def checked(value: Any) -> Any:
        try:
            return parse(value)
        except ValueError:
            raise GraphQLError(message) from None

    return checked


def _datetime_out(value: datetime) -> str:
    text = value.astimezone(UTC).isoformat(timespec="milliseconds")
    return text.replace("+00:00", "Z")


def _datetime_in(value: Any) -> datetime:
    if not isinstance(value, str):
        raise ValueError("a DateTime is a string")  # noqa: TRY004 - graphql-core reports a ValueError as the client's
    parsed = datetime.fromisoformat(value)
    if parsed.tzinfo is None:
        raise ValueError("a DateTime needs an offset, as in 2024-01-31T23:59:00-06:00")
    return parsed.astimezone(UTC)


def _text_out(value: Any) -> str:
    return str(value)


def _local_in(value: Any) -> str:
    if not isinstance(value, str) or datetime.fromisoformat(value).tzinfo is not None:
        raise ValueError("a LocalDateTime has no offset, as in 2024-01-31T23:59:00")
    return datetime.fromisoformat(value).isoformat(timespec="seconds")


def _date_in(value: Any) -> str:
    if not isinstance(value, str) or len(value) != 10:
        raise ValueError("a Date is a string such as 2024-01-31")
    return date.fromisoformat(value).isoformat()


def _decimal_in(value: Any) -> str:
    """Parse text, or an integer; not a float, which has already lost what a Decimal is for."""
    text = str(value) if isinstance(value, int) and not isinstance(value, bool) else value
    if not isinstance(text, str) or not _DECIMAL.fullmatch(text):
        raise ValueError('a Decimal is a string such as "1234.50"')
    try:
        Exact(text)
    except InvalidOperation as error:  # pragma: no cover - the pattern admits none
        raise ValueError("not a decimal") from error
    return text


def _rfc_in(value: Any) -> str:
    if not isinstance(value, str):
        raise GraphQLError("an RFC is a string")
    flaw = rfc_flaw(value)
    if flaw is not None:
        raise GraphQLError(flaw)
    return normalize_rfc(value)


def _uuid_in(value: Any) -> str:
    text = value.upper() if isinstance(value, str) else ""
    if not _UUID.fullmatch(text):
        raise ValueError("a UUID has 36 characters, as in 85654C68-9E5B-4E3F-8A5E-2C8D1B0A9F77")
    return text


_MAP: dict[object, ScalarDefinition] = {
    DateTime: strawberry.scalar(
        name="DateTime",
        description="An instant, RFC 3339 with an offset. Output is always in UTC with milliseconds and `Z`.",
        specified_by_url="https://scalars.graphql.org/andimarek/date-time",
        serialize=_datetime_out,
        parse_value=_refusing(_datetime_in, "a DateTime is a string with an offset, such as 2024-01-31T23:59:00-06:00"),
    ),
    LocalDateTime: strawberry.scalar(
        name="LocalDateTime",
        description="A local time without offset, as SAT writes `Fecha` (YYYY-MM-DDThh:mm:ss). It decides the month of "
        "a document.",
        specified_by_url="https://scalars.graphql.org/chillicream/local-date-time.html",
        serialize=_text_out,
        parse_value=_refusing(_local_in, "a LocalDateTime is a string without an offset, such as 2024-01-31T23:59:00"),
    ),
    Date: strawberry.scalar(
        name="Date",
        description="A calendar day, ISO 8601 (2024-01-31).",
        specified_by_url="https://scalars.graphql.org/chillicream/local-date.html",
        serialize=_text_out,
        parse_value=_refusing(_date_in, "a Date is a string such as 2024-01-31"),
    ),
    Decimal: strawberry.scalar(
        name="Decimal",
        description="An exact, finite decimal as a string. Amounts keep the document's own digits.",
        specified_by_url="https://scalars.graphql.org/chillicream/decimal.html",
        serialize=_text_out,
        parse_value=_refusing(_decimal_in, 'a Decimal is a string such as "1234.50"'),
    ),
    Rfc: strawberry.scalar(
        name="Rfc",
        description="Registro Federal de Contribuyentes, the key of a taxpayer: 12 characters for a company, 13 for a "
        "person. The check digit is not enforced, because some RFCs in use fail it.",
        specified_by_url="https://www.gob.mx/tramites/ficha/inscripcion-en-el-rfc/SAT10",
        serialize=_text_out,
        parse_value=_rfc_in,
    ),
    Uuid: strawberry.scalar(
        name="Uuid",
        description="Folio fiscal of a CFDI or retención: 36 characters. Output is in upper case; input may be in any "
        "case.",
        specified_by_url="https://www.rfc-editor.org/rfc/rfc9562",
        serialize=_text_out,
        parse_value=_refusing(_uuid_in, "a UUID has 36 characters, such as 85654C68-9E5B-4E3F-8A5E-2C8D1B0A9F77"),
    ),
}


def from_row(source: Any, name: str) -> Any:
    """Return the default resolver: a field is a key of the stored document, read without a coroutine."""
    return source.get(name) if isinstance(source, dict) else getattr(source, name)


CONFIG = StrawberryConfig(
    default_resolver=from_row,
    disable_field_suggestions=True,
    scalar_map=_MAP,
)
