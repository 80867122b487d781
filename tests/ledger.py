"""The documents of the taxpayer whose books the tests have written by hand: three months of a small company, and some
of what lies before.

Each amount is what the document says; what they come to is in the tests and was added by hand.
"""

from __future__ import annotations

from typing import Any

from tests.books import Books, cfdi, cfdi32, line, payment, payroll, related, share, uuid_of

CLI, DOS, PUBLIC, ABROAD = "CLI010101AB1", "DOS020202CD3", "XAXX010101000", "XEXX010101000"
PRO, SUM = "PRO030303EF5", "SUM040404GH7"
ANA, BEN = "AAAA800101AA1", "BBBB800101BB2"
IVA, ISR, IEPS = "002", "001", "003"


def ledger() -> Books:
    books = Books()
    _sales(books)
    _collected(books)
    _bought(books)
    _paid_to_employees(books)
    return books


def _issued(books: Books, number: int, at: str, other: str, *, cancelled: bool = False, **what: Any) -> None:
    kind = what.get("type", "I")
    books.add(number, True, at, cfdi(number, True, at, other=other, **what), other=other, type=kind,
              cancelled=cancelled)  # fmt: skip


def _received(books: Books, number: int, at: str, other: str, **what: Any) -> None:
    books.add(number, False, at, cfdi(number, False, at, other=other, **what), other=other, type=what.get("type", "I"))


def _sales(books: Books) -> None:
    # Two of CFDI 3.2, one in dollars.
    for number, at, head in (
        (91, "2016-06-30T23:59:59", ""),
        (92, "2016-07-01T00:00:00", 'Moneda="Dólares" TipoCambio="18.5"'),
    ):
        xml = cfdi32(number, at, other=CLI, subtotal="200.00", total="212.00", iva="32.00", isr="20.00", head=head)
        books.add(number, True, at, xml, other=CLI)
    # The last second of a year, by its own time.
    _issued(books, 1, "2023-12-31T23:59:59", CLI, subtotal="1000.00", total="1160.00", transferred={IVA: "160.00"})
    # Paid later: in three parts, one of them a credit note.
    _issued(books, 2, "2024-01-15T10:00:00", CLI, subtotal="10000.00", total="11600.00",
            transferred={IVA: "1600.00"}, method="PPD", form="99",
            lines=line("43211500", "Computadora", "6000.00", "2") + line("81111500", "Soporte", "4000.00"))  # fmt: skip
    _issued(books, 5, "2024-01-20T10:00:00", DOS, subtotal="1000.00", total="1160.00", transferred={IVA: "160.00"},
            currency="USD", rate="17.1234", method="PPD", form="99",
            lines=line("81111500", "Soporte técnico", "1000.00", "10"))  # fmt: skip
    # Cancelled after it was paid; cancelled and substituted.
    _issued(books, 12, "2024-01-25T10:00:00", DOS, subtotal="700.00", total="812.00", transferred={IVA: "112.00"},
            method="PPD", form="99", cancelled=True)  # fmt: skip
    _issued(books, 14, "2024-01-26T10:00:00", CLI, subtotal="400.00", total="464.00", transferred={IVA: "64.00"},
            cancelled=True)  # fmt: skip
    _issued(books, 15, "2024-01-27T10:00:00", CLI, subtotal="450.00", total="522.00", transferred={IVA: "72.00"},
            inside=related("04", 14))  # fmt: skip
    _issued(books, 8, "2024-02-10T10:00:00", CLI, type="E", subtotal="500.00", total="580.00",
            transferred={IVA: "80.00"}, inside=related("01", 2),
            lines=line("43211500", "Bonificación", "500.00"))  # fmt: skip
    _issued(books, 17, "2024-02-28T20:00:00", PUBLIC, subtotal="862.07", total="1000.00", transferred={IVA: "137.93"},
            form="01", inside='<cfdi:InformacionGlobal Periodicidad="01" Meses="02" Año="2024"/>')  # fmt: skip
    # The last second of a leap day.
    _issued(books, 9, "2024-02-29T23:59:59", DOS, subtotal="2000.00", discount="100.00", total="1811.33",
            transferred={IVA: "304.00"}, withheld={ISR: "190.00", IVA: "202.67"},
            lines=line("81111500", "Soporte", "2000.00", discount="100.00"))  # fmt: skip
    _issued(books, 10, "2024-03-02T10:00:00", DOS, type="E", subtotal="200.00", total="232.00",
            transferred={IVA: "32.00"}, inside=related("03", 9))  # fmt: skip
    _issued(books, 11, "2024-03-05T10:00:00", CLI, subtotal="300.00", total="348.00", transferred={IVA: "48.00"},
            form="04")  # fmt: skip
    # Known from its metadata alone, in force and cancelled; in a currency without a rate; in one with a rate.
    books.add(18, True, "2024-03-20T10:00:00", None, other=CLI, amount="928.00")
    books.add(21, True, "2024-03-20T11:00:00", None, other=CLI, amount="50.00", cancelled=True)
    _issued(books, 19, "2024-03-21T10:00:00", ABROAD, subtotal="100.00", total="100.00", currency="EUR")
    _issued(books, 20, "2024-03-22T10:00:00", ABROAD, subtotal="250.00", total="250.00", currency="USD", rate="17.0500")
    # Goods moved, which are no sale.
    _issued(books, 50, "2024-03-23T10:00:00", CLI, type="T", subtotal="0", total="0", currency="XXX", method=None,
            form=None)  # fmt: skip


