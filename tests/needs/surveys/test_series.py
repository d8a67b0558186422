"""One question over the waves, against figures by hand."""

import pytest
from django.test import Client

from gongqiao.needs.surveys import series
from gongqiao.needs.surveys.models import Answer, Campaign, Wave
from gongqiao.needs.surveys.results import Result, Share
from gongqiao.needs.surveys.series import Line, Series
from gongqiao.needs.surveys.statistics import wilson
from tests.conftest import signed_in
from tests.factories import House
from tests.needs.surveys import given
from tests.needs.surveys.given_forms import published

pytestmark = pytest.mark.data


def _waves(house: House, *counts: dict[str, int]) -> Campaign:
    """A wave each; so many people who chose each of the trades."""
    first = given.running(house, published(house))
    waves = [first]
    for number in range(2, len(counts) + 1):
        facts = {"version": first.version, "opens_on": first.opens_on, "closes_on": first.closes_on}
        waves.append(Wave.objects.create(market=house.market, campaign=first.campaign, number=number, **facts))
    for wave, told in zip(waves, counts, strict=True):
        for code, many in told.items():
            for _each in range(many):
                answer = given.answered(house, None, in_wave=wave)
                Answer.objects.create(market=house.market, submission=answer, path="/data/trades", code=code)
    return first.campaign


def _found(house: House, campaign: Campaign) -> Series:
    return series.series(house.shen, campaign, lambda wave: "")


def _line(found: Series, label: str) -> Line:
    return next(line for question in found.questions for line in question.lines if line.label == label)


def _shares(line: Line) -> list[float | None]:
    return [None if point.share is None else round(point.share, 3) for point in line.points]


def test_noise_is_no_change_and_a_real_one_is_told_where_it_happened(house: House) -> None:
    campaign = _waves(
        house, {"loader": 40, "cleaner": 60}, {"loader": 44, "cleaner": 56}, {"loader": 70, "cleaner": 30}
    )
    found = _found(house, campaign)
    assert [wave.number for wave, _response in found.waves] == [1, 2, 3]
    loader = _line(found, "搬运")
    assert _shares(loader) == [0.4, 0.44, 0.7]
    first = loader.points[0].interval
    assert first is not None
    assert (round(first.low, 4), round(first.high, 4)) == (0.3094, 0.4980)  # Wilson, by hand
    told = [point.change.told if point.change else None for point in loader.points]
    assert told == [None, False, True]
    assert loader.overall is not None
    assert (round(loader.overall.difference, 2), loader.overall.told, loader.told) == (0.3, True, True)


def test_nothing_is_said_of_noise(house: House) -> None:
    campaign = _waves(house, {"loader": 40, "cleaner": 60}, {"loader": 44, "cleaner": 56})
    loader = _line(_found(house, campaign), "搬运")
    assert (_shares(loader), loader.told, loader.overall) == ([0.4, 0.44], False, None)
    page = _page(signed_in("shen"), campaign)
    assert (page.count("没变（在误差里）"), page.count("第 2 轮 +")) == (2, 0)


def test_small_cells_are_kept_back_in_each_wave_and_break_the_line(house: House) -> None:
    campaign = _waves(house, {"loader": 30, "cleaner": 20}, {"loader": 46, "cleaner": 4}, {"loader": 25, "cleaner": 25})
    cleaner = _line(_found(house, campaign), "保洁")
    assert _shares(cleaner) == [0.4, None, 0.5]
    assert [point.change for point in cleaner.points] == [None, None, None]
    assert [x for x, _y in cleaner.dots] == [28, 116]
    assert cleaner.overall is None


def _marks(n: int, **counts: int | None) -> Result:
    shares = [
        Share(code.removeprefix("m"), code, count, (count or 0) / n, wilson(count or 0, n))
        for code, count in counts.items()
    ]
    return Result("/data/how", "怎么样", n, tuple(shares))


def test_marks_have_a_line_of_those_who_were_content_unless_it_would_tell_a_small_cell() -> None:
    told = [_marks(100, m5=30, m4=40, m1=30), _marks(100, m5=None, m4=60, m1=None), None]
    question = series._question(_marks(100, m5=30, m4=40, m1=30), told, [1, 2, 3])
    assert [line.label for line in question.lines] == ["很好或好", "m5", "m4", "m1"]
    assert (_shares(question.lines[0]), question.numbers) == ([0.7, None, None], (100, 100, 0))
    other = series._question(Result("/data/x", "别的", 20, (Share("yes", "是", 20, 1.0, wilson(20, 20)),)), [None], [1])
    assert [line.label for line in other.lines] == ["是"]


def test_only_for_those_who_see_statistics_and_drawn_on_the_page(house: House) -> None:
    campaign = _waves(house, {"loader": 40, "cleaner": 60}, {"loader": 70, "cleaner": 30})
    assert series.series(house.system, campaign, lambda wave: "") == Series()
    page = _page(signed_in("shen"), campaign)
    assert page.count("<svg class=") == 2
    assert "第 2 轮 +30%" in page
    assert page.count("没变（在误差里）") == 0


def _page(client: Client, campaign: Campaign) -> str:
    return client.get(f"/desk/surveys/{campaign.pk}/series/").content.decode()
