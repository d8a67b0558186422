"""The demo's employers: names and codes differ, every kind is there, same seed same rows."""

from collections import Counter

from gongqiao.config.demo.employers import employers, place_of
from gongqiao.config.demo.source import read


def test_names_and_codes_differ() -> None:
    rows = employers(7, 180)
    assert len({e.name for e in rows}) == 180
    codes = [e.credit_code for e in rows if e.credit_code]
    assert len(set(codes)) == len(codes)


def test_every_kind_stands_in_its_share() -> None:
    counts = Counter(e.kind for e in employers(7, 180))
    kinds = read("employers")["kinds"]
    total = sum(kind["count"] for kind in kinds)
    assert set(counts) == {kind["code"] for kind in kinds}
    for kind in kinds:
        assert abs(counts[kind["code"]] - kind["count"] * 180 / total) < 1, kind["code"]


def test_a_household_has_no_code_and_all_others_have_one() -> None:
    for employer in employers(7, 180):
        assert (employer.credit_code is None) == (employer.legal == "household")
        assert (employer.industry is None) == (employer.legal == "household")


def test_names_differ_even_when_words_run_out() -> None:
    assert len({e.name for e in employers(1, 1800)}) == 1800


def test_an_employer_stands_in_a_known_community() -> None:
    assert {place_of(e).county for e in employers(7, 180)} == {"城中区", "鱼峰区", "柳南区", "柳北区", "柳江区"}


def test_a_cooperative_is_filed_as_a_company() -> None:
    sizes = {(e.legal, e.size) for e in employers(7, 180)}
    assert sizes == {
        ("company", "company"),
        ("cooperative", "company"),
        ("individual", "individual"),
        ("household", "household"),
    }


def test_the_same_seed_gives_the_same_employers_and_another_seed_others() -> None:
    assert employers(7, 40) == employers(7, 40)
    assert employers(7, 40) != employers(8, 40)
