"""Rows of `counterparties`, made from the groups of documents behind them. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import NotRequired, TypedDict

from gateway.sat.dates import plain
from gateway.sat.payroll_document import PayrollEmployee
from gateway.sat.rfc import FOREIGN_RFC, PUBLIC_RFC
from gateway.store.mongo import Row

#: The nature of the documents by which a party is an employee.
PAYROLL = "PAYROLL"
#: Names that one counterparty is answered with.
MOST_NAMES = 20
COUNTS = (
    "invoices_issued", "invoices_received", "payments_issued", "payments_received", "payrolls_issued",
    "payrolls_received", "withholdings_issued", "withholdings_received",
)  # fmt: skip
#: What the counterparty is to the taxpayer, by what there is between them.
ROLES = {
    "invoices_issued": "CUSTOMER",
    "payments_issued": "CUSTOMER",
    "invoices_received": "SUPPLIER",
    "payments_received": "SUPPLIER",
    "payrolls_issued": "EMPLOYEE",
    "payrolls_received": "EMPLOYER",
    "withholdings_issued": "WITHHELD",
    "withholdings_received": "WITHHOLDER",
}
_WORDS = {"PAYMENT": "payments", PAYROLL: "payrolls"}


class GroupKey(TypedDict):
    """A group is of one counterparty; a document that does not say the rest is in a group without it."""

    key: str
    direction: NotRequired[str]
    nature: NotRequired[str | None]


class Group(TypedDict):
    """A group of documents. `first` and `last`: their least and greatest `order`; `named`: the newest with a name."""

    _id: GroupKey
    rfc: str | None
    count: int
    first: str
    last: str
    names: list[str]
    named: str | None


class Employment(TypedDict):
    """An employee of the taxpayer, as the newest payroll has it. Days are ISO text."""

    employee: PayrollEmployee | None
    first_paid_on: str | None
    last_paid_on: str | None


def of_groups(
    invoices: Iterable[Group], withholdings: Iterable[Group], employments: Mapping[str, Employment]
) -> dict[str, Row]:
    """Return by key the row of each counterparty that has any document."""
    groups: dict[str, list[tuple[str, Group]]] = defaultdict(list)
    for row in invoices:
        groups[row["_id"]["key"]].append((_WORDS.get(row["_id"].get("nature") or "", "invoices"), row))
    for row in withholdings:
        groups[row["_id"]["key"]].append(("withholdings", row))
    return {key: _row(key, of, employments.get(key)) for key, of in groups.items()}


def _row(key: str, groups: list[tuple[str, Group]], employment: Employment | None) -> Row:
    counts = dict.fromkeys(COUNTS, 0)
    for what, group in groups:
        counts[f"{what}_{group['_id'].get('direction', '').lower() or 'received'}"] += group["count"]
    rows = [group for _, group in groups]
    rfc = max((row["rfc"] for row in rows if row["rfc"]), default=None)
    named = max((row["named"] for row in rows if row["named"]), default=None)
    name = named.partition("\t")[2] if named else None
    last = max(row["last"] for row in rows).partition("|")[0]
    folded, documents = plain(name or ""), sum(counts.values())
    return {
        "key": key,
        "rfc": rfc,
        "name": name,
        "names": sorted({one for row in rows for one in row["names"] if one})[:MOST_NAMES],
        "folded": folded,
        "kind": _kind(rfc),
        "roles": sorted({ROLES[what] for what, count in counts.items() if count}),
        "first_issued_at": min(row["first"] for row in rows).partition("|")[0],
        "last_issued_at": last,
        "documents": documents,
        "counts": counts,
        "employment": employment,
        "order": f"{last}|{key}",
        "sort": {"name": f"{folded}\t|{key}", "documents": f"{documents:010}|{key}"},
    }


def _kind(rfc: str | None) -> str:
    if rfc is None:
        return "UNKNOWN"
    return {PUBLIC_RFC: "PUBLIC", FOREIGN_RFC: "FOREIGN"}.get(rfc) or ("COMPANY" if len(rfc) == 12 else "PERSON")
