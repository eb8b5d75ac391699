"""What is said of a need after it was sent: everything optional, and that it repeats an earlier one."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _

from defi.kernel.access import TASK, Actor, Who, scope
from defi.kernel.journal import Action, acting
from defi.kernel.refusals import Invalid, NotAllowed, Unknown, WrongState
from defi.steps.needs import mails
from defi.steps.needs.access import must_pilot
from defi.steps.needs.actions import Asked, NeedFacts, ask_competences, check_facts, fields_of
from defi.steps.needs.models import Need
from defi.steps.needs.parties import ContactFacts, contact_of
from defi.steps.needs.queries import earlier_from_mailbox
from defi.steps.needs.states import NEED

OPEN = {"to_confirm", "received", "grouped"}
BLANKS = (
    "job_id",
    "commune_id",
    "contract",
    "months",
    "weekly_hours",
    "wanted_from",
    "requirements_asked",
    "requirements_needed",
    "expectations",
    "comment",
)
OFFERED = ("offers_platform", "offers_placement", "offers_visit", "offers_tutor")
ESSENTIAL = {"wording", "job", "basin", "commune", "posts"}


def complete_need(
    actor: Actor,
    need_id: int,
    facts: NeedFacts,
    *,
    contact_name: str = "",
    version: int | None = None,
) -> Need:
    """Everything a fiche d'intérêt may add to its five answers: by the employer (from its link or its account), by
    whoever typed it, by the officer. What was essential stays as it was sent.

    Raises `WrongState` once the need is answered or withdrawn, `Invalid` with a sentence per field at fault."""
    with acting(actor, "need.complete") as act:
        need = act.lock(Need, need_id, version)
        must_pilot(actor, need.basin_id)
        _must_be_theirs(actor, need)
        if need.state not in OPEN:
            raise WrongState(_("Ce besoin est répondu ou retiré : il se lit, il ne se modifie plus."))
        check_facts(act, facts, contact_name)
        details = {name: value for name, value in fields_of(facts).items() if name not in ESSENTIAL}
        kept, struck = replace_competences(need, facts.competences)
        contact = need.contact or contact_of(
            act, need.employer, ContactFacts(contact_name, need.contact_email, need.contact_phone)
        )
        act.change(need, **details, contact=contact)
        act.note(need, competences=kept, struck=struck)
        return need


def _must_be_theirs(actor: Actor, need: Need) -> None:
    """A provider sees the needs of its operation: that does not make them its to write."""
    if actor.in_region or actor.who is Who.LINK or actor.organisation_id in {need.employer_id, need.typed_for_id}:
        return
    raise NotAllowed(_("Cette fiche revient à l'entreprise et à qui l'a remplie pour elle : demandez-leur."))


def replace_competences(need: Need, asked: Iterable[Asked]) -> tuple[int, int]:
    """Keep the competences still asked for, with what was said of them; strike the others; add the new ones.

    Returns how many stand and how many were struck."""
    wanted = {" ".join(row.label.split()).casefold(): row for row in asked}
    struck = [row for row in need.competences.all() if row.label.casefold() not in wanted]
    standing = {row.label.casefold() for row in need.competences.all()} & set(wanted)
    for row in struck:
        row.delete()
    ask_competences(need, [row for key, row in wanted.items() if key not in standing])
    return len(wanted), len(struck)


def merge_need(actor: Actor, need_id: int, into_id: int, *, version: int | None = None) -> Need:
    """This need repeats an earlier one of the same employer: what only it says completes the earlier one, and it is
    withdrawn. By the officer, or by the employer whose mailbox holds both. Returns the one that stands."""
    with acting(actor, "need.merge") as act:
        need = act.lock(Need, need_id, version)
        must_pilot(actor, need.basin_id)
        kept = _kept(actor, act, need, into_id)
        if kept.employer_id != need.employer_id or kept.pk == need.pk:
            raise Invalid.field("into", _("Ces deux fiches ne sont pas du même employeur : elles restent deux."))
        if kept.state not in OPEN:
            raise WrongState(_("La première fiche est déjà répondue ou retirée : gardez celle-ci."))
        said = [Asked(row.label, row.nature, row.competence) for row in need.competences.all()]
        fill_blanks(act, kept, need, said)
        act.move(NEED, need, same_as=kept)
        if actor.who is Who.LINK:
            mails.need_repeated(act, kept)
        return kept


def _kept(actor: Actor, act: Action, need: Need, into_id: int) -> Need:
    if actor.who is not Who.LINK:
        return act.lock(Need, into_id)
    # The link is for one need; the same mailbox proves the right to the other.
    if into_id not in {row.pk for row in earlier_from_mailbox(actor, need, need.email)}:
        raise Unknown(_("Cette page n'existe pas, ou elle n'est pas pour vous."))
    with scope(TASK):
        return Need.objects.select_for_update().get(pk=into_id)


def fill_blanks(act: Action, kept: Need, other: Need, competences: Iterable[Asked]) -> None:
    """Within an action: what `kept` leaves open and `other`, saved or not, says; their competences together."""
    additions: dict[str, Any] = {
        name: getattr(other, name) for name in BLANKS if not getattr(kept, name) and getattr(other, name)
    }
    additions |= {name: True for name in OFFERED if getattr(other, name)}
    if kept.state == "grouped":
        additions.pop("job_id", None)
    if "months" in additions and (additions.get("contract") or kept.contract) == "cdi":
        del additions["months"]
    act.change(kept, **additions)
    known = {row.label.casefold() for row in kept.competences.all()}
    ask_competences(kept, [asked for asked in competences if asked.label.casefold() not in known])
