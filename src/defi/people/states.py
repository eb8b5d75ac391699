"""The verbs on persons, memberships and cards."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from defi.kernel.access import NOT_MEMBERS, Who
from defi.kernel.transitions import verb

REGISTRARS = {Who.OFFICER, Who.COORDINATOR, Who.ADMINISTRATOR, Who.ADVISER, Who.PUBLIC, Who.TASK}

verb("person.register", _("Enregistrer une personne"), REGISTRARS)
TEAM_MAKERS = {Who.STEERING, Who.OFFICER, Who.ADMINISTRATOR, Who.SIGNATORY}

verb("membership.grant", _("Inviter dans une organisation"), {*TEAM_MAKERS, Who.TASK})
verb("membership.set_territory", _("Fixer le territoire d'un référent"), {Who.STEERING, Who.TASK})
verb("membership.end", _("Mettre fin à un accès"), TEAM_MAKERS, reason=True)
verb("card.issue", _("Remettre une carte personnelle"), {Who.COORDINATOR, Who.ADMINISTRATOR, Who.TRAINER, Who.TASK})
verb("person.change_address", _("Changer l'adresse électronique d'une personne"), TEAM_MAKERS)
verb("address.retry", _("Essayer de nouveau une adresse en échec"), {*TEAM_MAKERS, Who.COORDINATOR})
MEMBERS = set(Who) - NOT_MEMBERS
verb("agenda.open", _("Ouvrir ou renouveler l'adresse de son agenda"), MEMBERS)
verb("agenda.close", _("Fermer l'adresse de son agenda"), MEMBERS)
verb("mail.choose", _("Choisir les courriels que l'on reçoit"), MEMBERS)
