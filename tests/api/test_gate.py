"""The edge: kinds, sizes, methods, depth, numbers, languages, limits, and the token at this very request."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django_scopes import scope

from gongqiao.api.buckets import MOST_SUBJECTS, Buckets
from gongqiao.foundation import clock
from gongqiao.foundation.organisations.models import Membership
from gongqiao.foundation.tokens import actions, queries
from gongqiao.foundation.tokens.models import Token
from tests import factories
from tests.api.given import V1, Api, secret, worker_post
from tests.factories import House

PROBLEM = "application/problem+json"


@pytest.fixture
def post(house: House) -> Membership:
    return worker_post(factories.dossier(house))


def told(response: Any) -> tuple[int, str, str]:
    return response.status_code, response["Content-Type"], response.json()["code"]


def test_a_problem_is_whole_and_in_the_language_asked_for(house: House) -> None:
    chinese, english = (Api(language=code).get("/markets/nowhere") for code in ("zh-CN,zh;q=0.9,en;q=0.8", "en-GB"))
    assert chinese.json() == {
        "type": "/api/v1/docs#problem-not_found",
        "title": "没有这个，或者不由您看",
        "status": 404,
        "detail": "没有这个，或者不由您看",
        "instance": "/api/v1/markets/nowhere",
        "code": "not_found",
        "errors": [],
    }
    assert english.json()["title"] == "There is none, or it is not yours to see"
    assert told(english) == (404, PROBLEM, "not_found")


@pytest.mark.parametrize("path", ["/nothing", "/", "/shifts/abc", "/shifts/1/2/3", "/markets/%00", "/markets/A"])
def test_an_address_that_is_none_is_a_problem_too(house: House, path: str) -> None:
    done = Api().get(path)
    assert (done.status_code in (400, 404, 422), done["Content-Type"]) == (True, PROBLEM)


@pytest.mark.parametrize("pk", ["0", "-1", "9223372036854775808", "9" * 40, "1.5", "１２", "1e3"])
def test_a_number_that_no_row_has_is_refused(house: House, pk: str) -> None:
    assert told(Api().get(f"/shifts/{pk}")) == (422, PROBLEM, "invalid")


def test_the_largest_number_is_just_not_there(house: House) -> None:
    assert told(Api().get("/shifts/9223372036854775807")) == (404, PROBLEM, "not_found")


@pytest.mark.parametrize("query", ["limit=0", "limit=101", "limit=x", "cursor=x", "cursor=" + "9" * 21, "community=1"])
def test_a_query_out_of_bounds_is_refused(house: House, query: str) -> None:
    assert told(Api().get(f"/markets/yufeng/shifts?{query}")) == (422, PROBLEM, "invalid")


def test_the_last_cursor_there_may_be_is_an_empty_page(house: House, post: Membership) -> None:
    for path in (f"/markets/yufeng/shifts?cursor={'9' * 20}", f"/me/work?cursor={'9' * 20}"):
        assert Api(secret(post)).get(path).json() == {"items": [], "next": ""}


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "TRACE", "NONSENSE"])
def test_a_method_that_is_not_taken_is_named(house: House, method: str) -> None:
    done = Api().ask(method, "/markets")
    assert (told(done), done["Allow"]) == ((405, PROBLEM, "method"), "GET")


@pytest.mark.parametrize("kind", ["text/plain", "application/xml", "multipart/form-data; boundary=x", ""])
def test_a_body_of_another_kind_is_not_read(house: House, post: Membership, kind: str) -> None:
    headers = {"Authorization": f"Bearer {secret(post)}"}
    done = Client().generic("PUT", f"{V1}/me/personalisation", b'{"on": false}', content_type=kind, headers=headers)
    assert told(done) == (415, PROBLEM, "media_type")


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 422),
        (b"{", 400),
        (b"\xff\xfe", 400),
        (b"null", 422),
        (b"[]", 422),
        (b'"on"', 422),
        (b"[" * 50_000, 400),
        (b'{"on": 1}', 422),
        (b'{"on": "true"}', 422),
        (b'{"on": true, "off": false}', 422),
        (b'{"on": NaN}', 422),
        (b'{"on": ' + b"9" * 5000 + b"}", 400),
        (b'{"\\u0000": true}', 422),
        (b'{"\\ud800": true}', 422),
    ],
)
def test_a_body_that_says_nothing_changes_nothing(house: House, post: Membership, body: bytes, status: int) -> None:
    done = Api(secret(post)).put("/me/personalisation", body)
    assert (done.status_code, done["Content-Type"]) == (status, PROBLEM)
    assert Api(secret(post)).get("/me").json()["personalised"] is True


def test_a_huge_body_is_turned_away_unread(house: House, post: Membership) -> None:
    assert told(Api(secret(post)).put("/me/personalisation", b" " * 100_001)) == (413, PROBLEM, "too_large")
    headers = {"Content-Length": "999999999999999999999999"}
    done = Client().generic("POST", f"{V1}/markets/yufeng/tickets", b"x", headers=headers)
    assert told(done) == (413, PROBLEM, "too_large")


@pytest.mark.parametrize(
    "said", ["Bearer", "Bearer x", "Basic YTpi", "Bearer gq_" + "x" * 43, "Bearer gq_\u00e9", "x" * 900]
)
def test_a_token_that_is_none_opens_not_even_the_public(house: House, said: str) -> None:
    done = Client().get(f"{V1}/markets", headers={"Authorization": said})
    assert (told(done), done["WWW-Authenticate"]) == ((401, PROBLEM, "token"), 'Bearer realm="Gongqiao"')


def test_without_a_token_what_wants_one_says_so(house: House) -> None:
    assert told(Api().get("/me")) == (401, PROBLEM, "token")


def test_a_narrower_token_opens_less(house: House, post: Membership) -> None:
    narrow = Api(secret(post, "shifts:read"))
    for done in (narrow.get("/me"), narrow.get("/me/work"), narrow.put("/me/personalisation", {"on": False})):
        assert told(done) == (403, PROBLEM, "scope")
    assert narrow.get("/markets").status_code == 200


def test_a_token_ends_in_the_middle(house: House, post: Membership) -> None:
    api = Api(secret(post))
    assert api.get("/me").status_code == 200
    token = Token.objects.get()
    with time_machine.travel(clock.now() + timedelta(days=1, seconds=1), tick=False):
        assert told(api.get("/me")) == (401, PROBLEM, "token")
    actions.revoke(token, by=post)
    assert told(api.get("/me")) == (401, PROBLEM, "token")


def test_what_a_token_reads_is_kept_nowhere_and_its_use_is_seen(house: House, post: Membership) -> None:
    done = Api(secret(post)).get("/me")
    assert (done["Cache-Control"], "ETag" in done.headers, "Access-Control-Allow-Origin" in done.headers) == (
        "no-store",
        False,
        False,
    )
    assert Token.objects.get().last_used_at is not None


def test_a_token_has_its_own_count_beside_its_address(house: House, post: Membership, settings: Any) -> None:
    settings.API_PER_MINUTE = 3
    mine, other = Api(secret(post)), Api()
    assert [mine.get("/me").status_code for _each in range(4)] == [200, 200, 200, 429]
    late = other.get("/markets")
    assert (told(late), int(late["Retry-After"]) in range(1, 61)) == ((429, PROBLEM, "too_many"), True)


def test_what_changes_something_has_a_count_of_its_own(house: House, post: Membership, settings: Any) -> None:
    settings.API_WRITES_BURST = 2
    api = Api(secret(post))
    done = [api.put("/me/personalisation", {"on": on}) for on in (False, True, False)]
    assert [each.status_code for each in done] == [200, 200, 429]
    assert (done[2]["Retry-After"], api.get("/me").json()["personalised"]) == ("2", True)


def test_the_counts_are_bounded_and_refill() -> None:
    counts = Buckets()
    for number in range(MOST_SUBJECTS + 5):
        counts.take(str(number), 60)
    assert len(counts._held) == MOST_SUBJECTS
    one = Buckets()
    assert [one.take("a", 1) for _each in range(2)] == [0, 60]
    one._held["a"].at -= 60
    assert one.take("a", 1) == 0


@pytest.mark.parametrize("word", ["", "x" * 65, "汉", "a b"])
def test_a_key_that_is_none_is_refused(house: House, post: Membership, word: str) -> None:
    shift = factories.verified(house)
    headers = {"Idempotency-Key": word}
    done = Api(secret(post)).post(f"/shifts/{shift.pk}/applications", **headers)
    assert done.status_code == 422


def test_no_token_of_another_market_reaches_here(house: House, other_house: House) -> None:
    with scope(market=other_house.market):
        huang = worker_post(factories.dossier(other_house))
    shift = factories.verified(house)
    done = Api(secret(huang)).post(f"/shifts/{shift.pk}/applications")
    assert told(done) == (404, PROBLEM, "not_found")
    assert queries.bearer(secret(huang)) is not None