def _collected(books: Books) -> None:
    """Payments, of which each is issued some days after the day on which it was made."""
    for number, at, paid_at, other, what in (
        (3, "2024-02-05T10:00:00", "2024-01-31T23:59:00", CLI,
         {"amount": "4000.00", "shares": share(2, "4000.00", "11600.00", "7600.00")}),
        (4, "2024-03-04T10:00:00", "2024-03-01T12:00:00", CLI,
         {"amount": "5000.00", "shares": share(2, "5000.00", "7020.00", "2020.00")}),
        # An invoice in dollars, paid once in pesos and once in dollars.
        (6, "2024-02-20T10:00:00", "2024-02-19T12:00:00", DOS,
         {"amount": "9976.00",
          "shares": share(5, "580.00", "1160.00", "580.00", currency="USD", equivalence="0.0581395349")}),
        (7, "2024-03-11T10:00:00", "2024-03-10T12:00:00", DOS,
         {"amount": "580.00", "currency": "USD", "rate": "16.8000", "pesos": "9744.00",
          "shares": share(5, "580.00", "580.00", "0.00", currency="USD")}),
        (13, "2024-02-16T10:00:00", "2024-02-15T12:00:00", DOS,
         {"amount": "812.00", "shares": share(12, "812.00", "812.00", "0.00")}),
    ):  # fmt: skip
        books.add(number, True, at, payment(number, True, at, paid_at, other=other, **what), other=other, type="P")
    # Made in error and cancelled: nothing was paid.
    at = "2024-03-12T10:00:00"
    xml = payment(22, True, at, at, other=CLI, amount="2020.00", shares=share(2, "2020.00", "2020.00", "0.00"))
    books.add(22, True, at, xml, other=CLI, type="P", cancelled=True)


def _bought(books: Books) -> None:
    _received(books, 35, "2023-11-15T10:00:00", SUM, subtotal="500.00", total="580.00", transferred={IVA: "80.00"},
              method="PPD", form="99")  # fmt: skip
    _received(books, 30, "2024-01-10T10:00:00", PRO, subtotal="2000.00", total="2320.00", transferred={IVA: "320.00"},
              lines=line("43211500", "Computadora", "2000.00"))  # fmt: skip
    # The first second of a month.
    _received(books, 31, "2024-02-01T00:00:00", PRO, subtotal="3000.00", total="3480.00", transferred={IVA: "480.00"},
              method="PPD", form="99")  # fmt: skip
    local = ('<implocal:ImpuestosLocales xmlns:implocal="http://www.sat.gob.mx/implocal" version="1.0"'
             ' TotaldeRetenciones="0.00" TotaldeTraslados="30.00"/>')  # fmt: skip
    _received(books, 34, "2024-03-03T10:00:00", SUM, subtotal="1000.00", total="1282.80",
              transferred={IEPS: "80.00", IVA: "172.80"}, complement=local)  # fmt: skip
    _received(books, 33, "2024-03-15T10:00:00", PRO, type="E", subtotal="100.00", total="116.00",
              transferred={IVA: "16.00"}, inside=related("01", 30))  # fmt: skip
    at = "2024-04-02T10:00:00"
    xml = payment(32, False, at, "2024-03-31T23:59:59", other=PRO, amount="1480.00",
                  shares=share(31, "1480.00", "3480.00", "2000.00"))  # fmt: skip
    books.add(32, False, at, xml, other=PRO, type="P")


def _paid_to_employees(books: Books) -> None:
    for number, at, who, perceptions, deductions, isr, others, total in (
        (40, "2024-01-31T18:00:00", ANA, "9000.00", "900.00", "700.00", "100.00", "8200.00"),
        (41, "2024-01-31T18:00:00", BEN, "5000.00", "400.00", "300.00", "0.00", "4600.00"),
        (42, "2024-02-15T18:00:00", ANA, "4500.00", "450.00", "350.00", "0.00", "4050.00"),
        (43, "2024-02-29T18:00:00", ANA, "4500.00", "450.00", "350.00", "0.00", "4050.00"),
        (44, "2024-02-29T18:01:00", BEN, "5000.00", "400.00", "300.00", "0.00", "4600.00"),
    ):
        xml = payroll(number, at, employee=who, perceptions=perceptions, deductions=deductions, isr=isr, others=others,
                      total=total)  # fmt: skip
        books.add(number, True, at, xml, other=who, type="N", cancelled=number == 44)


def uuids(*numbers: int) -> list[str]:
    return [uuid_of(number) for number in numbers]
