"""`./run demo --check`: every screen, as every role that may see it, over HTTP like a browser would."""

import http.cookiejar
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator

from django.core.management.base import CommandError
from django.urls import NoReverseMatch, URLPattern, URLResolver, get_resolver, reverse
from django_scopes import scope, scopes_disabled

from gongqiao.channels.daypapers import DayPaper
from gongqiao.channels.offline.models import Entry
from gongqiao.channels.spreadsheet import actions as sheets
from gongqiao.channels.spreadsheet.enums import Kind
from gongqiao.channels.spreadsheet.models import ImportBatch
from gongqiao.channels.spreadsheet.templates import template
from gongqiao.channels.webhook import actions as hooks
from gongqiao.channels.webhook import queries as hook_queries
from gongqiao.channels.webhook.enums import WANTED
from gongqiao.channels.webhook.models import Hook
from gongqiao.config.demo import build, mine, surveys
from gongqiao.foundation import clock
from gongqiao.foundation.accounts import actions as accounts
from gongqiao.foundation.markets.models import Market
from gongqiao.foundation.organisations.models import Membership
from gongqiao.foundation.organisations.roles import Role
from gongqiao.needs.dossiers.models import Dossier
from gongqiao.needs.employers.models import Employer
from gongqiao.needs.family.models import Helper
from gongqiao.needs.feedback.models import ServiceChange, Ticket
from gongqiao.needs.interviews.enums import RecordingState
from gongqiao.needs.interviews.models import Code, Study, Talk
from gongqiao.needs.postings.models import Posting, Shift
from gongqiao.needs.surveys.models import Campaign, FieldTask, FormVersion, Slot, Submission
from gongqiao.services.demand.models import EmployerAnswer
from gongqiao.services.hall.models import Number, Window
from gongqiao.services.placement.models import DispatchRun
from gongqiao.services.slips.models import Slip
from gongqiao.services.spoken.enums import ClipState
from gongqiao.services.spoken.models import Clip
from gongqiao.web.access import Access, Door

Samples = dict[str, object]
METHOD_NOT_ALLOWED = 405
FILE = "a file to save</html>"  # stands for a sheet, a paper (zip packages both), a voice message or a picture
PERIOD = "?first=2026-01-01&last=2026-12-31"
ASKED = {"desk:day-paper": "?day=2026-11-26", "desk:export-wages": PERIOD, "desk:export-postings": PERIOD}
ASKED["desk:export-tickets"] = ASKED["desk:register-paper"] = PERIOD
NO_SCREENS = ("api-1", "api-docs", "openrosa")  # held against their own contracts (tests/api)


class Visitor:
    """One signed-in person."""

    def __init__(self, base: str) -> None:
        self.base = base
        self.jar = http.cookiejar.CookieJar()
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.jar))

    def get(self, path: str) -> str:
        with self.opener.open(self.base + path, timeout=60) as answer:
            content = bytes(answer.read())
            if answer.headers.get("Content-Type", "").startswith(("audio/", "image/", "text/javascript")):
                return FILE if content else ""
            if "attachment" in answer.headers.get("Content-Disposition", ""):
                return FILE if content.startswith((b"PK", b"{")) else ""
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
    rows, screens = samples(), 0
    for role, visitor in _visitors(base):
        for name, path in pages(role, rows):
            screens += _visited(visitor, name, path, role)
    return screens


def _visited(visitor: Visitor, name: str, path: str, role: Role | None) -> bool:
    """Whether it is a screen: an address that only takes POST has none."""
    who = role or "nobody"
    try:
        page = visitor.get(path)
    except urllib.error.HTTPError as error:
        if error.code == METHOD_NOT_ALLOWED:
            return False
        raise CommandError(f"{name} as {who}: {path} answered {error.code}") from None
    if "</html>" not in page:
        raise CommandError(f"{name} as {who}: {path} is not a whole page")
    return True


