"""The states of a version of a text, and who may take it from one to the other.

Officers write and try; the direction puts in force, since a text holds for the whole Region. Whether a version in force
is to come, applies or has been replaced follows from the dates of all (`text_rules.standing`): nothing stores it."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from defi.kernel.access import Who
from defi.kernel.transitions import NOTHING, Table, move, verb

WRITERS = {Who.OFFICER, Who.STEERING}

TEXT = Table(
    "document_text",
    {"draft": _("brouillon"), "adopted": _("mise en vigueur"), "dropped": _("abandonnée")},
    [
        move("text.write", _("Écrire un modèle de document"), NOTHING, "draft", WRITERS),
        move("text.write", _("Écrire un modèle de document"), "draft", "draft", WRITERS),
        move("text.adopt", _("Mettre un modèle en vigueur"), "draft", "adopted", {Who.STEERING}, asks=("from_on",)),
        move(
            "text.withdraw", _("Retirer un modèle pas encore appliqué"), "adopted", "draft", {Who.STEERING}, reason=True
        ),
        move("text.drop", _("Abandonner un brouillon"), "draft", "dropped", WRITERS),
    ],
)

verb("text.try", _("Essayer un modèle sur une opération"), WRITERS)
