"""Two ways to write a name or a PIN are the same."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpdesk.accounts.errors import NotAPin
from helpdesk.accounts.pins import pin_in, pin_of
from helpdesk.providers.counties import COUNTIES, county_named
from helpdesk.providers.names import name_key


@pytest.mark.parametrize(
    "other",
    [
        "CEDAR FORK PHARMACY, LLC",
        "Cedar Fork Pharmacy L.L.C.",
        "Cedar  Fork\u00a0Pharmacy L L C",
        "Ｃｅｄａｒ Fork Pharmacy, L. L. C.",
        "cedar-fork pharmacy llc",
    ],
)
def test_case_punctuation_and_the_spacing_of_a_suffix_make_no_difference(other):
    assert name_key(other) == name_key("Cedar Fork Pharmacy, LLC")


@pytest.mark.parametrize("other", ["Cedar Fork Pharmacy", "Cedar Fork Pharmacy, Inc.", "Cedar Fork Clinic, LLC"])
def test_another_name_is_another(other):
    assert name_key(other) != name_key("Cedar Fork Pharmacy, LLC")


@given(st.text(min_size=1))
def test_a_key_stays_as_it_is(name):
    assert name_key(name_key(name)) == name_key(name)


@pytest.mark.parametrize("typed", ["123456", "NCA123456", "nca123456", " 123456 ", "NCA 123 456", "123\u00a0456"])
def test_a_pin_is_six_digits(typed):
    assert pin_of(typed) == "123456"


@pytest.mark.parametrize("typed", ["12345", "1234567", "NCB123456", "NCANCA123456", "١٢٣٤٥٦", "", "12345a"])
def test_anything_else_is_no_pin(typed):
    assert pin_in(typed) == ""
    with pytest.raises(NotAPin):
        pin_of(typed)


def test_there_are_a_hundred_counties():
    assert (len(COUNTIES), len(set(COUNTIES))) == (100, 100)
    assert county_named("new  hanover county") == "New Hanover"
    assert county_named("Fulton") is None