def _visitors(base: str) -> Iterator[tuple[Role | None, Visitor]]:
    yield None, Visitor(base)
    for name, (_title, role) in build.ACCOUNTS.items():
        visitor = Visitor(base)
        visitor.sign_in(name)
        yield role, visitor
    boss = Visitor(base)
    boss.sign_in(build.EMPLOYER_LOGIN)
    yield Role.EMPLOYER, boss
    with scopes_disabled():
        phone = surveys.first_with_phone(Market.objects.get(code="yufeng")).person.phone
    yield Role.WORKER, _by_phone(base, phone)
    yield Role.FAMILY, _by_phone(base, mine.HELPER_PHONE)


def _by_phone(base: str, phone: str) -> Visitor:
    visitor = Visitor(base)
    visitor.get("/sign-in/")
    code = accounts.new_code(phone, address="demo check")
    visitor.post("/sign-in/code/use/", phone=phone, code=str(code))
    return visitor


def samples() -> Samples:
    """A real row for each kind of address that wants one, by the word that stands in the route's name."""
    with scopes_disabled():
        shifts = Shift.objects.filter(market__code="yufeng", posting__state="open").order_by("-starts_at")
        if not shifts.filter(starts_at__gt=clock.now()):
            raise CommandError("演示里的班次都过去了 all shifts of this demo are over: --fresh builds it anew")
        sheets_with = Submission.objects.filter(market__code="yufeng", wave__isnull=False, dossier__isnull=False)
        sheet = sheets_with.order_by("pk")[0]
        changes = ServiceChange.objects.filter(market__code="yufeng").order_by("pk")
        asked = FieldTask.objects.filter(market__code="yufeng", state="open", dossier__isnull=False).order_by("-pk")
        return {
            "worker:survey": asked[0].pk,  # the newest is for the worker who visits
            "arrived": Entry.objects.filter(market__code="yufeng", state="waits", kind="register")[0].pk,
            "complaint": _spoken(),  # before the employer, whose name stands in the address too
            "dossier": Dossier.objects.filter(market__code="yufeng").order_by("pk")[0].pk,
            "visit-sheet": FieldTask.objects.filter(market__code="yufeng", employer__isnull=False)
            .order_by("-pk")[0]
            .pk,
            "visit-answer": EmployerAnswer.objects.filter(market__code="yufeng").order_by("pk")[0].pk,
            "employer": Employer.objects.filter(market__code="yufeng").order_by("pk")[0].pk,
            "posting": Posting.objects.filter(market__code="yufeng", state="open").order_by("-pk")[0].pk,
            "survey-file": Slot.objects.filter(market__code="yufeng", file__isnull=False).order_by("pk")[0].pk,
            "survey-answer": sheet.pk,
            "survey-results": sheet.wave_id,
            "survey-paper": sheet.wave_id,
            "survey-form": FormVersion.objects.filter(market__code="yufeng").order_by("pk")[0].pk,
            "study-code": Code.objects.filter(market__code="yufeng").order_by("pk")[0].pk,
            "study": Study.objects.filter(market__code="yufeng").order_by("pk")[0].pk,
            "talk": _recorded(),
            "survey": Campaign.objects.filter(market__code="yufeng").order_by("pk")[0].pk,
            "sheet": _sheet(),
            "ticket": _spoken(),
            "change-act": changes[0].pk,
            "window": Window.objects.filter(market__code="yufeng").order_by("number")[0].pk,
            "number": Number.objects.filter(market__code="yufeng").order_by("-day", "-number")[0].pk,
            "run": DispatchRun.objects.filter(market__code="yufeng").order_by("pk")[0].pk,
            "aloud": _heard().pk,
            "hook": _hook(),
            "slip": Slip.objects.filter(market__code="yufeng").order_by("pk")[0].pk,
            "digest": _heard().sha256,
            "family-end": Helper.objects.filter(market__code="yufeng").order_by("pk")[0].pk,
            "shift": shifts[0].pk,
        }


