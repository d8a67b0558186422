"""Saying something: the fields that the page, the window and the phone share."""

import uuid
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from gongqiao.foundation.markets.models import Market
from gongqiao.foundation.organisations.models import Membership
from gongqiao.needs.feedback.actions import MOST_VOICE, Said, Voice
from gongqiao.needs.feedback.enums import TICKS, Category, Channel
from gongqiao.needs.feedback.queries import staff_posts
from gongqiao.needs.feedback.rules import MOST_WORDS

VOICE_ACCEPT = "audio/*,.mp3,.m4a,.ogg,.webm,.wav,.amr"


def voice_field() -> forms.FileField:
    return forms.FileField(
        label=_("或者录一段话"),
        required=False,
        widget=forms.ClearableFileInput({"accept": VOICE_ACCEPT, "capture": "user"}),
        help_text=_("手机上点这里就能录；最多 8 MB。工作人员会听写下来。"),
    )


def voice_of(file: "UploadedFile[bytes] | None") -> Voice | None:
    """Read only after its size was looked at."""
    return Voice(file.name or "voice", file.read()) if file else None


class VoiceCheck(forms.Form):
    """A voice that is too large is told before any of it is read."""

    def clean_voice(self) -> "UploadedFile[bytes] | None":
        file: UploadedFile[bytes] | None = self.cleaned_data["voice"]
        if file is not None and (file.size or 0) > MOST_VOICE:
            raise forms.ValidationError(_("这段话太大，最多 8 MB，录短一点。"))
        return file


class TicketForm(VoiceCheck):
    """What it is about, what happened, how to reach the person: nothing of it but the first two is wanted."""

    category = forms.ChoiceField(label=_("什么事"), widget=forms.RadioSelect, choices=())
    text = forms.CharField(
        label=_("说一说"),
        required=False,
        max_length=MOST_WORDS,
        widget=forms.Textarea({"rows": 5}),
        help_text=_("哪天、在哪里、谁、多少钱，知道什么写什么。"),
    )
    voice = voice_field()
    about_words = forms.CharField(label=_("说的是哪家、谁"), required=False, max_length=120)
    staff = forms.ChoiceField(
        label=_("是驿站的哪一位"),
        required=False,
        choices=(),
        help_text=_("选了，这个人和他手下的人就看不到您说的话。"),
    )
    contact_name = forms.CharField(label=_("怎么称呼您"), required=False, max_length=40)
    contact_phone = forms.CharField(label=_("电话"), required=False, max_length=20)
    key = forms.CharField(widget=forms.HiddenInput, max_length=64, required=False)

    categories: tuple[Category, ...] = TICKS

    def __init__(self, *args: Any, market: Market, **kwargs: Any) -> None:
        kwargs["initial"] = {"key": uuid.uuid4().hex, **kwargs.get("initial", {})}
        super().__init__(*args, **kwargs)
        self._posts = {str(post.pk): post for post in staff_posts(market)}
        named = [(key, f"{post.title} · {post.role_label}") for key, post in self._posts.items()]
        self.fields["staff"].choices = [("", _("不是说他们，或者不知道")), *named]  # type: ignore[attr-defined]
        self.fields["category"].choices = [(each.value, each.label) for each in self.categories]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not (data.get("text") or "").strip() and not data.get("voice") and "voice" not in self.errors:
            self.add_error("text", _("请写几句，或者录一段话。"))
        return data

    def named(self) -> tuple[Membership, ...]:
        post = self._posts.get(self.cleaned_data["staff"])
        return (post,) if post else ()

    def said(self, channel: Channel, **more: Any) -> Said:
        data = self.cleaned_data
        return Said(
            category=Category(data["category"]),
            channel=channel,
            text=data["text"],
            voice=voice_of(data["voice"]),
            contact_name=data["contact_name"],
            contact_phone=data["contact_phone"],
            about_words=data["about_words"],
            about_staff=self.named(),
            key=data["key"],
            **more,
        )
