"""Rows of `counterparties`, made from the groups of documents behind them. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

from gateway.sat.dates import plain
from gateway.sat.rfc import FOREIGN_RFC, PUBLIC_RFC
from gateway.store.mongo import Row

#: The nature of the documents by which a party is an employee.
PAYROLL = "PAYROLL"
#: Names that one party is answered with.
MOST_NAMES = 20
COUNTS = (
    "invoices_issued", "invoices_received", "payments_issued", "payments_received", "payrolls_issued",
    "payrolls_received", "withholdings_issued", "withholdings_received",
)  # fmt: skip
#: What the other party is to the taxpayer, by what there is between them.
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


def of_groups(invoices: Iterable[Row], withholdings: Iterable[Row], employments: Mapping[str, Row]) -> dict[str, Row]:
    """By key, the row of each party that has any document."""
    groups: dict[str, list[tuple[str, Row]]] = defaultdict(list)
    for row in invoices:
        groups[row["_id"]["key"]].append((_WORDS.get(row["_id"].get("nature"), "invoices"), row))
    for row in withholdings:
        groups[row["_id"]["key"]].append(("withholdings", row))
    return {key: _row(key, of, employments.get(key)) for key, of in groups.items()}


def _row(key: str, groups: list[tuple[str, Row]], employment: Row | None) -> Row:
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
