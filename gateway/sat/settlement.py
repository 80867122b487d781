"""Settlement of invoices that are paid later: from every payment and credit note that names them, in any order.

Pure arithmetic over records, exact. All amounts are in the invoice's own currency, which is what ImpPagado is in.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal, localcontext
from enum import StrEnum
from typing import TypedDict

from gateway.sat import payment_chain
from gateway.sat.dates import plain
from gateway.sat.documents import Invoice, Payment, Settlement
from gateway.sat.exact_sums import decimal
from gateway.sat.invoice_document import InvoiceRow
from gateway.sat.payment_chain import Problem, Share, problem

#: TipoRelacion of a credit note with what it takes off: nota de crédito, devolución, aplicación de anticipo.
CREDITS = frozenset({"01", "03", "07"})
# Amounts have 42 digits at most, and no sum of them may be rounded.
_DIGITS = 100
_INSTALMENT = re.compile(r"parcialidad(?:es)?\s*(?:no\.?|num\.?|numero)?\s*([0-9]{1,4})\b")


class SettlementState(StrEnum):
    """The progress of an invoice's payment. The names are GraphQL enum values too."""

    UNPAID = "UNPAID"
    PARTIALLY_PAID = "PARTIALLY_PAID"
    PAID = "PAID"
    OVERPAID = "OVERPAID"
    CANCELLED = "CANCELLED"


class InvoiceSettlement(TypedDict):
    """The settlement of an invoice. Amounts are in its own currency; `instalments`: how many payments there were."""

    state: str
    paid: str
    credited: str
    outstanding: str
    instalments: int
    last_paid_at: str | None
    problems: list[Problem]


@dataclass(frozen=True, slots=True)
class _Found:
    """The sums of the documents that name an invoice."""

    shares: list[Share]
    credited: Decimal
    problems: list[Problem]


def of_invoice(invoice: InvoiceRow, naming: Iterable[InvoiceRow]) -> InvoiceSettlement | None:
    """Return the settlement of an invoice, given every document that names it; None where it does not apply.

    It applies to invoices (type I) in instalments or deferred (PPD), and of 3.2 to the originals of instalments. What
    was paid at once (PUE) has none: nothing can tell whether it was.
    """
    named_by = sorted(naming, key=lambda row: str(row["identity"]))
    active = [row for row in named_by if row.get("status") == "ACTIVE" and row["identity"] != invoice["identity"]]
    if not _applies(invoice, named_by):
        return None
    with localcontext(prec=_DIGITS):
        return _settled(invoice, _found(invoice, active))


def orphans(payment: InvoiceRow, held: Iterable[str]) -> list[Problem]:
    """Return the shares of a payment (type P) in force in invoices that are not held."""
    if payment.get("status") != "ACTIVE":
        return []
    known = set(held)
    return [
        problem(payment_chain.ORPHAN, settled["uuid"], settled["instalment"])
        for paid in payment.get("payments") or []
        for settled in paid["settles"]
        if settled["uuid"] and settled["uuid"] not in known
    ]


def named_in(record: Invoice) -> set[str]:
    """Return the UUIDs of the documents that a record names: those it settles, refers to, or is an instalment of."""
    named = {settled["uuid"] for paid in record.get("payments") or [] for settled in paid["settles"]}
    named |= {related["uuid"] for related in record.get("related") or []}
    original = record.get("original")
    if original:
        named.add(original["uuid"])
    return {uuid for uuid in named if uuid}


def _applies(invoice: InvoiceRow, named_by: Sequence[InvoiceRow]) -> bool:
    if invoice["type"] != "I" or invoice["payment_method"] != "PPD" or not invoice["total"]:
        return False
    if invoice["version"] != "3.2":
        return True
    # 3.2 has no complement: an original can be told by its instalments alone, and an instalment is itself a payment.
    return not invoice.get("original") and any(_is_instalment(row, invoice["uuid"]) for row in named_by)


def _is_instalment(row: InvoiceRow, uuid: str | None) -> bool:
    original = row.get("original")
    return row["type"] == "I" and original is not None and original["uuid"] == uuid


def _found(invoice: InvoiceRow, active: Sequence[InvoiceRow]) -> _Found:
    found = _Found([], _zero(invoice), [])
    credited = found.credited
    for row in active:
        credit = _is_credit(row, invoice["uuid"])
        shares = list(_shares(row, invoice["uuid"]))
        if not credit and not shares:
            continue
        if not _same_issuer(invoice, row):
            found.problems.append(problem(payment_chain.OTHER_ISSUER, row["uuid"]))
            continue
        found.shares.extend(_counted(invoice, shares, found.problems))
        if credit:
            credited += _credit(invoice, row, found.problems)
    return _Found(found.shares, credited, found.problems)


