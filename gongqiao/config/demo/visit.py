"""`./run demo --check`: every screen, as every role that may see it, over HTTP like a browser would."""

import http.cookiejar
import re
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator

from django.core.management.base import CommandError
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django_scopes import scope, scopes_disabled

from gongqiao.channels.daypapers import DayPaper
from gongqiao.channels.spreadsheet import actions as sheets
from gongqiao.channels.spreadsheet.enums import Kind
from gongqiao.channels.spreadsheet.models import ImportBatch
from gongqiao.channels.spreadsheet.templates import template
from gongqiao.config.demo import build
from gongqiao.foundation.accounts import actions as accounts
from gongqiao.foundation.markets.models import Market
from gongqiao.foundation.organisations.models import Membership
from gongqiao.foundation.organisations.roles import Role
from gongqiao.needs.dossiers.models import Dossier
from gongqiao.needs.employers.models import Employer
from gongqiao.needs.postings.models import Posting, Shift
from gongqiao.web.access import Door

POST_ONLY = re.compile(
    r"(check-in|clear|code|licence|block|submit|verify|refuse|close|run|offer|call|act|apply|answer|repeat|pay|dispute"
    r"|personal|sheet-(upload|confirm|drop|revert)|export-dossiers)$"
)


FILE = "a file to save</html>"  # stands for a sheet or paper: those are zip packages


class Visitor:
    """One signed-in person."""

    def __init__(self, base: str) -> None:
        self.base = base
        self.jar = http.cookiejar.CookieJar()
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.jar))

    def get(self, path: str) -> str:
        with self.opener.open(self.base + path, timeout=60) as answer:
            content = bytes(answer.read())
            if "attachment" in answer.headers.get("Content-Disposition", ""):
                return FILE if content.startswith(b"PK") else ""
            return content.decode()

    def post(self, path: str, **fields: str) -> str:
        token = next((cookie.value for cookie in self.jar if cookie.name == "csrftoken"), "") or ""
        data = urllib.parse.urlencode({**fields, "csrfmiddlewaretoken": token}).encode()
        request = urllib.request.Request(self.base + path, data, {"Referer": self.base + path})
        with self.opener.open(request, timeout=60) as answer:
            return str(answer.read().decode())

    def sign_in(self, username: str) -> None:
        self.get("/sign-in/")
        self.post("/sign-in/", username=username, password=build.PASSWORD)


def visit_all(base: str) -> int:
    """The number of screens that answered 200 with a whole page; raises naming the first that did not."""
    _await(base)
    screens = 0
    for role, visitor in _visitors(base):
        for name, path in pages_of(role):
            try:
                page = visitor.get(path)
            except urllib.error.HTTPError as error:
                raise CommandError(f"{name} as {role or 'nobody'}: {path} answered {error.code}") from None
            if "</html>" not in page and not path.startswith("/api/"):
                raise CommandError(f"{name} as {role or 'nobody'}: {path} is not a whole page")
            screens += 1
    return screens


def _await(base: str) -> None:
    for _try in range(100):
        try:
            urllib.request.urlopen(base + "/sign-in/", timeout=5)
            return
        except (urllib.error.URLError, TimeoutError):  # not there yet, or still importing on a busy machine
            time.sleep(0.1)
    raise CommandError("the web server did not answer")


def _visitors(base: str) -> Iterator[tuple[Role | None, Visitor]]:
    yield None, Visitor(base)
    for name, (_title, role) in build.ACCOUNTS.items():
        visitor = Visitor(base)
        visitor.sign_in(name)
        yield role, visitor
    boss = Visitor(base)
    boss.sign_in(build.EMPLOYER_LOGIN)
    yield Role.EMPLOYER, boss
    yield Role.WORKER, _worker(base)


def _worker(base: str) -> Visitor:
    with scopes_disabled():
        people = Dossier.objects.filter(market__code="yufeng", state="active").exclude(person__phone_index="")
        phone = people.select_related("person").order_by("pk")[0].person.phone
    visitor = Visitor(base)
    visitor.get("/sign-in/")
    code = accounts.new_code(phone, address="demo check")
    visitor.post("/sign-in/code/use/", phone=phone, code=str(code))
    return visitor


def _sheet() -> object:
    """A sheet that somebody has looked at and not brought in: the template itself."""
    market = Market.objects.get(code="yufeng")
    with scope(market=market):
        known = ImportBatch.objects.filter(kind=Kind.WORKERS).exclude(preview="").order_by("-at").first()
        by = Membership.objects.get(person__user__username="mo")
        content = template(Kind.WORKERS, market)
        return (known or sheets.preview(by=by, kind=Kind.WORKERS, filename="模板.xlsx", content=content)).pk


def pages_of(role: Role | None) -> Iterator[tuple[str, str]]:
    """Every GET page that the role may open, with a real row where the address wants one."""
    with scopes_disabled():
        rows: dict[str, object] = {
            "dossier": Dossier.objects.filter(market__code="yufeng").order_by("pk")[0].pk,
            "employer": Employer.objects.filter(market__code="yufeng").order_by("pk")[0].pk,
            "posting": Posting.objects.filter(market__code="yufeng", state="open").order_by("-pk")[0].pk,
            "shift": Shift.objects.filter(market__code="yufeng", posting__state="open").order_by("-starts_at")[0].pk,
        }
    rows["sheet"] = _sheet()
    for name, pattern in _named(get_resolver().url_patterns, ""):
        declared = getattr(pattern.callback, "access", None)
        if declared is None or POST_ONLY.search(name) or name in SKIPPED:
            continue
        if declared.door is Door.RIGHT and role not in declared.roles():
            continue
        if declared.door is Door.SIGNED_IN and role is None:
            continue
        yield name, reverse(name, kwargs=_kwargs(name, pattern, rows)) + ASKED.get(name, "")


PERIOD = "?first=2026-01-01&last=2026-12-31"
ASKED = {"desk:day-paper": "?day=2026-11-26", "desk:export-wages": PERIOD, "desk:export-postings": PERIOD}
SKIPPED = {
    "door:send-code",
    "door:use-code",
    "door:sign-out",
    "door:language",
    "door:edition",
}


def _named(patterns: list[URLPattern | URLResolver], prefix: str) -> Iterator[tuple[str, URLPattern]]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            if pattern.namespace and pattern.namespace.startswith("api"):
                continue
            inner = f"{pattern.namespace}:" if pattern.namespace else prefix
            yield from _named(pattern.url_patterns, inner)
        elif pattern.name:
            yield prefix + pattern.name, pattern


def _kwargs(name: str, pattern: URLPattern, rows: dict[str, object]) -> dict[str, object]:
    wanted = pattern.pattern.regex.groupindex
    found: dict[str, object] = {"market": "yufeng"} if name.startswith(("worker:", "public:")) else {}
    if "pk" in wanted:
        found["pk"] = next(
            (rows[kind] for kind in ("dossier", "employer", "posting", "sheet") if kind in name), rows["shift"]
        )
    if "kind" in wanted:
        found["kind"] = Kind.WORKERS.value
    if "paper" in wanted:
        found["paper"] = DayPaper.ASSIGNMENTS.value
    return found
