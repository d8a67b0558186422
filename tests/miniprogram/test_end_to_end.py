"""The mini program's own modules in Node, over real HTTP, and behind the server a WeChat that answers as documented."""

import base64
import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from pytest_django.live_server_helper import LiveServer

from gongqiao.foundation.accounts.models import WechatLink
from gongqiao.needs.feedback.models import Ticket
from gongqiao.services.placement.models import Assignment
from tests import factories
from tests.channels.wechat.fake import Wechat
from tests.factories import House
from tests.needs.surveys.given_forms import JPEG

MP3 = b"ID3\x04" + bytes(300)
DRIVE = Path(__file__).parents[2] / "miniprogram/tests/drive.js"
NODE = shutil.which("node")


@pytest.mark.skipif(NODE is None, reason="the mini program was NOT driven against the server: no node on the PATH")
def test_from_the_scanned_code_to_leaving(live_server: LiveServer, shared_house: House, wechat: Wechat) -> None:
    house = shared_house
    wei = factories.dossier(house, "韦建国", phone="13800000001")
    shift = factories.verified(house)
    seen = driven(live_server.url, wechat, wei.person.phone, house.market.code)
    title = shift.posting.title
    assert (seen["scanned"], seen["station"], seen["titles"], seen["shift"]) == (
        True,
        house.market.phone,
        [title],
        title,
    )
    assert (seen["unknown"], seen["name"]) == ("not_linked", wei.person.name)
    assert (seen["lost"], seen["applied"], seen["again"]) == ("0", "applied", "applied")
    assert Assignment.objects.filter(dossier=wei, shift=shift).count() == 1
    assert (seen["work"], seen["left"]) == ([["applied", title]], [["work", 1], ["talk", 0], ["new", 1]])
    ticket = Ticket.objects.get()
    assert (seen["kept"], seen["sent"], seen["trouble"], seen["files"]) == (1, 1, None, 0)
    assert (ticket.code, ticket.person, ticket.channel) == (seen["code"], wei.person, "miniprogram")
    assert (ticket.pictures.count(), ticket.voice is not None) == (1, True)
    assert (seen["before"], seen["after"], seen["then"]) == (True, False, False)
    wei.refresh_from_db()
    assert wei.personalised is False
    assert seen["entered"] == [302, 200]
    assert not WechatLink.objects.exists()
    assert seen["left_again"] == "not_linked"


def driven(server: str, wechat: Wechat, phone: str, market: str) -> dict[str, Any]:
    facts = {
        "server": server,
        "wechat": wechat.base,
        "openid": "o-wei",
        "market": market,
        "phone": phone,
        "photo": base64.b64encode(JPEG).decode(),
        "voice": base64.b64encode(MP3).decode(),
    }
    command = [str(NODE), str(DRIVE), json.dumps(facts)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    seen: dict[str, Any] = json.loads(done.stdout)
    return seen
