"""What every page shares: the words of time, the groups of a long form, the links one may follow."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django import forms
from django.template import Context, Template
from django.utils import translation

from gongqiao.web.ui.templatetags.ui import tone
from tests.factories import House

NOW = datetime(2026, 11, 25, 8, 0, tzinfo=UTC)  # 16:00 in 柳州


def drawn(text: str, **facts: object) -> str:
    return Template("{% load ui %}" + text).render(Context({"now": NOW, **facts})).strip()


@pytest.mark.parametrize(
    ("day", "chinese", "english"),
    [
        (date(2026, 11, 25), "11月25日 周三 · 今天", "Wed 25 Nov · today"),
        (date(2026, 11, 26), "11月26日 周四 · 明天", "Thu 26 Nov · tomorrow"),
        (date(2026, 11, 3), "11月3日 周二", "Tue 3 Nov"),
    ],
)
def test_a_day_is_said_whole_and_near(day: date, chinese: str, english: str) -> None:
    assert drawn("{% date_line day %}", day=day) == chinese
    with translation.override("en"):
        assert drawn("{% date_line day %}", day=day) == english


@pytest.mark.parametrize(
    ("at", "says"),
    [
        (NOW + timedelta(hours=1), "今天 17:00 前"),
        (NOW, "今天 16:00 前"),
        (NOW - timedelta(minutes=20), "过了 20 分钟"),
        (NOW - timedelta(days=28), "过了 28 天"),
        (None, "没有期限"),
    ],
)
def test_a_time_limit_says_in_words_when_it_is_over(at: datetime | None, says: str) -> None:
    assert drawn("{% until at %}", at=at) == says


@pytest.mark.parametrize(
    ("state", "colour"), [("paid", "ok"), ("disputed", "no"), ("offered", "wait"), ("accepted", "info")]
)
def test_a_state_has_one_colour_everywhere(state: str, colour: str) -> None:
    assert tone(state) == colour


class Walk(forms.Form):
    name = forms.CharField(label="姓名")
    seen = forms.BooleanField(label="看过证件", required=False)
    note = forms.CharField(label="备注", required=False)
    token = forms.CharField(widget=forms.HiddenInput, required=False)


def test_a_long_form_in_groups_shows_each_field_once_and_loses_none() -> None:
    page = drawn("{% fields form '是谁' 'name gone' %}{% fields form '还有什么' %}", form=Walk())
    assert [page.count(f'name="{name}"') for name in Walk.base_fields] == [1, 1, 1, 1]
    first, rest = page.split("</fieldset>")[:2]
    assert ('name="name"' in first, 'name="note"' in rest, 'name="token"' in rest) == (True, True, True)
    assert "Token" not in page


def test_a_single_box_has_its_words_beside_it_and_an_error_is_named_by_its_field() -> None:
    form = Walk({"name": ""})
    page = drawn("{% fields form '是谁' %}", form=form)
    assert '<label class="tick" for="id_seen">' in page
    assert 'id="id_name_error"' in page
    assert 'aria-describedby="id_name_error"' in page
    assert 'aria-invalid="true"' in page


def test_a_link_is_shown_only_to_a_post_it_opens_for(house: House) -> None:
    text = "{% if post|may:'POSTING_VERIFY' %}yes{% else %}no{% endif %}"
    assert [drawn(text, post=post) for post in (house.mo, house.zhou, None)] == ["yes", "no", "no"]
