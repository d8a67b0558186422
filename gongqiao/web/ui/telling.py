"""How somebody wishes to be told: the same form on his own page and at the desk for him."""

from datetime import time
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gongqiao.foundation.markets.models import Market
from gongqiao.foundation.notify import channels
from gongqiao.foundation.notify.enums import MUTABLE, Quiet
from gongqiao.foundation.notify.models import Preference
from gongqiao.foundation.notify.planning import settings_of
from gongqiao.foundation.notify.wishes import Wish
from gongqiao.foundation.people.models import Person

HOURS = [(f"{hour:02d}:00", f"{hour:02d}:00") for hour in range(24)]
BOXES = forms.CheckboxSelectMultiple
USUAL = ("21:00", "07:00")  # offered to whoever sets hours of his own for the first time


class WishForm(forms.Form):
    """A ticked line or kind is wanted; what this market has no line for is not asked about, and stays as it was."""

    lines = forms.MultipleChoiceField(label=gettext_lazy("可以怎么告诉"), widget=BOXES, required=False)
    kinds = forms.MultipleChoiceField(label=gettext_lazy("哪些事要告诉"), widget=BOXES, required=False)
    quiet = forms.ChoiceField(label=gettext_lazy("什么时候不要发"), widget=forms.RadioSelect)
    quiet_from = forms.ChoiceField(label=gettext_lazy("自己定的：从几点起不发"), choices=HOURS, required=False)
    quiet_to = forms.ChoiceField(label=gettext_lazy("自己定的：到几点"), choices=HOURS, required=False)

    def __init__(self, data: Any = None, *, market: Market, person: Person) -> None:
        house = settings_of(market)
        self.before = Preference.objects.filter(person=person).first() or Preference(market=market, person=person)
        self.offered = [line for line in channels.machines() if line.name in house.machines]
        super().__init__(data, auto_id="wish-%s", initial=self._initial())
        self.fields["lines"].choices = [(line.name, line.label) for line in self.offered]  # type: ignore[attr-defined]
        self.fields["lines"].help_text = _("都不勾，就由人打电话，或在大厅叫。")
        self.fields["kinds"].choices = [(kind.value, kind.label) for kind in MUTABLE]  # type: ignore[attr-defined]
        self.fields["kinds"].help_text = _("叫去干活、不用去了、马上停工，这三样一定告诉。")
        night = {"begins": f"{house.quiet_from:%H:%M}", "ends": f"{house.quiet_to:%H:%M}"}
        self.fields["quiet"].choices = [  # type: ignore[attr-defined]
            (Quiet.MARKET.value, _("跟驿站一样：%(begins)s 到 %(ends)s 不发") % night),
            (Quiet.NEVER.value, _("什么时候都可以发")),
            (Quiet.OWN.value, _("自己定（比如上夜班，白天要睡）")),
        ]
        if not self.offered:
            del self.fields["lines"]

    def _initial(self) -> dict[str, Any]:
        row = self.before
        return {
            "lines": [line.name for line in self.offered if line.name not in row.no_lines],
            "kinds": [kind.value for kind in MUTABLE if kind not in row.no_kinds],
            "quiet": row.quiet,
            "quiet_from": f"{row.quiet_from:%H}:00" if row.quiet_from else USUAL[0],
            "quiet_to": f"{row.quiet_to:%H}:00" if row.quiet_to else USUAL[1],
        }

    def clean(self) -> dict[str, Any]:
        """Hours only matter to whoever sets his own."""
        said: dict[str, Any] = super().clean() or {}
        if said.get("quiet") == Quiet.OWN:
            for name in ("quiet_from", "quiet_to"):
                if not said.get(name) and name not in self.errors:
                    self.add_error(name, _("请选几点。"))
        return said

    def wish(self, *, channel: str) -> Wish:
        said = self.cleaned_data
        asked = {line.name for line in self.offered}
        kept = [name for name in self.before.no_lines if name not in asked]
        wanted = said.get("lines", [])
        own = None
        if said["quiet"] == Quiet.OWN:
            own = time.fromisoformat(said["quiet_from"]), time.fromisoformat(said["quiet_to"])
        return Wish(
            no_lines=tuple(kept + [line.name for line in self.offered if line.name not in wanted]),
            no_kinds=tuple(kind.value for kind in MUTABLE if kind.value not in said["kinds"]),
            quiet=Quiet(said["quiet"]),
            own=own,
            channel=channel,
        )
