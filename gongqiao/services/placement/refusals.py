"""不想去这家: the reason somebody gave keeps that employer's work away from him until his own word changes."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime

from django.db.models import Q

from gongqiao.needs.dossiers.models import Dossier
from gongqiao.needs.dossiers.queries import survivors
from gongqiao.services.placement.enums import Decline, State
from gongqiao.services.placement.models import Assignment

# His own word for the employer: he put his name down there (and has not taken it back), or worked there.
FOR_IT = Q(seat=None, decline="") | Q(state=State.DONE)
Pair = tuple[int, int]  # file, employer


def refused_employers(dossiers: Iterable[Dossier] | None = None) -> dict[int, set[int]]:
    """By file: employers he would not go to, and has neither put his name down for nor worked for since. Their work is
    not recommended to him nor matched with him; the public list shows it to him as to anybody.

    What he said under a file that was merged into his counts as his. `None`: of everybody in the market in scope.
    """
    whose = survivors()
    rows = Assignment.objects.all()
    if dossiers is not None:
        named = {dossier.pk for dossier in dossiers}
        rows = rows.filter(dossier__in=named | {spare for spare, into in whose.items() if into in named})

    def pair(dossier: int, employer: int) -> Pair:
        return whose.get(dossier, dossier), employer

    against: dict[Pair, datetime] = {}
    said = rows.filter(decline=Decline.EMPLOYER, answered_at__isnull=False).order_by("answered_at")
    for dossier, employer, at in said.values_list("dossier", "shift__posting__employer", "answered_at"):
        assert at is not None  # asked for above
        against[pair(dossier, employer)] = at
    if against:
        since = rows.filter(FOR_IT, created_at__gt=min(against.values()))
        since = since.filter(shift__posting__employer__in={employer for _file, employer in against})
        for dossier, employer, at in since.values_list("dossier", "shift__posting__employer", "created_at"):
            if at > against.get(pair(dossier, employer), at):
                del against[pair(dossier, employer)]
    found: dict[int, set[int]] = defaultdict(set)
    for file, employer in against:
        found[file].add(employer)
    return found
