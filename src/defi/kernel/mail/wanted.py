"""What somebody is mailed who chose « l'urgent seulement »: the rule, and the words in which it is chosen.

Decision: « À faire » is the truth, so news may wait there; what is theirs and late is still said, or nobody would know
that others wait (process.md, principle 2)."""

from __future__ import annotations

from django.utils.translation import gettext_lazy

from defi.kernel.mail.purposes import Urgency

EVERYTHING = gettext_lazy("l'urgent tout de suite, et le reste en un seul message le matin")
URGENT_ONLY = gettext_lazy(
    "l'urgent, et le rappel de ce que je dois et qui est en retard ; pour le reste, je consulte « À faire »"
)


def is_wanted(urgency: str, *, urgent_only: bool, is_late: bool = False) -> bool:
    """Whether a mail leaves. `is_late`: it reminds its reader of something of theirs whose day is past."""
    return not urgent_only or urgency != Urgency.DIGEST or is_late
