"""读给我听: what a page plays and says aloud, the recordings' addresses, the desk's page of them."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from gongqiao.services.placement.queries import lines
from gongqiao.services.spoken import actions, queries
from gongqiao.services.spoken.enums import ClipState
from gongqiao.services.spoken.models import Clip
from gongqiao.services.spoken.places import PIECES, PLACES
from gongqiao.web.ui.spoken import clock_words, job_words
from tests import factories
from tests.conftest import signed_in
from tests.factories import House
from tests.services.spoken import given

JOBS, DESK = "/m/yufeng/", "/desk/aloud/"


def page(client: Client, path: str = JOBS) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, path
    return answer.content.decode()


def test_a_page_without_a_recording_says_its_words_and_the_telephone(house: House) -> None:
    shown = page(Client())
    assert 'data-says="这里是找活。' in shown
    assert "data-clip" not in shown
    assert "<audio" not in shown
    assert '<p class="soft">要人念给您听，打驿站电话 <a class="tall num" href="tel:0772-1234567">' in shown


def test_a_recording_stands_there_with_its_controls_for_a_browser_without_script(house: House) -> None:
    clip = given.live(house)
    shown = page(Client())
    address = f"/m/yufeng/clips/{clip.sha256}/"
    assert f'data-clip="{address}"' in shown
    assert f'<audio controls preload="none" src="{address}"' in shown
    assert '<p class="soft">要人念给您听' not in shown


def test_the_language_of_the_ear_is_one_tap_and_remembered(house: House) -> None:
    common, own = given.live(house), given.live(house, tongue="za", pitch=300)
    client = Client()
    assert common.sha256 in page(client)
    assert "换一种话听" in page(client)
    answer = client.post(f"{JOBS}ear/", {"ear": "za", "next": "/m/yufeng/jobs/?page=2"})
    assert (answer.status_code, answer["Location"]) == (302, "/m/yufeng/jobs/?page=2")
    assert own.sha256 in page(client)
    assert common.sha256 not in page(client)
    assert client.post(f"{JOBS}ear/", {"ear": "za", "next": "//elsewhere.example/"})["Location"] == JOBS
    assert client.post(f"{JOBS}ear/", {"ear": "klingon"}).status_code == 409


def test_a_recording_is_had_whole_in_parts_or_not_again(house: House) -> None:
    clip, client = given.live(house), Client()
    path, sound = f"{JOBS}clips/{clip.sha256}/", given.wav()
    whole = client.get(path)
    assert (whole.status_code, whole["Content-Type"], whole.content) == (200, "audio/wav", sound)
    assert (whole["Accept-Ranges"], whole["Cache-Control"]) == ("bytes", "public, max-age=604800")
    part = client.get(path, HTTP_RANGE="bytes=0-1")
    assert (part.status_code, part.content, part["Content-Range"]) == (206, sound[:2], f"bytes 0-1/{len(sound)}")
    rest = client.get(path, HTTP_RANGE=f"bytes={len(sound) - 3}-")
    assert (rest.status_code, rest.content) == (206, sound[-3:])
    assert client.get(path, HTTP_RANGE=f"bytes={len(sound)}-").status_code == 416
    assert client.get(path, HTTP_RANGE="lines=1-2").status_code == 200
    again = client.get(path, HTTP_IF_NONE_MATCH=whole["ETag"])
    assert (again.status_code, again.content) == (304, b"")


def test_what_is_not_in_use_has_no_address(house: House, other_house: House) -> None:
    clip, client = given.waiting(house), Client()
    path = f"{JOBS}clips/{clip.sha256}/"
    assert client.get(path).status_code == 404
    actions.accept(clip, by=house.zhou)
    assert client.get(path).status_code == 200
    assert client.get(path.replace("yufeng", "liunan")).status_code == 404
    actions.withdraw(clip, "不放了", by=house.mo)
    assert client.get(path).status_code == 404


def test_a_job_is_one_breath_of_its_facts_and_a_missing_one_is_said(house: House) -> None:
    shift = factories.verified(house, factories.employer(house), start=15, length=8)
    line = lines([shift])[0]
    assert job_words(line, lambda day: "明天").split("\n") == [
        "家电卸车，覃记大排档要人。",
        "明天，下午3点到晚上11点。",
        "工钱一天 180 元，当天给钱。",
        "在仓库大门集合。管饭：没说。路费：没说。",
        "还要 2 人。",
        "莫专员跟用工方核实过。",
    ]
    assert 'data-spoken="家电卸车，' in page(Client())


@pytest.mark.parametrize(
    ("hour", "minute", "said"),
    [
        (0, 0, "凌晨12点"),
        (4, 30, "凌晨4点半"),
        (6, 5, "早上6点05分"),
        (12, 0, "中午12点"),
        (13, 0, "下午1点"),
        (22, 30, "晚上10点半"),
    ],
)
def test_hours_are_said_as_people_say_them(house: House, hour: int, minute: int, said: str) -> None:
    assert clock_words(factories.times(house, start=0)[0].replace(hour=hour, minute=minute)) == said


def upload(content: bytes, **changed: str) -> dict[str, object]:
    start = {"prompt": "pay", "tongue": "za", "speaker": "罗阿姨", "agreed_on": "2026-01-05", "agreed": "on"}
    return {**start, "sound": SimpleUploadedFile("话.mp3", content), **changed}


def test_the_desk_hands_in_hears_again_and_uses(house: House) -> None:
    mo, zhou = signed_in("mo"), signed_in("zhou")
    answer = mo.post(f"{DESK}do/record/", upload(given.mp3()))
    assert (answer.status_code, answer["Location"]) == (302, f"{DESK}?prompt=pay&tongue=za#slot")
    clip = Clip.objects.get()
    shown = page(zhou, f"{DESK}?prompt=pay&tongue=za")
    assert "罗阿姨" in shown
    heard = zhou.get(f"{DESK}{clip.pk}/sound/")
    assert (heard.content, heard["Content-Type"], heard["Cache-Control"]) == (given.mp3(), "audio/mpeg", "no-store")
    assert zhou.post(f"{DESK}do/accept/", {"clip": clip.pk}).status_code == 409
    assert zhou.post(f"{DESK}do/accept/", {"clip": clip.pk, "heard": "on"}).status_code == 302
    clip.refresh_from_db()
    assert (clip.state, clip.heard_by) == (ClipState.LIVE, house.zhou)
    assert "0 段等人再听一遍" in page(mo, DESK)
    assert f'壮语 <b class="num">{len(PLACES) - 1}</b>' in page(mo, DESK)
    assert mo.post(f"{DESK}do/withdraw/", {"clip": clip.pk, "why": "换人"}).status_code == 302
    assert mo.get(f"{DESK}{clip.pk}/sound/").status_code == 404


def test_a_recording_without_consent_or_sound_is_refused_in_words(house: House) -> None:
    mo = signed_in("mo")
    without = upload(given.mp3())
    del without["agreed"]
    for sent, why in (
        (without, "跟他说清楚了"),
        (upload(b"MZ" + bytes(99)), "mp3、m4a 或 wav"),
        (upload(bytes(3_000_001)), "录音太大"),
    ):
        answer = mo.post(f"{DESK}do/record/", sent)
        assert (answer.status_code, why in answer.content.decode()) == (409, True)
    assert not Clip.objects.exists()


def test_only_the_manager_adds_languages_and_sentences(house: House) -> None:
    mo, liang = signed_in("mo"), signed_in("liang")
    assert mo.post(f"{DESK}do/tongue/", {"name": "侗话"}).status_code == 409
    assert "加一种话" not in page(mo, DESK)
    assert liang.post(f"{DESK}do/tongue/", {"name": "侗话"}).status_code == 302
    assert liang.post(f"{DESK}do/sentence/", {"place": "jobs", "text": "明天停电。"}).status_code == 302
    assert "侗话" in page(liang, DESK)
    assert '<p class="notice">明天停电。</p>' in page(Client())


def test_the_desk_is_told_of_each_tongue_what_is_missing_and_calls_want_one_alone(house: House) -> None:
    given.live(house)
    pages, pieces = len(PLACES), len(PIECES)
    assert queries.missing(queries.table(house.zhou)) == {
        "普通话": pages + pieces - 1,
        "桂柳话": pages,
        "粤语": pages,
        "壮语": pages,
    }
    assert page(signed_in("zhou"), DESK).count("不用录") == 3 * pieces


def test_the_kiosk_reads_its_four_buttons_to_whoever_asks(house: House) -> None:
    kiosk = f"{JOBS}kiosk/"
    assert "按一个大按钮：找活，报到取号，看我的工，或者说一说。" in page(Client(), kiosk)
    clip = given.live(house, "kiosk")
    assert f"/m/yufeng/clips/{clip.sha256}/" in page(Client(), kiosk)
    assert "按一个大按钮" not in page(Client(), f"{kiosk}jobs/")
