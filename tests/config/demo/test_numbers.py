"""The demo's numbers pass every checksum and can belong to nobody."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongqiao.config.demo.numbers import MOST_PEOPLE, credit_code, identity_number, phone_number
from gongqiao.foundation.organisations.credit_code import check_credit_code
from gongqiao.foundation.people.identity import check_identity_number, check_phone

CREDIT_SIGNS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
CREDIT_WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
"""As printed in GB 32100-2015, appendix."""


@given(index=st.integers(0, MOST_PEOPLE - 1), birth=st.dates(date(1940, 1, 1), date(2010, 12, 31)), male=st.booleans())
def test_an_identity_number_passes_the_products_own_check(index: int, birth: date, male: bool) -> None:
    facts = check_identity_number(identity_number(index, birth, male=male))
    assert (facts.birth, facts.sex_is_male) == (birth, male)
    assert "450260" <= facts.region_code <= "450299"


def test_identity_numbers_differ_for_all_people_born_on_one_day() -> None:
    born = date(1980, 5, 5)
    assert len({identity_number(i, born, male=i % 3 > 0) for i in range(MOST_PEOPLE)}) == MOST_PEOPLE


def test_more_people_than_the_fictional_counties_hold_are_refused() -> None:
    with pytest.raises(ValueError, match="the fictional counties hold 20000 people"):
        identity_number(MOST_PEOPLE, date(1980, 5, 5), male=True)


@given(index=st.integers(0, 9999), kind=st.sampled_from("123"))
def test_a_credit_code_passes_gb_32100(index: int, kind: str) -> None:
    code = credit_code(index, kind)
    total = sum(CREDIT_SIGNS.index(sign) * weight for sign, weight in zip(code[:17], CREDIT_WEIGHTS, strict=True))
    assert CREDIT_SIGNS.index(code[17]) == (31 - total % 31) % 31
    assert code[:8] == f"9{kind}450299"
    assert check_credit_code(code) == code


@given(index=st.integers(0, 9999))
def test_the_organisation_part_passes_gb_11714(index: int) -> None:
    body, check = credit_code(index, "1")[8:16], credit_code(index, "1")[16]
    total = sum(int(sign, 36) * weight for sign, weight in zip(body, (3, 7, 9, 10, 5, 8, 4, 2), strict=True))
    assert {10: "X", 11: "0"}.get(11 - total % 11, str(11 - total % 11)) == check


def test_a_credit_code_of_no_kind_is_refused() -> None:
    with pytest.raises(ValueError, match="kind '7': 1, 2 or 3"):
        credit_code(0, "7")


def test_a_credit_code_beyond_the_register_is_refused() -> None:
    with pytest.raises(ValueError, match="index 10000"):
        credit_code(10_000, "1")


def test_phones_differ_and_stay_in_the_range_nobody_holds() -> None:
    phones = {phone_number(index, owner) for index in range(5000) for owner in range(3)}
    assert len(phones) == 15_000
    assert {phone[:3] for phone in phones} == {"154"}
    assert {check_phone(phone) == phone for phone in phones} == {True}


def test_a_phone_outside_the_range_is_refused() -> None:
    with pytest.raises(ValueError, match="outside the fictional range"):
        phone_number(1_000_000, 0)
