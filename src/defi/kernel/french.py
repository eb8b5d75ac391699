"""The sources are French: without a catalogue, French plurals are those of the sources all the same."""

from __future__ import annotations

from gettext import NullTranslations

from django.utils.translation import trans_real


class FrenchSources(NullTranslations):
    """What a text that no catalogue knows says: itself, with the French plural, where zero is singular."""

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return msgid1 if abs(n) < 2 else msgid2

    def npgettext(self, context: str, msgid1: str, msgid2: str, n: int) -> str:
        return self.ngettext(msgid1, msgid2, n)


def speak_french() -> None:
    """Put the sources behind Django's own French catalogue."""
    trans_real.translation("fr").add_fallback(FrenchSources())
