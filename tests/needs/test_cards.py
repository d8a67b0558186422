"""The paper card: read back whole from a scanner or a hand, and refused when a figure is wrong."""

import pytest
from django_scopes import scope

from gongqiao.foundation.audit.models import AuditEvent
from gongqiao.foundation.errors import Refused, Stale
from gongqiao.needs.dossiers import actions, cards, queries
from gongqiao.needs.dossiers.cards import Card
from gongqiao.needs.dossiers.models import Dossier
from tests import factories
from tests.factories import House


def test_a_card_says_the_market_the_number_and_two_check_figures(house: House) -> None:
    row = factories.dossier(house, "韦建国")
    assert (cards.card_code(row), cards.read_card(cards.card_code(row))) == ("GQ1:YUFENG:1001:45", Card("YUFENG", 1001))


@pytest.mark.parametrize(
    "typed", ["gq1:yufeng:1001:45", " GQ1:YUFENG:1001:45\n", "ＧＱ１：ＹＵＦＥＮＧ：１００１：４５"]
)
def test_however_the_keyboard_of_the_scanner_is_set_the_card_is_the_same(typed: str) -> None:
    assert cards.read_card(typed) == Card("YUFENG", 1001)


@pytest.mark.parametrize("typed", ["100145", "1001 45", "1001-45", "Y-1001 45", "y100145", "１００１４５"])
def test_the_number_below_the_picture_is_typed_as_it_stands(typed: str) -> None:
    assert cards.read_typed("yufeng", typed) == Card("YUFENG", 1001)


@pytest.mark.data
def test_any_one_wrong_figure_and_any_two_changed_round_are_refused(house: House) -> None:
    factories.dossier(house)
    right, wrong = "100145", set()
    for place, figure in enumerate(right):
        wrong |= {right[:place] + other + right[place + 1 :] for other in "0123456789" if other != figure}
    for place in range(len(right) - 1):
        wrong.add(right[:place] + right[place + 1] + right[place] + right[place + 2 :])
    for text in sorted(wrong - {right}):
        with pytest.raises(Refused, match="号码对不上|没有这个档案号"):
            queries.of_card(house.market, cards.read_typed("yufeng", text))
    assert len(wrong - {right}) == 54 + 4  # "00" changed round is itself


def test_a_number_of_another_market_has_other_check_figures() -> None:
    assert cards.check_figures("liunan", 1001) != cards.check_figures("yufeng", 1001)


@pytest.mark.parametrize(
    "text", ["", "GQ1:", "GQ1:YUFENG:1001", "GQ2:YUFENG:1001:45", "http://x/", "GQ1:YUFENG:1001:45:1"]
)
def test_what_is_no_card_is_refused(text: str) -> None:
    with pytest.raises(Refused, match="这不是零工卡上的码"):
        cards.read_card(text)


@pytest.mark.data
def test_the_card_of_a_file_merged_into_another_still_names_the_person(house: House) -> None:
    spare, kept = factories.dossier(house, "韦建国"), factories.dossier(house, "韦建国", birth=None)
    actions.merge(spare, kept, by=house.mo)
    assert queries.of_card(house.market, cards.read_card(cards.card_code(spare))) == kept


@pytest.mark.data
def test_the_card_of_another_market_or_of_nobody_is_refused(house: House, other_house: House) -> None:
    factories.dossier(house)
    with pytest.raises(Refused, match="别的市场"):
        queries.of_card(other_house.market, Card("YUFENG", 1001))
    with pytest.raises(Refused, match="没有这个档案号"):
        queries.of_card(house.market, Card("YUFENG", 1002))


@pytest.mark.data
def test_a_lost_card_is_refused_and_the_new_one_holds(house: House) -> None:
    row = factories.dossier(house)
    lost, typed = cards.card_code(row), cards.card_number(row)
    with pytest.raises(Refused):
        actions.replace_card(row, by=house.shen)
    actions.replace_card(row, by=house.zhou)
    assert (cards.card_code(row), cards.card_number(row)) == ("GQ1:YUFENG:1001:38", "1001 38")
    for text in (lost, typed):
        read = cards.read_card(text) if cards.is_card(text) else cards.read_typed("yufeng", text)
        with pytest.raises(Refused, match="报失过"):
            queries.of_card(house.market, read)
    assert queries.of_card(house.market, cards.read_card(cards.card_code(row))) == row
    assert queries.of_card(house.market, cards.read_typed("yufeng", "100138")) == row
    actions.replace_card(row, by=house.zhou)
    with pytest.raises(Refused, match="报失过"):
        queries.of_card(house.market, cards.read_typed("yufeng", "100138"))


@pytest.mark.data
def test_each_issue_of_a_card_has_figures_of_its_own() -> None:
    for number in range(1001, 1101):
        issues = range(1, cards.MOST_ISSUES + 1)
        assert len({cards.check_figures("yufeng", number, issue) for issue in issues}) == cards.MOST_ISSUES


@pytest.mark.data
def test_a_card_is_printed_again_and_each_time_is_written_down(house: House) -> None:
    row, spare = factories.dossier(house), factories.dossier(house, birth=None)
    actions.print_card(row, by=house.zhou)
    actions.replace_card(row, by=house.zhou)
    actions.print_card(row, by=house.mo)
    done = AuditEvent.objects.filter(action__startswith="card.").order_by("number")
    assert [(event.action, event.detail["issue"]) for event in done] == [
        ("card.printed", 1),
        ("card.replaced", 2),
        ("card.printed", 2),
    ]
    with pytest.raises(Refused):
        actions.print_card(row, by=house.shen)
    actions.merge(spare, row, by=house.mo)
    with pytest.raises(Refused, match="从那一份打"):
        actions.print_card(spare, by=house.mo)
    two_hands = Dossier.objects.get(pk=row.pk)
    actions.replace_card(row, by=house.mo)
    with pytest.raises(Stale):
        actions.replace_card(two_hands, by=house.zhou)


@pytest.mark.data
def test_a_scanner_finds_the_person_wherever_the_desk_searches(house: House, other_house: House) -> None:
    row = factories.dossier(house)
    card = cards.card_code(row)
    found = [list(queries.search(actor, text)) for actor, text in ((house.zhou, card), (house.zhou, card[:-1] + "0"))]
    assert found == [[row], []]
    with scope(market=other_house.market):
        assert list(queries.search(other_house.zhou, card)) == []
