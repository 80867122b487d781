"""On every document that the library satcfdi accepts, our figures are its figures.

satcfdi runs in an environment of its own, made once in pytest's cache: it is a witness here and no part of the product.
"""

from __future__ import annotations

import json
import subprocess
import sys
import venv
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from gateway.sandbox.taxpayers import Taxpayers
from gateway.sat.kinds import Kind
from gateway.sat.readers import read_xml
from gateway.syncfy.sites import Site
from tests.contract.locking import locked
from tests.profiles import COMPANY, PERSON

HERE = Path(__file__).parent / "satcfdi"
SAMPLES = Path(__file__).parents[2] / "../shared/samples"
#: How pip says that it could not get at its index at all.
UNREACHABLE = ("Name or service not known", "Temporary failure", "Connection refused", "Network is unreachable")
Figures = dict[str, Any]


@pytest.fixture(scope="session")
def satcfdi(request: pytest.FixtureRequest) -> Path:
    """The Python that has satcfdi. Skips only where the packages' index can't be reached."""
    assert request.config.cache is not None
    home = request.config.cache.mkdir("satcfdi")
    with locked(home):
        return _installed(home)


def _installed(home: Path) -> Path:
    python, wanted = home / "venv/bin/python", (HERE / "requirements.txt").read_text()
    done = home / "installed.txt"
    if done.exists() and done.read_text() == wanted:
        return python
    venv.create(home / "venv", clear=True, symlinks=True)
    command = [sys.executable, "-m", "pip", "--python", str(python), "install", "--quiet", "--no-deps", "--retries=1"]
    command += ["--disable-pip-version-check", "--requirement", str(HERE / "requirements.txt")]
    installed = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    if installed.returncode and any(word in installed.stderr for word in UNREACHABLE):
        pytest.skip("pip cannot reach its index")
    assert installed.returncode == 0, installed.stderr
    done.write_text(wanted)
    return python


def seen_by_satcfdi(python: Path, files: list[Path]) -> Iterator[tuple[Path, Figures]]:
    """The documents that it accepts, with its figures."""
    names = "\n".join(map(str, files))
    done = subprocess.run(
        [python, HERE / "figures.py"], input=names, capture_output=True, text=True, timeout=300, check=False
    )
    assert done.returncode == 0, done.stderr
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert [answer["path"] for answer in answers] == [str(file) for file in files]
    for answer in answers:
        if "figures" in answer:
            yield Path(answer["path"]), answer["figures"]


def text(amount: str | int | None) -> str | None:
    if amount is None:
        return None
    value = Decimal(amount)
    return f"{value.normalize():f}" if value else "0"


def taxes(node: Figures) -> list[list[str | None]]:
    rows = [
        [letter, tax["tax"], tax["factor"], text(tax["rate"]), text(tax["base"]), text(tax["amount"])]
        for letter, key in (("T", "taxes_transferred"), ("R", "taxes_withheld"))
        for tax in node[key]
    ]
    return sorted(rows, key=str)


def payment(paid: Figures) -> Figures:
    return {
        "at": paid["paid_at"],
        "amount": text(paid["amount"]),
        "currency": paid["currency"],
        "exchange_rate": text(paid["exchange_rate"]),
        "taxes": taxes(paid),
        "settles": [
            {
                "uuid": one["uuid"],
                "currency": one["currency"],
                "instalment": text(one["instalment"]),
                "previous": text(one["previous_balance"]),
                "paid": text(one["paid"]),
                "remaining": text(one["remaining_balance"]),
                "equivalence": text(one["equivalence"]),
                "taxes": taxes(one),
            }
            for one in paid["settles"]
        ],
    }


def payroll(pay: Figures) -> Figures:
    return {
        "paid_on": pay["paid_on"],
        "perceptions": [[p["type"], text(p["taxable"]), text(p["exempt"])] for p in pay["perceptions"]],
        "deductions": [[d["type"], text(d["amount"])] for d in pay["deductions"]],
        "totals": [text(pay[name]) for name in ("total_perceptions", "total_deductions", "total_other_payments")],
    }


