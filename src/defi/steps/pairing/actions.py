"""What changes promises, encounters, pairings, the admission and the finding."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from defi.kernel.access import TASK, Actor, Who, scope
from defi.kernel.documents.french import long_date
from defi.kernel.journal import Action, acting
from defi.kernel.refusals import Invalid, NotAllowed, Refused, Unknown, WrongState
from defi.operations.access import lock_bound, lock_operation, operation_of
from defi.operations.actions import ContactFacts, join, reached
from defi.operations.models import Operation, Part, Session
from defi.people.models import Organisation, OrganisationKind, Person
from defi.schemes.conformity import Conformity, Verdict
from defi.schemes.contracts import ContractVerdict, Term, contract_conforms
from defi.steps.pairing import mails
from defi.steps.pairing.models import Admission, Encounter, Finding, Pairing, Post, Promise
from defi.steps.pairing.queries import book_of, finding_counts, standing
from defi.steps.pairing.rules import is_gone, posts_fault, say_verdict, share_withdrawal
from defi.steps.pairing.states import ADMISSION, PAIRING, PROMISE
from defi.steps.sourcing.locks import refuse_nir
from defi.steps.sourcing.models import Candidacy
from defi.steps.sourcing.rules import nir_fault


@dataclass(frozen=True, slots=True)
class Terms:
    """What an employer engages for: posts of one kind. Hours per week, gross euros per month."""

    posts: int
    contract: str
    job_label: str = ""
    months: int | None = None
    days: int | None = None
    starts_on: date | None = None
    ends_on: date | None = None
    weekly_hours: Decimal | None = None
    gross_pay: Decimal | None = None
    place: str = ""


def make_promise(
    actor: Actor,
    operation_id: int,
    employer: Organisation,
    terms: Terms,
    *,
    work_at: Organisation | None = None,
    signatory: Person | ContactFacts | None = None,
    tutor: Person | ContactFacts | None = None,
) -> Promise:
    """An employer engages to recruit: one promise, its posts. A contract that does not conform is kept with the reason,
    and does not count. `work_at`: the firm where the work is, when `employer` only signs the contract.

    Raises `Invalid`, `NotAllowed` (another employer's promise)."""
    with acting(actor, "promise.make") as act:
        operation = lock_operation(act, operation_id)
        _check_employer(actor, employer)
        check_terms(terms)
        refuse_nir(**texts_of(signatory=signatory, tutor=tutor))
        check_work_at(work_at)
        verdict = judge_terms(operation, terms)
        signing, tutoring = named(act, employer, signatory), named(act, work_at or employer, tutor)
        join(act, operation, employer, Part.EMPLOYER, signing)
        promise = act.create(
            Promise,
            operation=operation,
            employer=employer,
            work_at=elsewhere(employer, work_at),
            signatory=signing,
            tutor=tutoring,
            **columns(operation, terms),
            conforms=verdict.conforms,
            conformity_note=verdict.reason,
            state=PROMISE.take("promise.make", actor, "").target,
            made_on=act.today,
        )
        for number in range(1, terms.posts + 1):
            act.create(Post, operation=operation, promise=promise, number=number)
        return promise


def named(act: Action, firm: Organisation, who: Person | ContactFacts | None) -> Person | None:
    """Within an action: somebody known, or somebody new told by their facts; nobody when nothing is said."""
    if isinstance(who, ContactFacts):
        # An employer names its own people, whoever keeps the register of people.
        return reached(act, firm, who, registrar=TASK) if who else None
    return who


def elsewhere(employer: Organisation, work_at: Organisation | None) -> Organisation | None:
    """The firm where the work is, only when it is another than the one that signs."""
    return work_at if work_at is not None and work_at.pk != employer.pk else None


def judge_terms(operation: Operation, terms: Terms) -> ContractVerdict:
    """Whether the contract conforms to the rulebook of the operation, and the sentence when it does not."""
    term = Term(terms.starts_on, terms.ends_on, terms.months, terms.days or 0)
    return contract_conforms(book_of(operation), terms.contract, term)


def columns(operation: Operation, terms: Terms) -> dict[str, Any]:
    """The terms as the columns of a promise."""
    return {
        "job_label": terms.job_label or operation.job.label,
        "contract": terms.contract,
        "months": terms.months,
        "days": terms.days,
        "starts_on": terms.starts_on,
        "ends_on": terms.ends_on,
        "weekly_hours": terms.weekly_hours,
        "gross_pay": terms.gross_pay,
        "place": terms.place.strip(),
    }


def check_work_at(work_at: Organisation | None) -> None:
    """The work is at an employer's. Raises `Invalid`."""
    if work_at is not None and work_at.kind != OrganisationKind.EMPLOYER:
        raise Invalid.field("work_at", _("Le travail se fait chez un employeur : choisissez-en un."))


def _check_employer(actor: Actor, employer: Organisation) -> None:
    if employer.kind != OrganisationKind.EMPLOYER:
        raise Invalid.field("employer", _("Seul un employeur peut promettre un emploi."))
    if actor.in_employer and actor.organisation_id != employer.pk:
        raise NotAllowed(_("Vous ne pouvez engager que votre entreprise."))


def check_terms(terms: Terms) -> None:
    """Raises `Invalid` with a sentence beside each field at fault."""
    written = {"job_label": terms.job_label, "place": terms.place}
    faults = {name: nir for name, text in written.items() if (nir := nir_fault(text))}
    fault = posts_fault(terms.posts)
    if fault:
        faults["posts"] = fault
    if terms.contract not in PROMISED_CONTRACTS:
        faults["contract"] = _("Choisissez un contrat dans la liste.")
    if terms.starts_on and terms.ends_on and terms.ends_on <= terms.starts_on:
        faults["ends_on"] = _("La fin du contrat vient après son début.")
    if terms.contract == "cdi" and (terms.ends_on or terms.months):
        faults["months"] = _("Un CDI n'a pas de durée : effacez-la, ou choisissez un autre contrat.")
    if terms.gross_pay is not None and terms.gross_pay <= 0:
        faults["gross_pay"] = _("Indiquez un salaire, ou laissez vide s'il n'est pas encore connu.")
    if terms.weekly_hours is not None and not 1 <= terms.weekly_hours <= 48:
        faults["weekly_hours"] = _("Indiquez de 1 à 48 heures par semaine.")
    if faults:
        raise Invalid(" ".join(faults.values()), faults)


def texts_of(**people: Person | ContactFacts | None) -> dict[str, str]:
    """What was typed of people not known yet, by the field of the form."""
    return {
        f"{name}_{part}": getattr(who, part)
        for name, who in people.items()
        if isinstance(who, ContactFacts)
        for part in ("first_name", "last_name", "phone")
    }


PROMISED_CONTRACTS = frozenset({"cdi", "cdd", "ctt", "professionalisation", "apprenticeship"})


def withdraw_promise(
    actor: Actor,
    promise_id: int,
    *,
    reason: str,
    posts: int | None = None,
    people: Sequence[int] = (),
    version: int | None = None,
) -> Promise:
    """Withdraw `posts` posts (all when None): free ones first, then those of the people named (candidacy ids).

    The pairings concerned end, and everybody concerned is told. Raises `Invalid` when people must be named."""
    open_posts = None if posts is None else _count_open(actor, promise_id)
    whole = posts is None or posts == open_posts
    with acting(actor, "promise.withdraw_all" if whole else "promise.withdraw", reason=reason) as act:
        promise = lock_promise(act, promise_id, version)
        refuse_nir(reason=reason)
        if promise.state == "suspended" and not whole:
            raise WrongState(_("Cette promesse est suspendue : reprenez-la d'abord, ou retirez tous ses postes."))
        rows = list(
            Post._base_manager.filter(promise=promise, withdrawn_on=None).select_for_update().order_by("number")
        )
        living = {
            p.post_id: p
            for p in Pairing._base_manager.filter(post__in=rows, state="active").select_related("candidacy")
        }
        taken = [living[post.pk].candidacy_id for post in rows if post.pk in living]
        share = share_withdrawal(len(rows) if posts is None else posts, len(rows) - len(taken), taken, list(people))
        if isinstance(share, str):
            raise Invalid.field("posts", share)
        gone = [post for post in rows if post.pk not in living][: share.free]
        gone += [post for post in rows if post.pk in living and living[post.pk].candidacy_id in share.people]
        for post in gone:
            act.change(post, withdrawn_on=act.today)
        if len(gone) == len(rows):
            act.move(PROMISE, promise, withdrawn_on=act.today, suspended_on=None)
        else:
            act.note(promise, withdrawn_posts=len(gone))
            other_posts(promise)
        for post in gone:
            if post.pk in living:
                end_pairing(act, living[post.pk], Pairing.Ending.EMPLOYER_WITHDREW, act.today)
        mails.promise_withdrawn(act, promise, len(gone), [living[p.pk] for p in gone if p.pk in living])
        return promise


def other_posts(promise: Promise) -> None:
    """Within an action: the number of posts is part of what a promise says, so pages drawn before are stale."""
    promise.version += 1
    promise.save(update_fields=["version"])


def _count_open(actor: Actor, promise_id: int) -> int:
    with scope(actor):
        return Post.objects.visible_to(actor).filter(promise_id=promise_id, withdrawn_on=None).count()


def lock_promise(act: Action, promise_id: int, version: int | None = None) -> Promise:
    """Lock a promise that is not withdrawn, its operation first. Raises `Unknown`, `Stale`, `WrongState`."""
    seen = Promise.objects.visible_to(act.actor).filter(pk=promise_id).values_list("operation_id", flat=True).first()
    if seen is None:
        raise Unknown(_("Cette page n'existe pas, ou elle n'est pas pour vous."))
    # The operation first, always: two screens that pair and withdraw take their locks in the same order.
    lock_operation(act, seen)
    promise = act.lock(Promise, promise_id, version)
    if promise.state == "withdrawn":
        raise WrongState(_("Cette promesse est déjà retirée."))
    return promise


@dataclass(frozen=True, slots=True)
class Said:
    """What was said at an encounter; None leaves an answer as it was. `said_on`: the day of new answers, else today."""

    met_on: date | None = None
    employer: str | None = None
    person: str | None = None
    said_on: date | None = None


def record_encounter(actor: Actor, candidacy_id: int, promise_id: int, said: Said) -> Encounter:
    """A person and an employer met, or answered. The provider and the officer note both sides."""
    with acting(actor, "encounter.record") as act:
        if actor.in_employer or actor.who is Who.LINK:
            raise NotAllowed(_("Répondez depuis la page de la personne rencontrée."))
        promise = lock_promise(act, promise_id)
        candidacy = act.lock(Candidacy, candidacy_id)
        if candidacy.operation_id != promise.operation_id:
            raise Invalid(_("Cette personne et cette promesse ne sont pas de la même opération."))
        _check_still_there(candidacy)
        _check_said(act, said)
        known = Encounter.objects.filter(candidacy=candidacy, promise=promise).select_for_update().first()
        if known is None:
            known = act.create(Encounter, operation_id=promise.operation_id, candidacy=candidacy, promise=promise)
        return act.change(known, **_answers(act, known, said))


def answer_encounter(actor: Actor, encounter_id: int, *, answer: str, version: int | None = None) -> Encounter:
    """An employer says yes, no or after a period in company, of somebody it met."""
    with acting(actor, "encounter.record") as act:
        encounter = lock_bound(act, Encounter, encounter_id, version)
        _check_still_there(encounter.candidacy)
        said = Said(employer=answer)
        _check_said(act, said)
        if Pairing._base_manager.filter(candidacy=encounter.candidacy_id, state="active").exists():
            raise WrongState(_("Cette personne est déjà appairée : appelez l'organisme de formation pour changer."))
        return act.change(encounter, **_answers(act, encounter, said))


def _check_still_there(candidacy: Candidacy) -> None:
    if is_gone(candidacy.state):
        raise WrongState(_("Cette personne n'est plus candidate : il n'y a plus de réponse à noter pour elle."))


def _check_said(act: Action, said: Said) -> None:
    if said.met_on and said.met_on > act.today:
        raise Invalid.field("met_on", _("Cette rencontre est à venir : notez-la une fois faite."))
    if said.said_on and said.said_on > act.today:
        raise Invalid.field("said_on", _("Cette date est à venir : notez une réponse une fois donnée."))
    if said.said_on and said.met_on and said.said_on < said.met_on:
        raise Invalid.field("said_on", _("Ils se sont rencontrés après cette date : vérifiez les deux dates."))
    known = {"awaited", "yes", "no", "after_placement"}
    for name, answer in (("employer", said.employer), ("person", said.person)):
        if answer is not None and answer not in known:
            raise Invalid.field(name, _("Choisissez une réponse dans la liste."))


def _answers(act: Action, encounter: Encounter, said: Said) -> dict[str, object]:
    fields: dict[str, object] = {"met_on": said.met_on or encounter.met_on}
    if said.employer is not None and said.employer != encounter.employer_answer:
        fields |= {"employer_answer": said.employer, "employer_answered_on": said.said_on or act.today}
    if said.person is not None and said.person != encounter.person_answer:
        fields |= {"person_answer": said.person, "person_answered_on": said.said_on or act.today}
    return fields


PAIRABLE = ("selected", "reserve", "confirmed", "entered")


def pair(actor: Actor, candidacy_id: int, promise_id: int, *, on: date | None = None) -> Pairing:
    """Pair a person with a free post of a promise, once both said yes. One trainee, one promise. `on`: that day (today
    when left out), neither to come nor before both said yes.

    Raises `WrongState` with the sentence that says what stands in the way."""
    with acting(actor, "pairing.pair") as act:
        promise = lock_promise(act, promise_id)
        candidacy = act.lock(Candidacy, candidacy_id)
        if candidacy.operation_id != promise.operation_id:
            raise Invalid(_("Cette personne et cette promesse ne sont pas de la même opération."))
        if candidacy.state not in PAIRABLE:
            raise WrongState(
                _("Cette personne n'est pas retenue (%(state)s) : elle ne peut pas être appairée.")
                % {"state": candidacy.get_state_display()}
            )
        if promise.state == "suspended":
            raise WrongState(_("Cette promesse est suspendue : attendez que l'employeur la reprenne."))
        agreed_on = _check_agreed(candidacy, promise)
        day = on or act.today
        _check_paired_on(day, agreed_on, act.today)
        if Pairing.objects.filter(candidacy=candidacy, state="active").exists():
            raise WrongState(_("Cette personne est déjà appairée : rompez d'abord l'appairage en cours."))
        post = _free_post(promise)
        if post is None:
            raise WrongState(_("Tous les postes de cette promesse sont pris."))
        target = PAIRING.take("pairing.pair", actor, "").target
        try:
            with transaction.atomic():
                return act.create(
                    Pairing,
                    operation_id=promise.operation_id,
                    candidacy=candidacy,
                    post=post,
                    state=target,
                    paired_on=day,
                )
        except IntegrityError as clash:
            raise Refused(_("Cet appairage vient d'être fait depuis un autre écran.")) from clash


def _check_paired_on(day: date, agreed_on: date | None, today: date) -> None:
    if day > today:
        raise Invalid.field("on", _("Cette date est à venir : un appairage se note une fois fait."))
    if agreed_on and day < agreed_on:
        raise Invalid.field(
            "on",
            _("Ils n'étaient tous deux d'accord que le %(day)s : l'appairage ne date pas d'avant.")
            % {"day": long_date(agreed_on)},
        )


def _check_agreed(candidacy: Candidacy, promise: Promise) -> date | None:
    """The day from which both had said yes."""
    encounter = Encounter.objects.filter(candidacy=candidacy, promise=promise).first()
    if encounter is None:
        raise WrongState(_("Ils ne se sont pas encore rencontrés : notez d'abord leur rencontre."))
    for answer, who in ((encounter.employer_answer, _("l'employeur")), (encounter.person_answer, _("la personne"))):
        if answer != Encounter.Answer.YES:
            raise WrongState(_("L'accord manque : %(who)s n'a pas dit oui.") % {"who": who})
    days = [day for day in (encounter.employer_answered_on, encounter.person_answered_on) if day]
    return max(days, default=None)


def _free_post(promise: Promise) -> Post | None:
    taken = Pairing.objects.filter(post__promise=promise, state="active").values("post_id")
    return Post.objects.filter(promise=promise, withdrawn_on=None).exclude(pk__in=taken).order_by("number").first()


def unpair(actor: Actor, pairing_id: int, *, ending: str, reason: str, version: int | None = None) -> Pairing:
    """Break a pairing, for a reason of the list and in words."""
    with acting(actor, "pairing.unpair", reason=reason) as act:
        seen = Pairing.objects.visible_to(actor).filter(pk=pairing_id).values_list("operation_id", flat=True).first()
        if seen is None:
            raise Unknown(_("Cet appairage n'existe pas, ou il n'est pas pour vous."))
        lock_operation(act, seen)
        pairing = act.lock(Pairing, pairing_id, version)
        refuse_nir(reason=reason)
        if ending not in Pairing.Ending.values:
            raise Invalid.field("ending", _("Choisissez un motif dans la liste."))
        act.move(PAIRING, pairing, ended_on=act.today, ending=ending)
        mails.pairing_ended(act, pairing)
        return pairing


def end_pairing(act: Action, pairing: Pairing, ending: Pairing.Ending, on: date) -> None:
    """Within an action: a pairing ends because something else did (a post withdrawn, a person gone)."""
    PAIRING.take("pairing.end", act.actor, pairing.state)
    act.change(pairing, state="ended", ended_on=max(on, pairing.paired_on), ending=ending)


def admit(actor: Actor, session_id: int, *, reason: str) -> Admission:
    """The officer admits fewer than all seats paired, with a reason. Never the provider (seed 001, step 5)."""
    return _decide(actor, session_id, "admission.admit", reason)


def refuse_admission(actor: Actor, session_id: int, *, reason: str) -> Admission:
    """The officer refuses: the session is not DEFI."""
    return _decide(actor, session_id, "admission.refuse", reason)


def _decide(actor: Actor, session_id: int, verb: str, reason: str) -> Admission:
    with acting(actor, verb, reason=reason) as act:
        operation = lock_operation(act, operation_of(actor, Session, session_id))
        session = act.lock(Session, session_id)
        refuse_nir(reason=reason)
        judged = standing(session).conformity
        former = Admission.objects.filter(session=session).exclude(state="superseded").select_for_update().first()
        _check_decidable(judged)
        if former is not None:
            act.change(former, state=ADMISSION.take("admission.supersede", actor, former.state).target)
        admission = act.create(
            Admission,
            operation=operation,
            session=session,
            state=ADMISSION.take(verb, actor, "", reason).target,
            paired=judged.counts.paired,
            counted=judged.counted,
            reason=reason.strip(),
            decided_on=act.today,
            decided_by_id=actor.person_id,
        )
        mails.admission_decided(act, operation, admission)
        return admission


def _check_decidable(judged: Conformity) -> None:
    if judged.verdict is Verdict.TARGET:
        raise WrongState(_("Toutes les places sont appairées : il n'y a rien à décider."))
    if judged.verdict is Verdict.NOT_DEFI and not judged.refused:
        raise WrongState(
            _("La session n'atteint pas le minimum (%(words)s) : elle ne peut pas être admise.")
            % {"words": say_verdict(judged)}
        )


def fix_finding(actor: Actor, session_id: int) -> Finding:
    """Fix and date the counts of the start. Once: later losses change the history, not the finding."""
    with acting(actor, "finding.fix") as act:
        operation = lock_operation(act, operation_of(actor, Session, session_id))
        session = act.lock(Session, session_id)
        if session.started_on is None:
            raise WrongState(_("La session n'a pas démarré : le constat se fait au démarrage."))
        if Finding.objects.filter(session=session).exists():
            raise WrongState(_("Le constat du démarrage est déjà fait : il ne change plus."))
        counts = finding_counts(book_of(operation), session)
        return act.create(
            Finding,
            operation=operation,
            session=session,
            found_on=session.started_on,
            seats=counts.seats,
            entered=counts.people,
            paired=counts.paired,
            apart=counts.apart,
            apart_conforming=counts.apart_conforming,
            small_group=session.small_group,
        )
