"""`python -m benchmarks.reach.owners ROWS`: two markets in the database of the environment, and whose is what in them.

First a line of JSON: callers (a name, a token) and the rows of each market. Then, to every line read, one digest of all
that a request of the API could change.
"""

import hashlib
import json
import os
import sys
from datetime import timedelta
from typing import Any

import django


def main(many: int) -> None:
    """`many`: postings, shifts, assignments and tickets of each pair of a worker and an employer."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gongqiao.config.settings")
    django.setup()
    from django.core.management import call_command  # after the settings are there

    call_command("migrate", verbosity=0)
    from tests import factories

    here, there = factories.house(), factories.house("liunan", "柳南零工驿站", prefix="huang-")
    told: dict[str, Any] = {"callers": {}, "rows": {}}
    for name, house, worker, firm in (
        ("mine", here, "韦建国", "覃记大排档"),
        ("neighbours", here, "陆大海", "陆记米粉"),
        ("strangers", there, "黄小妹", "黄记粥铺"),
    ):
        callers, rows = _side(house, worker, firm, many)
        told["callers"] |= {f"{name} {kind}": secret for kind, secret in callers.items()}
        told["rows"][name] = rows
    print(json.dumps(told), flush=True)
    for _line in sys.stdin:
        print(_state(), flush=True)


def _side(house: Any, worker: str, firm_name: str, many: int) -> tuple[dict[str, str], dict[str, list[Any]]]:
    """One worker and one employer: their tokens, and the rows that are theirs."""
    from django_scopes import scope

    from gongqiao.foundation.organisations.models import Membership
    from gongqiao.services.placement.actions import offers
    from tests import factories
    from tests.api.given import boss_post, worker_post

    with scope(market=house.market):
        firm, person = factories.employer(house, firm_name), factories.dossier(house, worker)
        rows: dict[str, list[Any]] = {"shift": [], "posting": [], "assignment": [], "ticket": []}
        for index in range(many):
            shift = factories.verified(house, firm, start=4 + 4 * index, length=3, headcount=50)
            rows["assignment"].append(offers.offer(shift, person, by=house.mo).pk)
            rows["shift"].append(shift.pk)
            rows["posting"].append(shift.posting_id)
            ticket = factories.ticket(house, person=person.person)
            rows["ticket"].append([ticket.number, ticket.code])
        boss: Membership = boss_post(house, firm)
        return {**_tokens("worker", worker_post(person)), **_tokens("employer", boss)}, rows


def _tokens(kind: str, post: Any) -> dict[str, str]:
    """A good one, a narrower one, one taken back, one that ended."""
    from gongqiao.foundation import clock
    from gongqiao.foundation.tokens import actions, queries
    from gongqiao.foundation.tokens.models import Token
    from tests.api.given import secret

    made = {name: secret(post) for name in ("good", "revoked", "expired")}
    made["narrow"] = secret(post, "shifts:read")
    taken = queries.bearer(made["revoked"])
    assert taken is not None
    actions.revoke(taken, by=post)
    long_ago = clock.now() - timedelta(days=2)
    over = {"issued_at": long_ago, "expires_at": long_ago + timedelta(days=1)}
    Token.objects.filter(digest=queries.digest(made["expired"])).update(**over)
    return {f"{kind} {name}": token for name, token in made.items()}


def _state() -> str:
    """Every row of the tables that the API writes, but when a token was used and how often an address asked."""
    from django.apps import apps
    from django.db.models import Model
    from django_scopes import scopes_disabled

    from gongqiao.foundation.accounts.models import TokenBucket
    from gongqiao.foundation.tokens.models import Token

    def facts(model: type[Model]) -> list[Any]:
        names = [field.attname for field in model._meta.concrete_fields if field.name != "last_used_at"]
        return list(model._default_manager.order_by("pk").values_list(*names))

    with scopes_disabled():
        ours = [
            each for each in apps.get_models() if each.__module__.startswith("gongqiao.") and each is not TokenBucket
        ]
        assert Token in ours
        return hashlib.sha256(repr([(each.__name__, facts(each)) for each in ours]).encode()).hexdigest()


if __name__ == "__main__":
    main(int(sys.argv[1]))
