"""What is wrong with a text or a model, in words."""


class TextError(ValueError):
    """The text cannot be a title or description of work; the message says why."""


class ModelError(ValueError):
    """The model's file or the tables it is made from break a rule; the message names it."""
