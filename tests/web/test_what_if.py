"""要是多给一点: the board says how many more could come, with and without htmx; a matcher that is down is told."""

from typing import Any

import pytest
from django.urls import reverse

from gongqiao.needs.postings.models import Shift
from gongqiao.services.placement import matcher
from tests import factories
from tests.conftest import signed_in
from tests.factories import House

HTMX = {"HX-Request": "true"}


@pytest.fixture
def shift(house: House) -> Shift:
    """15 yuan an hour; one comes for that, one for 17, one for 30."""
    for name, floor in (("韦一", 1400), ("覃二", 1700), ("陆三", 3000)):
        factories.dossier(house, name, values={"pay_floor": floor})
    return factories.verified(house, headcount=3, pay_fen=12000)


def test_more_pay_brings_those_who_asked_for_it(shift: Shift) -> None:
    page = signed_in("mo").get(reverse("desk:what-if", args=[shift.pk]), {"more": "250"}, headers=HTMX)
    assert " ".join(page.content.decode().split()) == "2.5 元：能来的从 1 人变成 <b>2</b> 人"


def test_without_htmx_the_board_answers(shift: Shift) -> None:
    client = signed_in("mo")
    sent = client.get(reverse("desk:what-if", args=[shift.pk]), {"more": "9999"})
    assert sent.status_code == 302
    assert sent["Location"].endswith(f"shift={shift.pk}&more=1000")
    assert "10 元：能来的从 1 人变成 <b>2</b> 人" in client.get(sent["Location"]).content.decode()


@pytest.mark.parametrize("more", ["", "0", "-5", "viel"])
def test_what_is_no_raise_asks_nothing(shift: Shift, more: str) -> None:
    page = signed_in("mo").get(reverse("desk:what-if", args=[shift.pk]), {"more": more}, headers=HTMX)
    assert page.content.decode().strip() == "拖一下，看能来的人会多几个。"


def test_a_matcher_that_is_down_is_told_and_the_board_stands(shift: Shift, monkeypatch: pytest.MonkeyPatch) -> None:
    def down(*_facts: Any) -> None:
        raise matcher.MatcherDown("推荐暂时算不出来")

    for question in ("about_shift", "what_if"):
        monkeypatch.setattr(matcher, question, down)
    page = signed_in("mo").get(reverse("desk:board"), {"shift": shift.pk})
    assert (page.status_code, "推荐暂时算不出来" in page.content.decode()) == (200, True)
    assert shift.posting.title in page.content.decode()