def of_invoice(record: Figures) -> Figures:
    return {
        "issuer": [record["issuer"]["rfc"] or "", record["issuer"]["name"]],
        "receiver": [record["receiver"]["rfc"] or "", record["receiver"]["name"]],
        "issued_at": record["issued_at"],
        "subtotal": text(record["subtotal"]),
        "discount": text(record["discount"]),
        "total": text(record["total"]),
        "lines": [
            {
                "product_key": line["product_key"],
                "quantity": text(line["quantity"]),
                "unit_price": text(line["unit_price"]),
                "amount": text(line["amount"]),
                "discount": text(line["discount"]),
                "description": " ".join((line["description"] or "").split()),
                "taxes": taxes(line),
            }
            for line in record["line_items"]
        ],
        "taxes": taxes(record),
        "taxes_transferred": text(record["taxes_transferred_total"]),
        "taxes_withheld": text(record["taxes_withheld_total"]),
        "related": [[related["relation"], related["uuid"]] for related in record["related"]],
        "payments": [payment(paid) for paid in record["payments"]],
        "payrolls": [payroll(pay) for pay in record["payrolls"] if pay["version"] == "1.2"],
    }


def of_withholding(record: Figures) -> Figures:
    # 1.0 has two digits where 2.0 has three: the reader gives three.
    digits = 2 if record["version"] == "1.0" else 3
    return {
        "issuer": [record["issuer"]["rfc"] or "", record["issuer"]["name"]],
        "issued_at": record["issued_at"][:19],
        "operation": text(record["total_operation"]),
        "withheld": text(record["total_withheld"]),
        "taxes": [
            [text(tax["base"]), tax["tax"] and tax["tax"][-digits:], text(tax["amount"])] for tax in record["taxes"]
        ],
    }


def ours(content: bytes) -> Figures:
    reading = read_xml(content)
    own = of_invoice(reading.record) if reading.kind is Kind.INVOICE else of_withholding(reading.record)
    return {"version": reading.record["version"], "uuid": reading.record["uuid"], **own}


def assert_equal(file: Path, theirs: Figures) -> None:
    """Two things satcfdi does not read, and we do: a second Complemento node, which 3.3 allows, and the amount that
    Pagos 1.0 lets out where a payment settles one document (then it is the whole payment).
    """
    content = file.read_bytes()
    mine = ours(content)
    if content.count(b"<cfdi:Complemento>") > 1:
        mine, theirs = (
            {k: v for k, v in f.items() if k not in ("uuid", "payments", "payrolls")} for f in (mine, theirs)
        )
    for paid in theirs.get("payments", []):
        for settled in paid["settles"]:
            if settled["paid"] is None and len(paid["settles"]) == 1:
                settled["paid"] = paid["amount"]
    assert mine == theirs, file.name


def test_invented_documents(satcfdi: Path, tmp_path: Path) -> None:
    files = []
    for rfc in (COMPANY, PERSON):
        for site in (Site.CIEC, Site.WITHHOLDINGS):
            for transaction in Taxpayers(1, 120)(rfc).transactions(site):
                for attachment in transaction.attachments:
                    file = tmp_path / f"{len(files)}.xml"
                    file.write_bytes(attachment.read())
                    files.append(file)
    seen = list(seen_by_satcfdi(satcfdi, files))
    assert len(seen) > 0.95 * len(files) > 200
    for file, figures in seen:
        assert_equal(file, figures)


@pytest.mark.skipif(not SAMPLES.is_dir(), reason="the sample documents are not in this checkout")
def test_documents_that_nobody_here_wrote(satcfdi: Path) -> None:
    seen = list(seen_by_satcfdi(satcfdi, sorted(SAMPLES.rglob("*.xml"))))
    assert len(seen) > 60
    for file, figures in seen:
        assert_equal(file, figures)
