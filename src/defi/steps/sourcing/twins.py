"""The same name twice in one session: nobody takes a second seat before somebody said whether it is one person."""

from __future__ import annotations

from collections.abc import Collection

from django.utils.translation import gettext as _

from defi.kernel.access import Actor, Who
from defi.kernel.refusals import WrongState
from defi.steps.sourcing.alike_models import PersonPair
from defi.steps.sourcing.alike_rules import Somebody, Why, likeness, somebody
from defi.steps.sourcing.models import Candidacy
from defi.steps.sourcing.reach import reached_at

TAKEN = ("selected", "confirmed", "entered")


def refuse_second(actor: Actor, candidacy: Candidacy, *, beyond: Collection[str] = TAKEN) -> None:
    """Raises `WrongState` when a candidacy of the same name in this session is in one of the states `beyond`, and the
    provider has not said yet that these are two people. By a link, nothing is told of the other one."""
    me = _who(candidacy)
    rows = Candidacy.objects.filter(session_id=candidacy.session_id, state__in=beyond).exclude(pk=candidacy.pk)
    others = rows.select_related("person").order_by("pk")
    twins = {row.person_id for row in others if Why.NAME in likeness(me, _who(row))}
    if twins <= _said_to_be_two(candidacy):
        return
    if actor.who is Who.LINK:
        raise WrongState(
            _("Votre réponse ne peut pas être notée ici. Appelez %(provider)s : votre dossier doit être vérifié.")
            % {"provider": reached_at(candidacy.operation.provider)}
        )
    raise WrongState(
        _(
            "%(name)s : une autre candidature de cette session porte ce nom et tient déjà une place. Dites d'abord "
            "s'il s'agit d'une même personne ou de deux, dans « Personnes peut-être déjà connues » : le "
            "lien est au-dessus de la liste des candidatures."
        )
        % {"name": candidacy.person}
    )


def _who(candidacy: Candidacy) -> Somebody:
    who = candidacy.person
    facts = (who.first_name, who.last_name, who.birth_date, who.email, who.phone)
    return somebody(who.pk, *facts, sessions=[candidacy.session_id])


def _said_to_be_two(candidacy: Candidacy) -> set[int]:
    """Those whom the provider already told from this person."""
    provider_id = candidacy.operation.provider_id or 0
    said = PersonPair.objects.filter(state="apart", organisation_id=provider_id).order_by()
    mine = candidacy.person_id
    found = set(said.filter(kept_id=mine).values_list("other_id", flat=True))
    return found | set(said.filter(other_id=mine).values_list("kept_id", flat=True))
