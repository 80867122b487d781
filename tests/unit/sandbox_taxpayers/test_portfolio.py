"""A portfolio is lazy and always the same: slices, ids, seeds, and 100,000 invoices at the price of a page."""

from __future__ import annotations

import re
import time
import tracemalloc

import pytest
from lxml import etree

from gateway.sandbox.taxpayers import Taxpayers
from gateway.sandbox.taxpayers.ids import Place, Space, decode, encode, key_of
from gateway.sandbox.taxpayers.rfc import check_digit
from gateway.syncfy.sites import Site
from tests.unit.sandbox_taxpayers.reading import COMPANY, PERSON, TODAY, all_of, amount, parsed, portfolio

WITH_ROWS = (Site.CIEC, Site.WITHHOLDINGS, Site.ANNUAL_RETURNS, Site.MONTHLY_RETURNS)


@pytest.mark.parametrize("site", WITH_ROWS)
@pytest.mark.parametrize("cut", [(0, 3), (5, 17), (11, None), (3, 3), (30, 10_000), (10_000, None)])
def test_a_slice_is_a_piece_of_the_whole(site, cut):
    mine = portfolio(invoices=60)
    whole = [row.id for row in mine.transactions(site)]
    assert len(whole) == mine.count(site)
    assert [row.id for row in mine.transactions(site, *cut)] == whole[slice(*cut)]


@pytest.mark.parametrize("rfc", [COMPANY, PERSON])
def test_the_same_seed_gives_the_same_bytes_and_another_seed_others(rfc):
    def everything(seed: int) -> list[bytes]:
        mine = Taxpayers(seed, 45, TODAY)(rfc)
        files = [file for site in WITH_ROWS for row in mine.transactions(site) for file in row.attachments]
        return [file.read() for file in files] + [file.read() for site in Site for file in mine.documents(site)]

    first, again, other = everything(1), everything(1), everything(2)
    assert first == again
    assert not set(first) & set(other)


def test_order_of_asking_does_not_matter():
    forwards = [parsed(row) for row in portfolio(invoices=100).transactions(Site.CIEC)]
    mine = portfolio(invoices=100)
    backwards = [parsed(next(mine.transactions(Site.CIEC, index, index + 1))) for index in reversed(range(100))]
    assert [etree.tostring(root) for root in forwards] == [etree.tostring(root) for root in reversed(backwards)]


def test_every_row_and_file_is_found_by_its_id():
    mine = portfolio(invoices=60)
    seen: set[str] = set()
    for site in WITH_ROWS:
        for row in mine.transactions(site):
            found = mine.transaction(row.id)
            assert found is not None and found[0] is site and found[1].reference == row.reference
            for file in row.attachments:
                at = mine.attachment(file.id)
                assert at is not None and (at[0], at[1].id, at[2].file) == (site, row.id, file.file)
                assert at[2].read() == file.read()
            ids = {row.id, *(file.id for file in row.attachments)}
            assert all(re.fullmatch("[0-9a-f]{24}", id) for id in ids) and not ids & seen
            seen |= ids
    for file in (file for site in Site for file in mine.documents(site)):
        assert re.fullmatch("[0-9a-f]{24}", file.id) and file.id not in seen
        seen.add(file.id)


def test_ids_of_others_and_nonsense_name_nothing():
    mine, theirs = portfolio(invoices=60), portfolio(PERSON, invoices=60)
    row = next(theirs.transactions(Site.CIEC))
    own = next(mine.transactions(Site.CIEC))
    for id in (row.id, row.attachments[0].id, "", "zz", "0" * 24, "ñ" * 24, own.id[:-1], own.id + "0"):
        assert mine.transaction(id) is None
        assert mine.attachment(id) is None
    assert mine.transaction(own.attachments[0].id) is None
    assert mine.attachment(own.id) is None
    beyond = encode(key_of(7, COMPANY), Place(Space.INVOICE, 60, 0))
    assert mine.transaction(beyond) is None


