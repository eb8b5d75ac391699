"""The verbs on persons, memberships and cards."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from defi.kernel.access import Who
from defi.kernel.transitions import verb

REGISTRARS = {Who.OFFICER, Who.COORDINATOR, Who.ADMINISTRATOR, Who.ADVISER, Who.PUBLIC, Who.TASK}

verb("person.register", _("Enregistrer une personne"), REGISTRARS)
TEAM_MAKERS = {Who.STEERING, Who.OFFICER, Who.ADMINISTRATOR, Who.SIGNATORY}

verb("membership.grant", _("Inviter dans une organisation"), {*TEAM_MAKERS, Who.TASK})
verb("membership.set_territory", _("Fixer le territoire d'un référent"), {Who.STEERING, Who.TASK})
verb("membership.end", _("Mettre fin à un accès"), TEAM_MAKERS, reason=True)
verb("card.issue", _("Remettre une carte personnelle"), {Who.COORDINATOR, Who.ADMINISTRATOR, Who.TRAINER, Who.TASK})
