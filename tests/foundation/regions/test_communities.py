"""Communities of another prefecture: all of a file or nothing, every fault with its line."""

import gzip
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from gongqiao.foundation.regions.models import Region
from gongqiao.foundation.regions.queries import points
from tests import factories

pytestmark = [pytest.mark.data, pytest.mark.django_db]
HEAD = "code,name,latitude,longitude\n"
NEW = "450203001003"


@pytest.fixture(autouse=True)
def tree(db: None) -> None:
    factories.regions()


def load(path: Path, text: str | bytes) -> str:
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    told = StringIO()
    call_command("load_communities", str(path), stdout=told)
    return told.getvalue().strip()


def test_new_ones_are_put_under_their_street_and_found_by_pinyin(tmp_path: Path) -> None:
    assert load(tmp_path / "c.csv", f"{HEAD}{NEW},河东社区居委会,24.31,109.42\n") == (
        "communities: 1 new, 0 renamed, 1 with points"
    )
    row = Region.objects.get(code=NEW)
    assert (row.level, row.parent_id, row.initials[:4], row.point_source) == (5, "450203001000", "hdsq", "operator")
    assert not points([NEW])[NEW].rough


def test_a_second_time_renames_and_places_and_adds_nothing(tmp_path: Path) -> None:
    wuliting = factories.WULITING
    assert load(tmp_path / "c.csv", f"{HEAD}{wuliting},五里亭新社区居委会,24.3,109.4\n") == (
        "communities: 0 new, 1 renamed, 1 with points"
    )
    row = Region.objects.get(code=wuliting)
    assert (row.short_name, row.latitude, row.initials[:3]) == ("五里亭新", 24.3, "wlt")


def test_a_line_without_a_point_keeps_the_point_that_was_set(tmp_path: Path) -> None:
    wuliting = factories.WULITING
    load(tmp_path / "c.csv", f"code,name\n{wuliting},五里亭社区居委会\n")
    assert Region.objects.get(code=wuliting).latitude == 24.305


@pytest.mark.parametrize("packed", [False, True])
def test_gb18030_from_an_old_excel_and_gzip_are_read(tmp_path: Path, packed: bool) -> None:
    raw = f"code,name\n{NEW},河东社区居委会\n".encode("gb18030")
    load(tmp_path / "c.csv", gzip.compress(raw) if packed else raw)
    assert Region.objects.get(code=NEW).name == "河东社区居委会"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("name\n河东\n", "lacks the columns code"),
        (f"{HEAD}{NEW},河东,,\n450203001000,街道,,\n", "line 3: '450203001000' is no 12-digit code"),
        (f"{HEAD}4502,河东,,\n", "line 2: '4502'"),
        (f"{HEAD}{NEW},,,\n", "line 2: a name"),
        (f"{HEAD}{NEW},河东,109.42,24.31\n", "line 2: .*does not lie in China"),
        (f"{HEAD}{NEW},河东,24.31,\n", "line 2: .*is no point"),
        (f"{HEAD}{NEW},河东,,\n{NEW},河西,,\n", "line 3: 450203001003 stands on line 2"),
        (f"{HEAD}{NEW},河东,,\n330106001001,文三,,\n", "line 3: no street 330106001000"),
        ("code,name,parent\n450203001003,河东,450203002000\n", "line 2: 450203001003 does not lie in 450203002000"),
        (b"code,name\n\xff\xff\xff", "neither UTF-8 nor GB18030"),
    ],
)
def test_a_fault_is_named_and_nothing_is_written(tmp_path: Path, text: str | bytes, says: str) -> None:
    before = Region.objects.count()
    with pytest.raises(CommandError, match=says):
        load(tmp_path / "c.csv", text)
    assert Region.objects.count() == before


def test_a_missing_file_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="no such file"):
        call_command("load_communities", str(tmp_path / "none.csv"))
