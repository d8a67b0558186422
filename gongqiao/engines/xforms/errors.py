"""What can be wrong with a form, an expression, an answer; everything the engine raises on purpose is one of these."""

MOST_SAID = 600  # characters of what is wrong: a form may quote itself without end


class XFormError(ValueError):
    """The form cannot be used; the text names the row, node or expression."""

    def __init__(self, said: str) -> None:
        super().__init__(said if len(said) <= MOST_SAID else f"{said[: MOST_SAID - 1]}…")


class XPathError(XFormError):
    """An expression cannot be read or worked out."""


class SubmissionError(XFormError):
    """A submission cannot be read."""


class AnswerError(XFormError):
    """A value that this question does not take; the text is for the person who answers."""
