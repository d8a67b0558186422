"""Numbers that pass their checksums and can belong to nobody: county codes and a phone range nobody was given."""

from datetime import date

COUNTY_LAST = 450299
"""Identity numbers and credit codes use 450260-450299: 柳州 has no such counties (only 02-06 and 21-26)."""
COUNTY_FIRST = 450260
PER_COUNTY = 500
MOST_PEOPLE = (COUNTY_LAST - COUNTY_FIRST + 1) * PER_COUNTY
PHONE_RANGE = "154"
"""No operator holds 154: as of a list of 2022-07 it is among 142, 143, 154, 161, 164, 194, not given out."""

_IDENTITY_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_IDENTITY_CHECKS = "10X98765432"
_CREDIT_SIGNS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_ORGANISATION_SIGNS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_ORGANISATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)


def identity_check(first17: str) -> str:
    """The 18th sign of GB 11643-1999 (ISO 7064, MOD 11-2)."""
    return _IDENTITY_CHECKS[sum(int(d) * w for d, w in zip(first17, _IDENTITY_WEIGHTS, strict=True)) % 11]


def identity_number(index: int, birth: date, *, male: bool) -> str:
    """A number of its own for each index below MOST_PEOPLE, whatever the birth date."""
    if not 0 <= index < MOST_PEOPLE:
        raise ValueError(f"index {index}: the fictional counties hold {MOST_PEOPLE} people")
    county = COUNTY_LAST - index // PER_COUNTY
    serial = index % PER_COUNTY * 2 + int(male)
    first17 = f"{county}{birth:%Y%m%d}{serial:03d}"
    return first17 + identity_check(first17)


def organisation_check(first8: str) -> str:
    """The 9th sign of GB 11714-1997."""
    total = sum(
        _ORGANISATION_SIGNS.index(sign) * weight for sign, weight in zip(first8, _ORGANISATION_WEIGHTS, strict=True)
    )
    return "0123456789X0"[11 - total % 11]


def credit_check(first17: str) -> str:
    """The 18th sign of GB 32100-2015 (ISO 7064, MOD 31-3)."""
    total = sum(_CREDIT_SIGNS.index(sign) * pow(3, place, 31) for place, sign in enumerate(first17))
    return _CREDIT_SIGNS[(31 - total % 31) % 31]


def credit_code(index: int, kind: str) -> str:
    """`kind` is the second sign: 1 company, 2 individual business, 3 farmers' cooperative; 9 = market regulator."""
    if kind not in ("1", "2", "3"):
        raise ValueError(f"kind {kind!r}: 1, 2 or 3")
    if not 0 <= index < 10_000:
        raise ValueError(f"index {index}: the fictional register holds 10000 employers")
    first8 = f"MA99{index:04d}"
    first17 = f"9{kind}{COUNTY_LAST}{first8}{organisation_check(first8)}"
    return first17 + credit_check(first17)


def phone_number(index: int, owner: int) -> str:
    """`owner`: 0 workers, 1 relatives, 2 employers; a number of its own for each index below a million."""
    if not 0 <= index < 1_000_000 or not 0 <= owner <= 99:
        raise ValueError(f"phone {index} of owner {owner}: outside the fictional range")
    return f"{PHONE_RANGE}{owner:02d}{(index * 382_687 + 104_729) % 1_000_000:06d}"
