"""The job page says what it is to search engines: JobPosting, exact, of no person, and nothing that a browser runs."""

import json
import re
from typing import Any

import pytest
from django.test import Client

from gongqiao.services.placement.actions import offers
from tests import factories
from tests.factories import House

BLOCK = re.compile(r'<script type="application/ld\+json">(.*?)</script>', re.S)


def marked(shift: Any) -> tuple[dict[str, Any], str, Any]:
    answer: Any = Client().get(f"/m/yufeng/jobs/{shift.pk}/")
    (block,) = BLOCK.findall(answer.content.decode())
    return json.loads(block), block, answer


def test_the_page_marks_what_it_shows(house: House) -> None:
    shift = factories.verified(house, pay_fen=18050, headcount=3)
    known, _block, answer = marked(shift)
    assert (known["@context"], known["@type"], known["title"]) == (
        "https://schema.org",
        "JobPosting",
        shift.posting.title,
    )
    value = {"@type": "QuantitativeValue", "value": "180.50", "unitText": "DAY"}
    assert known["baseSalary"] == {"@type": "MonetaryAmount", "currency": "CNY", "value": value}
    assert (known["validThrough"], known["totalJobOpenings"]) == (shift.starts_at.isoformat(), 3)
    assert "default-src 'self'" in answer["Content-Security-Policy"]
    assert "unsafe-inline" not in answer["Content-Security-Policy"]


def test_nobody_is_named_in_it(house: House) -> None:
    shift = factories.verified(house, headcount=3)
    wei = factories.dossier(house, "韦建国", phone="15400001234")
    offers.offer(shift, wei, by=house.mo)
    _known, block, _answer = marked(shift)
    assert [word in block for word in ("韦建国", "15400001234", wei.number, "莫专员", "覃老板")] == [False] * 5


@pytest.mark.parametrize("words", ["</script><script>alert(1)</script>", "<!--<script>", "a & b \u2028 c"])
def test_nothing_an_employer_writes_ends_the_block(house: House, words: str) -> None:
    shift = factories.verified(house, content=words)
    known, block, _answer = marked(shift)
    assert (known["description"], re.findall("[<>&\u2028]", block)) == (words, [])
