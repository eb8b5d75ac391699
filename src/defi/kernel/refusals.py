"""What a user is told when an action is refused: one French sentence that says what is wrong and how to mend it.

Web, API and play file show the same sentence; the class only decides the status.
"""

from __future__ import annotations

from collections.abc import Mapping


class Refused(Exception):  # noqa: N818  (a refusal is an answer, not a failure of the program)
    """An action that was not carried out; nothing has changed. `fields` holds a sentence per form field at fault."""

    status = 409

    def __init__(self, sentence: str, fields: Mapping[str, str] | None = None) -> None:
        super().__init__(str(sentence))
        self.sentence = str(sentence)
        self.fields = {name: str(text) for name, text in (fields or {}).items()}


class Unknown(Refused):
    """The actor may not know that this object exists (404)."""

    status = 404


class NotAllowed(Refused):
    """The actor may see the object, but this verb is not theirs (403)."""

    status = 403


class WrongState(Refused):
    """The object is not in a state from which this can be done."""


class Stale(Refused):
    """Somebody changed the object after the actor read it. `version` is what it has become, when it is known: the form
    shown again carries it, so that what was typed can be sent once it has been read again."""

    def __init__(self, sentence: str, fields: Mapping[str, str] | None = None, *, version: int | None = None) -> None:
        super().__init__(sentence, fields)
        self.version = version


class Invalid(Refused):
    """What was typed cannot be accepted."""

    status = 422

    @classmethod
    def field(cls, name: str, sentence: str) -> Invalid:
        """A refusal that concerns the form field `name`."""
        return cls(sentence, {name: sentence})