def _heard() -> Clip:
    """A recording that pages play."""
    return Clip.objects.filter(market__code="yufeng", state=ClipState.LIVE).order_by("pk")[0]


def _hook() -> object:
    """A line to a system that does not listen: made anew where the demo has none."""
    market = Market.objects.get(code="yufeng")
    with scope(market=market):
        by = Membership.objects.get(person__user__username="liang")
        known = hook_queries.visible_to(by).first()
        return (known or _stopped(by)).pk


def _stopped(by: Membership) -> Hook:
    """Nothing leaves the machine."""
    made = hooks.subscribe(label="演示系统", url="https://receiver.example/", events=[WANTED[0]], by=by)
    hooks.stop(made.hook, by=by)
    return made.hook


def _recorded() -> object:
    """A talk of the study whose team is the whole desk, with a recording to hear."""
    open_to_all = Study.objects.filter(market__code="yufeng").order_by("pk")[0]
    heard = Talk.objects.filter(study=open_to_all, recordings__state=RecordingState.OPEN)
    return heard.order_by("number")[0].pk


def _spoken() -> object:
    """One that every desk may open and hear."""
    spoken = Ticket.objects.filter(market__code="yufeng", sensitive=False, voice__isnull=False)
    return spoken.order_by("number")[0].pk


def _sheet() -> object:
    """A sheet that somebody has looked at and not brought in: the template itself."""
    market = Market.objects.get(code="yufeng")
    with scope(market=market):
        known = ImportBatch.objects.filter(kind=Kind.WORKERS).exclude(preview="").order_by("-at").first()
        by = Membership.objects.get(person__user__username="mo")
        content = template(Kind.WORKERS, market)
        return (known or sheets.preview(by=by, kind=Kind.WORKERS, filename="模板.xlsx", content=content)).pk


def pages(role: Role | None, samples: Samples) -> Iterator[tuple[str, str]]:
    """Name and address of every route that the role may open; nothing of the URL table is left out.

    Raises CommandError for a route that no address can be made of: a new kind of row needs its sample.
    """
    for name, pattern in named(get_resolver().url_patterns, ""):
        declared: Access | None = getattr(pattern.callback, "access", None)
        if declared is None:
            raise CommandError(f"{name} declares no access")
        if declared.door is Door.RIGHT and role not in declared.roles():
            continue
        if declared.door is Door.SIGNED_IN and role is None:
            continue
        try:
            yield name, reverse(name, kwargs=_kwargs(name, pattern, samples)) + ASKED.get(name, "")
        except NoReverseMatch as why:
            raise CommandError(f"{name}: no sample for its address in config.demo.visit ({why})") from None


def named(patterns: list[URLPattern | URLResolver], prefix: str) -> Iterator[tuple[str, URLPattern]]:
    """Every route under its full name, the API aside; one without a name cannot be visited and is refused."""
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            if pattern.namespace not in NO_SCREENS:
                inner = f"{pattern.namespace}:" if pattern.namespace else prefix
                yield from named(pattern.url_patterns, inner)
        elif pattern.name:
            yield prefix + pattern.name, pattern
        else:
            raise CommandError(f"a route without a name: {prefix}{pattern.pattern}")


def _kwargs(name: str, pattern: URLPattern, samples: Samples) -> dict[str, object]:
    """Parts of the address: those above it in the table (the market) and its own."""
    found: dict[str, object] = {"market": "yufeng"} if name.startswith(("worker:", "public:", "hall:")) else {}
    wanted = pattern.pattern.regex.groupindex
    if "pk" in wanted:
        found["pk"] = next((key for kind, key in samples.items() if kind in name), samples["shift"])
    own = {
        "act": "act",
        "sheet": "letters",
        "register": "people",
        "trade": "loader",
        "kind": Kind.WORKERS.value,
        "paper": DayPaper.ASSIGNMENTS.value,
    }
    found |= {part: value for part, value in own.items() if part in wanted}
    if "digest" in wanted:
        found["digest"] = samples["digest"]
    return found
