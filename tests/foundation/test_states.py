"""States move by the table, from the state that was seen, and only one writer wins."""

import pytest
from django.db import IntegrityError, transaction

from gongqiao.foundation import states
from gongqiao.foundation.errors import Refused, Stale
from gongqiao.needs.dossiers.enums import State
from gongqiao.needs.dossiers.models import Dossier
from tests import factories
from tests.factories import House

pytestmark = pytest.mark.data


def test_a_move_of_the_table_writes_state_and_fields_together(house: House) -> None:
    row = factories.dossier(house)
    states.move(row, to=State.PAUSED, note="回家收甘蔗")
    kept = Dossier.objects.get()
    assert (row.state, row.note, kept.state, kept.note) == (State.PAUSED, "回家收甘蔗", "paused", "回家收甘蔗")


def test_a_move_that_the_table_lacks_is_refused_in_words(house: House) -> None:
    row = factories.dossier(house)
    with pytest.raises(Refused, match="现在是“找活”，不能改成“找活”"):
        states.move(row, to=State.ACTIVE)
    assert not states.can_move(row, State.ACTIVE)


def test_whoever_saw_an_older_state_is_told_so(house: House) -> None:
    row = factories.dossier(house)
    seen_before = Dossier.objects.get()
    states.move(row, to=State.PAUSED)
    with pytest.raises(Stale):
        states.move(seen_before, to=State.MERGED)
    assert Dossier.objects.get().state == State.PAUSED


def test_the_database_knows_the_states_too(house: House) -> None:
    factories.dossier(house)
    with pytest.raises(IntegrityError), transaction.atomic():
        Dossier.objects.update(state="asleep")


def test_the_table_is_drawn_in_words() -> None:
    assert states.labels(State, Dossier.MOVES) == [
        ("找活", ["本人要求删了", "并到别的档案", "暂时不找"]),
        ("暂时不找", ["找活", "本人要求删了", "并到别的档案"]),
        ("并到别的档案", ["找活", "暂时不找"]),
        ("本人要求删了", []),
    ]
