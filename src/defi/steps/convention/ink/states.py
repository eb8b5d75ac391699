"""The states of a signed page that was scanned (issue: in ink, each page finds its place by itself)."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from defi.kernel.access import LEAD, Who
from defi.kernel.transitions import NOTHING, Table, move, verb

RUNS = {*LEAD, Who.OFFICER}

SCAN = Table(
    "scanned_page",
    {
        "placed": _("à sa place"),
        "to_place": _("à reconnaître"),
        "rejected": _("pas une page de la convention"),
        "withdrawn": _("retirée"),
    },
    [
        move("scan.deposit", _("Déposer des pages signées"), NOTHING, "to_place", RUNS),
        move("scan.find", _("Reconnaître des pages par leur code"), "to_place", "placed", {Who.TASK}),
        move("scan.place", _("Dire quelle page c'est"), "to_place", "placed", RUNS),
        move("scan.correct", _("Corriger la page dite"), "placed", "placed", RUNS, reason=True),
        move("scan.reject", _("Dire que ce n'est pas une page de la convention"), "to_place", "rejected", RUNS),
        move("scan.withdraw", _("Retirer une page signée"), ["placed", "to_place"], "withdrawn", RUNS, reason=True),
    ],
)

verb("scan.sign", _("Dire qui a signé sur une page"), RUNS)
