"""Token buckets: so many tries, refilled over time, per account and address."""

from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction

from gongqiao.foundation import clock
from gongqiao.foundation.accounts.models import TokenBucket
from gongqiao.foundation.crypto.index import blind_index


@dataclass(frozen=True)
class Limit:
    """`burst` tries at once, then one more every `seconds_each`."""

    name: str
    burst: int
    seconds_each: float


SIGN_IN_ACCOUNT = Limit("sign-in account", 5, 180)
SIGN_IN_ADDRESS = Limit("sign-in address", 60, 5)
CODE_PHONE = Limit("code phone", 3, 300)
CODE_ADDRESS = Limit("code address", 30, 20)
CODE_TRY = Limit("code try", 60, 5)
SECOND_FACTOR = Limit("second factor", 6, 60)
SAY_ADDRESS = Limit("ticket said", 40, 30)  # behind one address may sit a whole hall

FULL_AGAIN = timedelta(days=1)  # each of these refills within 20 minutes
SWEPT = 500


def take(limit: Limit, subject: str) -> bool:
    """Take one token; False when the bucket is empty. The subject (a phone, a user name) is stored only as an index."""
    key, moment = blind_index(f"bucket:{limit.name}", subject), clock.now()
    with transaction.atomic():
        TokenBucket.objects.get_or_create(key=key, defaults={"tokens": float(limit.burst), "updated_at": moment})
        bucket = TokenBucket.objects.select_for_update().get(key=key)
        gained = max(0.0, (moment - bucket.updated_at).total_seconds()) / limit.seconds_each
        tokens = min(float(limit.burst), bucket.tokens + gained)
        allowed = tokens >= 1
        TokenBucket.objects.filter(key=key).update(tokens=tokens - 1 if allowed else tokens, updated_at=moment)
    return allowed


def refill(limit: Limit, subject: str) -> None:
    """After a success the bucket is full again."""
    TokenBucket.objects.filter(key=blind_index(f"bucket:{limit.name}", subject)).delete()


def sweep() -> int:
    """Buckets that nobody touched for a day are full again and go, some at a time; returns how many. What is left is
    a day's, so that looking for them needs no index."""
    old = TokenBucket.objects.filter(updated_at__lt=clock.now() - FULL_AGAIN).values_list("key", flat=True)[:SWEPT]
    return TokenBucket.objects.filter(key__in=list(old)).delete()[0]
