"""The two kinds of error a person may see; all others are bugs and crash."""


class Refused(Exception):
    """The action is not allowed; the text is shown as it is."""


class Stale(Exception):
    """Somebody was first; the page must be reloaded and tried again."""
