"""An employer confirms who works there, at the moments of the follow-up (process.md; features.md, 79 and 80)."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from defi.kernel.access import TASK, Actor, scope
from defi.kernel.journal import acting
from defi.kernel.refusals import Invalid, Stale, Unknown, WrongState
from defi.operations.models import Operation
from defi.schemes.rulebook import Moment
from defi.steps.followup import mails
from defi.steps.followup.actions import checked, keep_statement, moment_named
from defi.steps.followup.models import Situation, Statement
from defi.steps.followup.queries import open_moment
from defi.steps.followup.rules import NOT_HERE, NOT_REACHED, PROMISED, Said
from defi.steps.needs.models import Contract
from defi.steps.pairing.models import Pairing, Promise
from defi.steps.review.access import lock_followed, operation_of, refuse_abandoned
from defi.steps.sourcing.models import Candidacy

ELSEWHERE = gettext_lazy("Cette personne n'a pas d'appairage avec votre entreprise : vérifiez de qui vous parlez.")


def _out(operation_id: int) -> list[Pairing]:
    """The pairings of people who are out, the last of each person, mistakes left aside. In an open scope."""
    rows = (
        Pairing._base_manager.filter(operation=operation_id, candidacy__left_on__isnull=False)
        .exclude(ending=Pairing.Ending.MISTAKE)
        .select_related("candidacy__person", "candidacy__operation", "post__promise__employer")
        .order_by("paired_on", "pk")
    )
    return list({row.candidacy_id: row for row in rows}.values())


def to_confirm(operation: Operation) -> list[Promise]:
    """One promise of each employer of whom somebody is out at a moment that it has not told of."""
    with scope(TASK):
        said = set(
            Statement.objects.filter(operation=operation, voice=Statement.Voice.EMPLOYER).values_list(
                "candidacy_id", "moment", "organisation_id"
            )
        )
        found: dict[int, Promise] = {}
        for row in _out(operation.pk):
            moment, promise = open_moment(row.candidacy), row.post.promise
            if moment and (row.candidacy_id, moment.key, promise.employer_id) not in said:
                found.setdefault(promise.employer_id, promise)
    return list(found.values())


def ask_employers(actor: Actor, operation_id: int) -> int:
    """Send each employer the link to confirm who works there; how many it left for.

    Raises `WrongState` when there is nobody to ask, or no address."""
    with acting(actor, "situation.ask_employer") as act:
        operation = lock_followed(act, operation_id)
        asked = to_confirm(operation)
        if not asked:
            raise WrongState(_("Chaque employeur a déjà répondu, ou personne n'est encore sorti."))
        reached = sum(mails.employer_asked(act, operation, promise) for promise in asked)
        if not reached:
            raise WrongState(_("Aucune adresse n'est connue pour ces employeurs : appelez, puis notez la situation."))
        act.note(operation, asked=reached)
        return reached


def ask_again(promise_id: int) -> None:
    """A link that died is replaced, at the address of the firm."""
    with acting(TASK, "situation.ask_employer") as act:
        operation = lock_followed(act, operation_of(TASK, Promise, promise_id))
        mails.employer_asked(act, operation, act.lock(Promise, promise_id))
        act.note(operation, asked=1)


def people_of(actor: Actor, operation_id: int) -> list[tuple[Candidacy, Moment, Statement | None]]:
    """The people promised to this firm who are out, the moment open for each, and what it said already."""
    with scope(TASK):
        rows = [row for row in _out(operation_id) if row.post.promise.employer_id == actor.organisation_id]
        mine = Statement.objects.filter(
            organisation=actor.organisation_id, candidacy__in=[r.candidacy_id for r in rows]
        )
        said = {(row.candidacy_id, row.moment): row for row in mine}
        opened = [(row.candidacy, open_moment(row.candidacy)) for row in rows]
        return [(person, m, said.get((person.pk, m.key))) for person, m in opened if m]


def confirm(actor: Actor, candidacy_id: int, *, moment: str, said: Said, seen: int | None = None) -> Statement:
    """An employer says whether somebody it was paired with works there. What it says fills a situation not known yet;
    where it says otherwise than noted, both are kept, and the provider settles.

    `seen` is the version of the firm's own answer that the page showed, 0 when there was none.

    Raises `Unknown` (another's person), `Invalid` (contract, hours, too early), `WrongState` (a page of a moment gone
    by), `Stale` (a colleague answered since)."""
    with acting(actor, "situation.confirm") as act:
        people = people_of(actor, operation_of_own(actor, candidacy_id))
        mine = {person.pk: opened for person, opened, _told in people}
        if candidacy_id not in mine:
            raise Unknown(str(ELSEWHERE))
        with scope(TASK):
            candidacy = Candidacy.objects.select_for_update(of=("self",)).get(pk=candidacy_id)
            refuse_abandoned(candidacy.operation)
            if seen is not None:
                _check_page(actor, candidacy, mine[candidacy_id], moment, seen)
            when = moment_named(candidacy.operation, moment)
            if said.status not in {PROMISED, NOT_HERE}:
                raise Invalid.field("status", _("Dites si cette personne travaille dans votre entreprise."))
            if said.contract and said.contract not in Contract.values:
                raise Invalid.field("contract", _("Choisissez un contrat dans la liste."))
            fields = checked(act, candidacy, when, said, (PROMISED, NOT_HERE))
            known = Situation.objects.filter(candidacy=candidacy, moment=when.key).select_for_update().first()
            if said.status == PROMISED and known is None:
                who = {"operation_id": candidacy.operation_id, "candidacy": candidacy}
                act.create(Situation, moment=when.key, **who, **fields)
            elif said.status == PROMISED and known is not None and known.status == NOT_REACHED:
                act.change(known, **fields)
            return keep_statement(act, candidacy, when.key, Statement.Voice.EMPLOYER, said, actor.organisation_id)


def _check_page(actor: Actor, candidacy: Candidacy, opened: Moment, moment: str, seen: int) -> None:
    """Whether a page drawn some time ago still speaks of what is asked today. The person is locked."""
    if opened.key != moment:
        raise WrongState(
            _("La question porte maintenant sur la situation %(moment)s : revenez à la liste.")
            % {"moment": opened.label}
        )
    own = Statement.objects.filter(candidacy=candidacy, moment=moment, organisation=actor.organisation_id)
    told = own.first()
    if told is not None and told.version != seen:
        raise Stale(
            _("Quelqu'un de votre entreprise a répondu pendant que vous lisiez : %(said)s. Relisez, puis enregistrez.")
            % {"said": told.get_status_display()},
            version=told.version,
        )


def operation_of_own(actor: Actor, candidacy_id: int) -> int:
    """The operation of the pairing this firm may see; that of its link only."""
    own = Pairing.objects.visible_to(actor).filter(candidacy_id=candidacy_id)
    if actor.link is not None:
        own = own.filter(operation__in=Promise.objects.filter(pk=actor.link.object_id).values("operation"))
    found = own.values_list("operation_id", flat=True).first()
    if found is None:
        raise Unknown(str(ELSEWHERE))
    return found