def test_an_id_is_a_place_in_disguise():
    key = key_of(1, COMPANY)
    for place in (Place(Space.INVOICE, 0, 0), Place(Space.INVOICE, 2**40 - 1, 2), Place(Space.TAX_STATUS, 0, 1)):
        assert decode(key, encode(key, place)) == place
    ids = {encode(key, Place(Space.INVOICE, index, 0)) for index in range(2000)}
    assert len(ids) == len({id[:6] for id in ids}) == 2000 or len({id[:6] for id in ids}) > 1990


@pytest.mark.parametrize("invoices", [0, 1, 2, 3, 20, 33])
def test_small_portfolios_work(invoices):
    mine = portfolio(invoices=invoices)
    assert sum(1 for row in mine.transactions(Site.CIEC) if row.attachments[0].read()) == invoices
    assert mine.count(Site.ALL_IN_ONE) == 0 and not list(mine.transactions(Site.TAX_STATUS))


@pytest.mark.parametrize("rfc", ["", "A", "A" * 13, "ÑÑÑ999999AAA", "&&&010101AA1", "XAXX010101000"])
def test_an_rfc_that_is_none_still_has_a_profile(rfc):
    mine = portfolio(rfc, invoices=30)
    read = [file.read() for site in WITH_ROWS for row in mine.transactions(site) for file in row.attachments]
    assert all(read) and all(file.read() for site in Site for file in mine.documents(site))


def test_a_page_deep_in_100_000_invoices_is_cheap_in_time_and_memory():
    mine = portfolio(invoices=100_000)
    assert mine.count(Site.CIEC) == 100_000
    list(mine.transactions(Site.CIEC, 0, 5))
    tracemalloc.start()
    started = time.process_time()
    for start in (99_900, 50_000):
        for row in mine.transactions(Site.CIEC, start, start + 100):
            etree.fromstring(row.attachments[0].read())
    took = time.process_time() - started
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert took < 3, "two pages of a hundred, with tracing on and a busy machine in mind"
    assert peak < 8_000_000


def test_in_a_large_portfolio_payments_still_find_their_invoices():
    mine = portfolio(invoices=100_000)
    rows = list(mine.transactions(Site.CIEC, 70_000, 70_040))
    settled = 0
    for row in rows:
        for document in all_of(parsed(row), "//DoctoRelacionado"):
            settled += 1
            assert amount(document, "ImpSaldoAnt") - amount(document, "ImpPagado") == amount(
                document, "ImpSaldoInsoluto"
            )
    assert settled >= 4


def test_a_few_counterparties_make_most_of_the_invoices():
    others: dict[str | None, int] = {}
    for row in portfolio(invoices=600).transactions(Site.CIEC):
        others[row.tax_id] = others.get(row.tax_id, 0) + 1
    often = sorted(others.values(), reverse=True)
    assert 15 <= len(often) <= 110
    assert sum(often[: len(often) // 4]) > sum(often) / 2


def test_the_check_digit_agrees_with_published_rfcs():
    for rfc in ("EKU9003173C9", "CACX7605101P8", "SAT970701NN3", "IIA040805DZ4", "H&E951128469", "COSC8001137NA"):
        assert check_digit(rfc[:-1]) == rfc[-1]


def test_invented_counterparties_pass_the_check_digit():
    for row in portfolio(invoices=100).transactions(Site.CIEC):
        if row.tax_id not in ("XAXX010101000", "XEXX010101000", COMPANY):
            assert row.tax_id and check_digit(row.tax_id[:-1]) == row.tax_id[-1]


def test_portfolios_are_kept_for_the_next_question():
    taxpayers = Taxpayers(1, 10, TODAY)
    assert taxpayers(COMPANY) is taxpayers(COMPANY)
    assert taxpayers(COMPANY).rfc == COMPANY
