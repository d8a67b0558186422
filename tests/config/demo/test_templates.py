"""Posting templates: one for each trade, at most six questions, nothing claimed for the employer."""

import json
from importlib import resources
from typing import Any

import pytest

from gongqiao.foundation.occupations.trades import catalogue
from gongqiao.needs import postings
from gongqiao.needs.postings.templates_data import TemplateDataError, parse, template_for, templates


def shipped() -> dict[str, Any]:
    raw: dict[str, Any] = json.loads(
        resources.files(postings.__name__).joinpath("data/templates.json").read_text("utf-8")
    )
    return raw


def refusal_of(raw: dict[str, Any]) -> str:
    with pytest.raises(TemplateDataError) as refusal:
        parse(json.dumps(raw), catalogue())
    return str(refusal.value)


def test_every_trade_has_a_template_in_the_catalogues_order() -> None:
    assert list(templates()) == list(catalogue().trades)


def test_every_template_asks_at_most_six_questions() -> None:
    assert {len(t.questions) for t in templates().values()} == {6}
    assert {tuple(q.key for q in t.questions) for t in templates().values()} == {
        ("headcount", "day", "hours", "pay", "place", "pay_when")
    }


def test_every_template_ends_with_the_law_against_deposits() -> None:
    for template in templates().values():
        assert template.legal[0].law == "劳动合同法第9条", template.trade


def test_a_hazardous_trade_says_eighteen_in_its_conditions_and_others_do_not() -> None:
    for template in templates().values():
        assert ("满18岁" in template.conditions) == (template.minimum_age == 18), template.trade


def test_texts_fit_the_posting() -> None:
    for t in templates().values():
        assert len(t.title) <= 60, t.trade
        assert len(t.content) <= 1000, t.trade
        assert len(t.conditions) <= 500, t.trade
        assert max(len(c) for c in (*t.meals_choices, *t.travel_choices, *t.insurance_choices)) <= 60, t.trade


def test_a_template_takes_pay_hours_and_papers_from_its_trade() -> None:
    welder = template_for("welder")
    assert (welder.pay_unit, welder.usual_pay_fen) == ("day", (28000, 36000))
    assert (welder.hours.start, welder.hours.end, welder.hours.break_minutes) == (480, 1020, 60)
    assert welder.certificates == ("special:fusion-welding",)


def test_a_word_that_is_no_trade_has_no_template() -> None:
    with pytest.raises(KeyError):
        template_for("astronaut")


def test_a_missing_template_is_refused() -> None:
    raw = shipped()
    raw["templates"] = [row for row in raw["templates"] if row["trade"] != "welder"]
    assert refusal_of(raw) == "no template for welder"


def test_a_template_of_no_trade_is_refused() -> None:
    raw = shipped()
    raw["templates"][0]["trade"] = "astronaut"
    assert refusal_of(raw) == "templates, row 1: 'astronaut' is no trade"


def test_a_second_template_is_refused() -> None:
    raw = shipped()
    raw["templates"][1]["trade"] = raw["templates"][0]["trade"]
    assert refusal_of(raw) == "templates, row 2: general-labourer has a template already"


def test_an_empty_text_is_refused() -> None:
    raw = shipped()
    raw["templates"][0]["content"] = ""
    assert refusal_of(raw) == "template general-labourer: content is empty"


def test_a_seventh_question_is_refused() -> None:
    raw = shipped()
    raw["groups"]["general"]["questions"].append({"key": "colour", "ask": "?", "kind": "number", "choices": []})
    assert refusal_of(raw) == "group general: 7 questions, at most 6"


def test_an_unknown_question_is_refused() -> None:
    raw = shipped()
    raw["groups"]["general"]["questions"][0]["key"] = "colour"
    assert refusal_of(raw) == "group general: question 'colour' of kind 'number' is unknown"


def test_a_choice_without_choices_is_refused() -> None:
    raw = shipped()
    raw["groups"]["general"]["questions"][5]["choices"] = []
    assert refusal_of(raw) == "group general: question pay_when must offer choices exactly when it is one"


def test_a_group_without_wording_is_refused() -> None:
    raw = shipped()
    del raw["groups"]["farm"]
    assert refusal_of(raw) == "group farm: must stand in both trades and templates"
