"""A square code as a picture inside the page: no request, no file, sharp at any size."""

import segno
from django.utils.safestring import SafeString, mark_safe


def square(text: str, what: str) -> SafeString:
    """An SVG that fills its box; `what` says what it is to whoever cannot see it."""
    drawn = segno.make_qr(text, error="m").svg_inline(scale=1, border=2, omitsize=True, title=what)
    return mark_safe(drawn)  # segno escapes the title, all else is its own
