"""Places as people write them: a 12-digit code, street and community, or a community alone where its name is unique."""

import re
from collections import defaultdict
from collections.abc import Iterable

from django.utils.translation import gettext as _

from gongqiao.channels.spreadsheet.errors import CellError
from gongqiao.foundation.regions.models import Level, Region
from gongqiao.foundation.regions.queries import below, communities

_TAIL = re.compile(r"(社区居民委员会|社区居委会|社区居民会|居民委员会|村民委员会|社区村委会|居委会|村委会|社区|村)$")
_STREET_TAIL = re.compile(r"(街道办事处|街道|镇|乡|瑶族乡|苗族乡)$")


def short(name: str) -> str:
    """五里亭社区居委会 -> 五里亭."""
    return _TAIL.sub("", name) or name


class Places:
    """All communities below one region, by every way of writing them."""

    def __init__(self, communities: Iterable[Region]) -> None:
        self.codes: dict[str, str] = {}
        self.names: dict[str, set[str]] = defaultdict(set)
        for place in communities:
            self.codes[place.code] = place.name
            street = place.parent.name if place.parent else ""
            heads = {"", street, _STREET_TAIL.sub("", street)}
            for tail in {place.name, short(place.name), f"{short(place.name)}社区", f"{short(place.name)}村"}:
                for head in heads:
                    self.names[head + tail].add(place.code)

    @classmethod
    def of(cls, region: Region) -> "Places":
        """Of a market's city; streets may be written alone too."""
        found = cls(communities(region))
        for street in below(region, Level.STREET):
            found.codes[street.code] = street.name
            found.names[street.name].add(street.code)
        return found

    def code(self, written: str) -> str | None:
        """The code of what is written, None for nothing; CellError when unknown, or when several are called so."""
        if not written:
            return None
        plain = re.sub(r"\s", "", written)
        if plain.isdigit():
            if plain in self.codes:
                return plain
            raise CellError(_("没有 %(code)s 这个社区代码（12 位）。") % {"code": plain})
        bare = re.sub(r"^(.*?(?:省|自治区))?(.*?市)?(.*?[区县])?(?=.)", "", plain)
        found = self.names.get(plain) or self.names.get(bare) or set()
        if len(found) == 1:
            return next(iter(found))
        if found:
            raise CellError(
                _("叫“%(name)s”的社区有 %(count)s 个，请写上街道，或写 12 位代码。")
                % {"name": plain, "count": len(found)}
            )
        raise CellError(_("没有找到社区“%(name)s”，请写街道和社区，或写 12 位代码。") % {"name": plain})