def _shares(row: InvoiceRow, uuid: str | None) -> Iterable[Share]:
    """Yield the parts of an invoice that one document pays."""
    if row["type"] == "P":
        for paid in row.get("payments") or []:
            for settled in paid["settles"]:
                if settled["uuid"] == uuid:
                    yield _share(row, paid, settled)
    elif _is_instalment(row, uuid):
        number = _INSTALMENT.search(plain(row.get("payment_method_text") or ""))
        yield Share(
            uuid=row["uuid"],
            paid_at=row["issued_at"],
            instalment=int(number[1]) if number else None,
            currency=row["currency"],
            paid=decimal(row["total"]),
        )


def _share(row: InvoiceRow, paid: Payment, settled: Settlement) -> Share:
    before, after = decimal(settled["previous_balance"]), decimal(settled["remaining_balance"])
    amount = decimal(settled["paid"])
    if amount is None and before is not None and after is not None:
        amount = before - after
    return Share(
        uuid=row["uuid"],
        paid_at=paid["paid_at"],
        instalment=settled["instalment"],
        currency=settled["currency"],
        paid=amount,
        before=before,
        after=after,
    )


def _counted(invoice: InvoiceRow, shares: Iterable[Share], problems: list[Problem]) -> Iterable[Share]:
    for share in shares:
        if not _same_currency(invoice, share.currency):
            problems.append(
                problem(
                    payment_chain.CURRENCY, share.uuid, share.instalment, str(invoice["currency"]), str(share.currency)
                )
            )
        elif share.paid is None:
            problems.append(problem(payment_chain.AMOUNT_MISSING, share.uuid, share.instalment))
        else:
            yield share


def _is_credit(row: InvoiceRow, uuid: str | None) -> bool:
    return row["type"] == "E" and uuid in _credited_by(row)


def _credited_by(row: InvoiceRow) -> set[str]:
    return {related["uuid"] for related in row.get("related") or [] if related["relation"] in CREDITS}


def _credit(invoice: InvoiceRow, row: InvoiceRow, problems: list[Problem]) -> Decimal:
    """Return what a credit note takes off. SAT has no place for the shares of several invoices in one note."""
    amount = decimal(row["total"])
    if len(_credited_by(row)) > 1 or amount is None:
        problems.append(problem(payment_chain.CREDIT_UNDIVIDED, row["uuid"]))
    elif not _same_currency(invoice, row["currency"]):
        problems.append(
            problem(payment_chain.CURRENCY, row["uuid"], None, str(invoice["currency"]), str(row["currency"]))
        )
    else:
        return amount
    return _zero(invoice)


def _settled(invoice: InvoiceRow, found: _Found) -> InvoiceSettlement:
    total, zero = _total(invoice), _zero(invoice)
    paid = sum((share.paid for share in found.shares if share.paid is not None), zero)
    outstanding = total - paid - found.credited
    cancelled = invoice.get("status") == "CANCELLED"
    state = SettlementState.CANCELLED if cancelled else _state(total, outstanding)
    moments = [share.paid_at for share in found.shares if share.paid_at]
    return {
        "state": str(state),
        "paid": f"{paid:f}",
        "credited": f"{found.credited:f}",
        "outstanding": f"{zero if cancelled else outstanding:f}",
        "instalments": len(found.shares),
        "last_paid_at": max(moments, default=None),
        "problems": [
            *payment_chain.check(invoice, found.shares, found.credited, outstanding),
            *found.problems,
        ],
    }


def _state(total: Decimal, outstanding: Decimal) -> SettlementState:
    if outstanding < 0:
        return SettlementState.OVERPAID
    if outstanding == 0:
        return SettlementState.PAID
    return SettlementState.UNPAID if outstanding == total else SettlementState.PARTIALLY_PAID


def _same_issuer(invoice: InvoiceRow, row: InvoiceRow) -> bool:
    """Anybody may name any UUID: what is paid or credited is said by who issued the invoice."""
    mine, other = invoice["issuer"].get("rfc"), row["issuer"].get("rfc")
    return mine is None or other is None or mine == other


def _same_currency(invoice: InvoiceRow, other: str | None) -> bool:
    return invoice["currency"] is None or other in (None, "XXX", invoice["currency"])


def _zero(invoice: InvoiceRow) -> Decimal:
    """Return zero, with as many decimals as the invoice's total."""
    total = _total(invoice)
    return total - total


def _total(invoice: InvoiceRow) -> Decimal:
    return Decimal(invoice["total"] or 0)
