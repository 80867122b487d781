"""Amounts become the store's decimals quickly, and are what bson itself makes of them."""

from __future__ import annotations

from decimal import Context, Decimal

from bson import Decimal128
from hypothesis import example, given
from hypothesis import strategies as st

from gateway.store.decimals import stored, twin

AMOUNTS = st.from_regex(r"[+-]?[0-9]{1,30}(\.[0-9]{1,12})?", fullmatch=True)


@given(AMOUNTS)
@example("-0.00")
@example("+5.10")
@example("9" * 34)
@example("9" * 22 + "." + "9" * 12)
@example("1" + "0" * 34)
@example("18446744073709551616")
def test_the_twin_of_an_amount_is_the_one_of_bson_rounded_to_34_digits(amount):
    rounded = Decimal(amount).normalize(Context(prec=34))
    made = twin(amount)
    assert made is not None and made.to_decimal() == rounded
    if len(amount) < 34:
        assert made == Decimal128(amount)


def test_an_amount_of_many_digits_has_a_twin():
    assert twin("1160." + "0" * 50) == Decimal128("1.16E+3")
    assert twin("0.1000000000000000055511151231257827021") == Decimal128("0.1000000000000000055511151231257827")


def test_what_is_no_amount_has_no_twin():
    assert [twin(value) for value in (None, 5, "", "abc", "1,000")] == [None] * 5


@given(st.decimals(allow_nan=False, allow_infinity=False, places=None).filter(lambda d: len(d.as_tuple().digits) <= 34))
@example(Decimal("0E-9"))
@example(Decimal("-0"))
@example(Decimal("1E+3"))
def test_a_figure_is_stored_as_bson_stores_it(value):
    assert stored(value) == Decimal128(value)


def test_a_figure_of_more_digits_than_the_store_holds_loses_its_last_ones():
    assert stored(Decimal("123456789012345678901234567890.123456")) == Decimal128("123456789012345678901234567890.1235")
