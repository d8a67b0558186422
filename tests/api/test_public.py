"""What anybody may read: stations, jobs, the feeds; and what may be kept of it."""

from datetime import timedelta
from xml.etree import ElementTree as Tree

import pytest
import time_machine
from django.test import Client

from gongqiao.services.lending import actions as lending
from gongqiao.services.lending.enums import FacilityKind
from gongqiao.services.placement.jobposting import exact_yuan
from tests import factories
from tests.api.given import Api
from tests.factories import House

ATOM = "{http://www.w3.org/2005/Atom}"


def test_stations_and_one_of_them(house: House) -> None:
    one = Api().get("/markets/yufeng").json()
    facilities, tools = one.pop("facilities"), one.pop("tools")
    assert (Api().get("/markets").json(), facilities, tools) == ([one], [], [])
    assert (one["name"], one["opens_at"], one["zone"]) == ("鱼峰零工驿站", "04:00", "Asia/Shanghai")
    assert Api().get("/markets/nowhere").status_code == 404


def test_a_station_tells_what_it_has_and_lends_and_who_has_it_stays_unsaid(house: House) -> None:
    lending.add_facility(FacilityKind.WATER, "东门左手", by=house.liang, hours="04:00–20:00")
    kind = lending.add_tools("手套", 3, by=house.liang)
    lending.lend(kind, factories.dossier(house), by=house.mo)
    one = Api().get("/markets/yufeng").json()
    water = {"kind": "water", "kind_words": "开水", "where": "东门左手", "hours": "04:00–20:00", "note": ""}
    assert (one["facilities"], one["tools"]) == ([water], [{"name": "手套", "fit": 3, "here": 2}])


def test_jobs_are_paged_until_the_last(house: House) -> None:
    firm = factories.employer(house)
    made = [factories.verified(house, firm, start=6 + each).pk for each in range(5)]
    found: list[int] = []
    cursor = ""
    for _page in range(3):
        page = Api().get(f"/markets/yufeng/shifts?limit=2&cursor={cursor}").json()
        found, cursor = found + [row["id"] for row in page["items"]], page["next"]
    assert (found, cursor) == (made, "")


def test_one_job_whole_and_none_that_is_not_verified(house: House) -> None:
    shift = factories.verified(house, content="搬货。", meals="包午饭")
    whole = Api().get(f"/shifts/{shift.pk}").json()
    assert (whole["market"], whole["content"], whole["meals"], whole["verified_by"]) == (
        "yufeng",
        "搬货。",
        "包午饭",
        "莫专员",
    )
    draft = factories.posting(house).shifts.get()
    assert Api().get(f"/shifts/{draft.pk}").status_code == 404


def test_a_public_list_is_not_sent_twice(house: House) -> None:
    factories.verified(house)
    first = Api().get("/markets/yufeng/shifts")
    again = Api().get("/markets/yufeng/shifts", **{"If-None-Match": first["ETag"]})
    assert (first.status_code, again.status_code, again.content) == (200, 304, b"")
    factories.verified(house)
    assert Api().get("/markets/yufeng/shifts", **{"If-None-Match": first["ETag"]}).status_code == 200
    assert (first["Access-Control-Allow-Origin"], first["Cache-Control"]) == ("*", "public, no-cache")


def test_head_says_what_get_would_and_options_what_is_taken(house: House) -> None:
    factories.verified(house)
    whole, head = Api().get("/markets"), Api().ask("HEAD", "/markets")
    assert (head.status_code, head.content, head["Content-Length"]) == (200, b"", str(len(whole.content)))
    options = Api().ask("OPTIONS", "/postings")
    assert (options.status_code, options["Allow"]) == (204, "GET, HEAD, OPTIONS, POST")
    assert "Access-Control-Allow-Headers" not in options.headers
    assert "Access-Control-Allow-Methods" not in options.headers


@pytest.mark.parametrize("name", ["jobs.json", "jobs.atom", "jobs.jsonld"])
def test_a_feed_names_no_person_and_is_not_sent_twice(house: House, name: str) -> None:
    dossier = factories.dossier(house, "韦建国", phone="15400001234")
    shift = factories.verified(house)
    first = Api().get(f"/markets/yufeng/{name}")
    text = first.content.decode()
    assert (f"/jobs/{shift.pk}/" in text, dossier.person.name in text, "15400001234" in text) == (True, False, False)
    assert "覃老板" not in text
    assert Api().get(f"/markets/yufeng/{name}", **{"If-None-Match": first["ETag"]}).status_code == 304
    assert Api().get(f"/markets/nowhere/{name}").status_code == 404


def test_atom_is_whole_xml_whatever_was_typed(house: House) -> None:
    shift = factories.verified(house, title="搬 <货> & “箱”", content="一\x0b二\ufffe三")
    feed = Tree.fromstring(Api().get("/markets/yufeng/jobs.atom").content)
    entry = feed.find(f"{ATOM}entry")
    assert entry is not None
    assert entry.findtext(f"{ATOM}title") == "搬 <货> & “箱” · 180 元/天"
    assert entry.findtext(f"{ATOM}updated") == shift.posting.verifications.get().at.isoformat()
    assert (entry.findtext(f"{ATOM}summary") or "").splitlines()[3] == "一二三"


def test_a_job_posting_says_the_pay_to_the_fen_and_until_when(house: House) -> None:
    shift = factories.verified(house, pay_fen=18050)
    graph = Api().get("/markets/yufeng/jobs.jsonld").json()
    job = graph["@graph"][0]
    assert (graph["@context"], job["@type"], job["validThrough"]) == (
        "https://schema.org",
        "JobPosting",
        shift.starts_at.isoformat(),
    )
    assert job["baseSalary"] == {
        "@type": "MonetaryAmount",
        "currency": "CNY",
        "value": {"@type": "QuantitativeValue", "value": "180.50", "unitText": "DAY"},
    }
    assert job["hiringOrganization"]["name"] == shift.posting.employer.short_name


def test_pay_by_the_piece_has_no_unit_there_and_is_left_in_words(house: House) -> None:
    factories.verified(house, pay_unit="piece", pay_fen=50)
    assert "baseSalary" not in Api().get("/markets/yufeng/jobs.jsonld").json()["@graph"][0]


@pytest.mark.parametrize(("fen", "yuan"), [(0, 0), (1, "0.01"), (100, 1), (18050, "180.50"), (10_000_000, 100_000)])
def test_yuan_are_exact(fen: int, yuan: object) -> None:
    assert exact_yuan(fen) == yuan


def test_a_browsers_session_is_nobodys_here(house: House) -> None:
    client = Client()
    client.force_login(house.liang.person.user)  # type: ignore[union-attr]
    assert Api(client=client).get("/me").status_code == 401
    assert Api(client=client).get("/postings").status_code == 401


def test_what_is_past_is_gone(house: House) -> None:
    shift = factories.verified(house)
    with time_machine.travel(shift.starts_at + timedelta(seconds=1), tick=False):
        assert Api().get(f"/shifts/{shift.pk}").status_code == 404
        assert Api().get("/markets/yufeng/shifts").json() == {"items": [], "next": ""}
