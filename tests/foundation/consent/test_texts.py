"""The words of consent: versions, and what a market's lawyer puts in their place."""

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from gongqiao.foundation.consent import queries, texts
from gongqiao.foundation.consent.models import ConsentText, Purpose

pytestmark = [pytest.mark.data, pytest.mark.django_db]


def put(tmp_path: Path, words: str | bytes) -> str:
    path = tmp_path / "words.txt"
    path.write_bytes(words if isinstance(words, bytes) else words.encode())
    told = StringIO()
    call_command("consent_text", "matching", str(path), stdout=told)
    return told.getvalue().strip()


def test_loading_twice_adds_nothing(db: None) -> None:
    assert (texts.load(), texts.load(), ConsentText.objects.count()) == (3, 0, 3)


def test_new_words_are_the_next_version_and_the_old_ones_stay(db: None, tmp_path: Path) -> None:
    texts.load()
    assert put(tmp_path, "我同意……\n") == "matching: version 2"
    assert queries.texts()[Purpose.MATCHING].text == "我同意……"
    assert ConsentText.objects.filter(purpose=Purpose.MATCHING).count() == 2
    assert texts.load() == 0


@pytest.mark.parametrize(("words", "says"), [(" \n", "不能是空的"), (b"\xff\xfe\xff", "not UTF-8")])
def test_words_that_are_none_are_refused(db: None, tmp_path: Path, words: str | bytes, says: str) -> None:
    with pytest.raises(CommandError, match=says):
        put(tmp_path, words)


def test_the_same_words_are_no_new_version(db: None, tmp_path: Path) -> None:
    put(tmp_path, "我同意")
    with pytest.raises(CommandError, match="第 1 版一样"):
        put(tmp_path, "我同意")
