"""ISR and IVA caused beside what the CFDI make of them, and whether what was due is paid.

The ISR that can be computed from income:
- a person in the régimen simplificado de confianza: the rate of LISR 113-E (a month) or 113-F (a year) of what was
  collected;
- a company: what its return declares, and the tax on the difference of income: 30 % of it (LISR 9) in an annual return,
  and of a month 30 % of the share of profit that its return takes (its coefficient).
Other persons' tariffs depend on deductions that no CFDI tells: null.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from enum import StrEnum
from typing import Any

from gateway.sat.exact_sums import decimal, divided
from gateway.store.insights import sums
from gateway.store.insights.coverage import Coverage
from gateway.store.insights.declared_income import Basis, declared_in
from gateway.store.insights.invoiced import Invoiced
from gateway.store.mongo import Row

_RATE = Decimal("0.30")
#: Upper ends of a month's income and the rates up to them; a year's are twelve times as large.
_TRUST = (("25000", "0.01"), ("50000", "0.011"), ("83333.33", "0.015"), ("208333.33", "0.02"), ("3500000", "0.025"))
_TRUST_YEAR = (("300000", "0.01"), ("600000", "0.011"), ("1000000", "0.015"), ("2500000", "0.02"), ("3500000", "0.025"))
_CREDITED = (("caused", "iva_caused", "collected", "iva"), ("creditable", "iva_creditable", "paid", "iva"),
             ("withheld", "iva_withheld", "collected", "iva_withheld"))  # fmt: skip


class Method(StrEnum):
    """A way to compute ISR. The names are GraphQL enum values too."""

    RATE_OF_INCOME = "RATE_OF_INCOME"
    DECLARED_AND_DIFFERENCE = "DECLARED_AND_DIFFERENCE"


def taxes(row: Invoiced, income: Row, returns: Sequence[Any], rfc: str, *, monthly: bool) -> Row:
    """Return `income_tax`, `iva` and `payment` of a month's or a year's returns, in the order that they count."""
    return {
        "income_tax": _income_tax(row, income, returns, rfc, monthly=monthly),
        "iva": {name: _iva(row, returns, *of) for name, *of in _CREDITED},
        "payment": payment(returns),
    }


def _iva(row: Invoiced, returns: Sequence[Any], figure: str, flow: str, tax: str) -> Row:
    told, _ = declared_in(returns, figure)
    held = row["collected"] if flow == "collected" else row["paid"]
    return _beside(held["total"][tax], decimal(told["amount"]) if told else None, held["coverage"])


def _beside(computed: Decimal | None, declared: Decimal | None, coverage: Coverage) -> Row:
    known = computed is not None and declared is not None
    return {
        "computed": computed,
        "declared": declared,
        "difference": sums.minus(computed or Decimal(0), declared or Decimal(0)) if known else None,
        "coverage": coverage,
    }


def _income_tax(row: Invoiced, income: Row, returns: Sequence[Any], rfc: str, *, monthly: bool) -> Row:
    figures = {
        name: decimal(told["amount"]) if (told := declared_in(returns, name)[0]) else None
        for name in ("tax_caused", "provisional_payments", "withholdings", "balance_due", "balance_in_favour")
    }
    computed, method = _computed(income, returns, figures["tax_caused"], rfc, monthly=monthly)
    basis = "collected" if income["basis"] == Basis.COLLECTED else "invoiced"
    withheld = sums.added((row["collected"]["total"]["isr_withheld"], row["withheld_from_taxpayer"]["isr_withheld"]))
    return {
        **_beside(computed, figures.pop("tax_caused"), income[f"{basis}_coverage"]),
        "method": None if method is None else str(method),
        **figures,
        "withheld_in_documents": withheld,
    }


def _computed(
    income: Row, returns: Sequence[Any], caused: Decimal | None, rfc: str, *, monthly: bool
) -> tuple[Decimal | None, Method | None]:
    if len(rfc) != 12:
        return _of_trust(income["collected"], monthly=monthly) if _in_trust(returns) else (None, None)
    difference = income["difference"]
    share = Decimal(1) if not monthly else _profit_share(returns)
    if caused is None or difference is None or share is None:
        return None, None
    more = sums.times(sums.times(difference, share), _RATE)
    return max(Decimal(0), sums.added((caused, more))), Method.DECLARED_AND_DIFFERENCE


def _in_trust(returns: Iterable[Mapping[str, Any]]) -> bool:
    names = (concept["name"] or "" for record in returns for concept in record.get("concepts") or [])
    return any("confianza" in name.lower() for name in names)


def _of_trust(income: Decimal, *, monthly: bool) -> tuple[Decimal | None, Method | None]:
    for end, rate in _TRUST if monthly else _TRUST_YEAR:
        if income <= Decimal(end):
            return sums.times(max(income, Decimal(0)), Decimal(rate)), Method.RATE_OF_INCOME
    return None, None  # beyond the regime's limit


def _profit_share(returns: Sequence[Any]) -> Decimal | None:
    profit, record = declared_in(returns, "taxable_profit")
    whole = declared_in([record], "income_to_date")[0] or declared_in([record], "income")[0] if record else None
    return divided(Decimal(profit["amount"]), Decimal(whole["amount"])) if profit and whole else None


def payment(returns: Sequence[Mapping[str, Any]]) -> Row:
    """Return the state of a period's payments: the worst known of its returns; amounts are summed over them.

    A complementaria that states what was paid before shows that the returns before it are paid.
    """
    states, due, paid = [], Decimal(0), Decimal(0)
    is_due_known = bool(returns)
    for place, record in enumerate(returns):
        held = record.get("payment") or {}
        state = held.get("state", "UNKNOWN")
        later = [one for record in returns[place + 1 :] for one in record.get("concepts") or []]
        if state == "UNKNOWN" and any(decimal(concept.get("paid_before")) for concept in later):
            state = "PAID"
        states.append(state)
        is_due_known = is_due_known and (state == "NOTHING_DUE" or held.get("amount_due") is not None)
        due, paid = (sums.added((whole, decimal(held.get(name)) or Decimal(0)))
                     for whole, name in ((due, "amount_due"), (paid, "amount")))  # fmt: skip
    worst = next((one for one in ("PARTLY_PAID", "UNKNOWN", "PAID", "NOTHING_DUE") if one in states), None)
    return {"state": worst, "amount_due": due if is_due_known else None, "amount": paid if returns else None}
