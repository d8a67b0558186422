"""不想去这家: the reason somebody gave keeps that employer's work away from him until his own word changes."""

from collections import defaultdict
from collections.abc import Iterable

from django.db.models import Q, QuerySet

from gongqiao.needs.dossiers.models import Dossier
from gongqiao.needs.dossiers.queries import survivors
from gongqiao.needs.employers.models import Employer
from gongqiao.services.placement.enums import Decline, State
from gongqiao.services.placement.models import Assignment

# His own word for the employer: he put his name down there (and has not taken it back), or worked there.
FOR_IT = Q(seat=None, decline="") | Q(state=State.DONE)
NO = Q(state__in=(State.DECLINED, State.CANCELLED), decline=Decline.EMPLOYER)
EMPLOYER = "shift__posting__employer"


def refused_employers(dossiers: Iterable[Dossier] | None = None) -> dict[int, set[int]]:
    """By file: employers he would not go to, and has neither put his name down for nor worked for since. Their work is
    not recommended to him nor matched with him; the public list shows it to him as to anybody.

    What he said under a file that was merged into his counts as his. `None`: of everybody in the market in scope.
    """
    rows = Assignment.objects.all() if dossiers is None else _of(dossiers)
    said = rows.filter(NO, answered_at__isnull=False).order_by("answered_at")
    refused = list(said.values_list("dossier", EMPLOYER, "answered_at"))
    if not refused:
        return {}
    whose = survivors()
    against = {(whose.get(file, file), employer): at for file, employer, at in refused}
    since = rows.filter(FOR_IT, created_at__gt=refused[0][2], shift__posting__employer__in={row[1] for row in refused})
    for file, employer, at in since.values_list("dossier", EMPLOYER, "created_at"):
        pair = whose.get(file, file), employer
        if pair in against and at > against[pair]:
            del against[pair]
    found: dict[int, set[int]] = defaultdict(set)
    for file, employer in against:
        found[file].add(employer)
    return found


def refused_by(dossier: Dossier) -> list[str]:
    """What people call the employers whose work is kept away from him, by his own word."""
    refused = refused_employers([dossier]).get(dossier.pk)
    if not refused:
        return []
    return list(Employer.objects.filter(pk__in=refused).order_by("short_name").values_list("short_name", flat=True))


def _of(dossiers: Iterable[Dossier]) -> QuerySet[Assignment]:
    """Theirs, also under files that were merged into these."""
    named = {dossier.pk for dossier in dossiers}
    spares = {spare for spare, into in survivors().items() if into in named}
    found: QuerySet[Assignment] = Assignment.objects.filter(dossier__in=named | spares)
    return found
