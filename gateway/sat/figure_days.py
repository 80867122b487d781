"""The day on which a document counts: the one of what it tells of, where it says so, and otherwise that of its issue.

- a payroll counts on its FechaPago: tax is withheld when wages are paid (LISR 96), and the CFDI follows days later
  (RMF 2.7.5.1). Of several Nóminas in one CFDI the last day counts.
- a global invoice counts in the period that its InformacionGlobal names: on its Fecha where that lies in the period,
  and on the period's last day where it was issued after it (RMF 2.7.1.21). A bimonthly one is of two months, and
  counts in the second. A period that begins after its issue, or years before it, is none: then it is its Fecha's.
- all else counts on its Fecha. What tells none has the day of its transaction, and a gap.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Mapping
from typing import Any

from gateway.sat.dates import plain
from gateway.sat.gaps import Gap, kept_as_tree
from gateway.sat.rfc import PUBLIC_RFC

_DAY = len("AAAA-MM-DD")
#: c_Meses: two months from 13 on.
_FIRST_BIMONTHLY, _LAST = 13, 18
#: A CFDI 4.0 to this name must say which period it is of (Anexo 20).
_PUBLIC = "publico en general"


def of_invoice(record: Mapping[str, Any], nature: str | None) -> tuple[str | None, Gap | None]:
    """Return the day, AAAA-MM-DD, and why it is not surely the one."""
    issued: str | None = record.get("issued_at")
    if not issued:
        return (record.get("order") or "")[:_DAY] or None, Gap.MISSING_VALUE
    issued = issued[:_DAY]
    if nature == "PAYROLL":
        return _paid_on(record, issued)
    held = record.get("global_information")
    if nature == "INCOME" and (held or _is_to_the_public(record)):
        return _in_period(held or {}, issued)
    return issued, None


def of_withholding(record: Mapping[str, Any]) -> tuple[str | None, Gap | None]:
    """Return the month, AAAA-MM, and why it is not surely the one."""
    period = record.get("period") or {}
    year, month = period.get("year"), period.get("month_to")
    if year and month and 2000 <= year <= 2199 and 1 <= month <= 12:
        return f"{year:04}-{month:02}", None
    return (record.get("issued_at") or record.get("order") or "")[:7] or None, Gap.MISSING_VALUE


def _paid_on(record: Mapping[str, Any], issued: str) -> tuple[str, Gap | None]:
    days = [payroll["paid_on"] for payroll in record.get("payrolls") or []]
    if not days or None in days or kept_as_tree(record, "Nomina"):
        return issued, Gap.METADATA_ONLY if record.get("version") is None else Gap.MISSING_VALUE
    return max(days), None


def _is_to_the_public(record: Mapping[str, Any]) -> bool:
    receiver = record.get("receiver") or {}
    return (
        record.get("version") == "4.0"
        and receiver.get("rfc") == PUBLIC_RFC
        and plain(receiver.get("name") or "") == _PUBLIC
    )


def _in_period(held: Mapping[str, Any], issued: str) -> tuple[str, Gap | None]:
    year, months = held.get("year") or "", held.get("months") or ""
    if not (_is_number(year, 4) and _is_number(months, 2) and 1 <= int(months) <= _LAST):
        return issued, Gap.INCONSISTENT
    last = int(months)
    first = last
    if last >= _FIRST_BIMONTHLY:
        last = 2 * (last - _FIRST_BIMONTHLY + 1)
        first = last - 1
    if f"{year}-{first:02}" <= issued[:7] <= f"{year}-{last:02}":
        return issued, None
    # SAT admits the year of issue and the one before it (guide of the global CFDI), and no period is yet to come.
    if f"{year}-{last:02}" > issued[:7] or int(year) < int(issued[:4]) - 1:
        return issued, Gap.INCONSISTENT
    return f"{year}-{last:02}-{monthrange(int(year), last)[1]:02}", None


def _is_number(text: str, digits: int) -> bool:
    return text.isascii() and text.isdigit() and len(text) == digits and int(text) > 0
