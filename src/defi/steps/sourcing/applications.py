"""Candidacies sent from the announcement without an account: confirmed by a mailed link, or by a call of the provider.

Nobody orients them. Nothing of who is known already is told to whoever writes on a public page."""

from __future__ import annotations

from datetime import timedelta

from django.utils.translation import gettext as _

from defi.kernel.access import TASK, Actor, Who
from defi.kernel.journal import Action, acting, check_version
from defi.kernel.models import Mail
from defi.kernel.refusals import Invalid, Unknown, WrongState
from defi.operations.access import lock_operation
from defi.operations.models import Operation, Session
from defi.schemes.rulebook import current
from defi.steps.sourcing import mails
from defi.steps.sourcing.alike_rules import dialled, is_surely, somebody
from defi.steps.sourcing.application_models import Application
from defi.steps.sourcing.bookings import MOST_LINKS
from defi.steps.sourcing.locks import checked_day
from defi.steps.sourcing.models import Candidacy, Notice
from defi.steps.sourcing.orientation import PersonFacts, check_person, enlist, must_be_open, register
from defi.steps.sourcing.reach import reached_at
from defi.steps.sourcing.states import APPLICATION

MOST_CALLS = 30
"""Candidacies left with a phone alone within the hour: beyond, a machine is writing them, and nobody could call."""
ERASED = {"first_name": "", "last_name": "", "email": "", "phone": ""}


def apply(actor: Actor, notice_id: int, facts: PersonFacts) -> Application:
    """Somebody sends a candidacy. With a mail address the link confirms it; with a phone, the provider calls.

    The same one twice is once, and sends the link again. Raises `Invalid` (no way to be reached), `WrongState` (no
    session to enter, too many at once)."""
    with acting(actor, "application.ask") as act:
        session = _lock(act, _session_of(notice_id))
        check_person(act, facts)
        email, phone = facts.email.strip().lower(), facts.phone.strip()
        if not email and not dialled(phone):
            raise Invalid.field(
                "phone", _("Indiquez une adresse électronique ou un téléphone, pour avoir une réponse.")
            )
        _refuse_too_many(act, session, email)
        application = _the_same(session, facts)
        if application is None:
            application = act.create(
                Application,
                operation_id=session.operation_id,
                session=session,
                first_name=facts.first_name.strip(),
                last_name=facts.last_name.strip(),
                email=email,
                phone=phone,
                state=APPLICATION.take("application.ask", actor, "").target,
                asked_on=act.today,
            )
        else:
            act.note(application, sent_again=True)
        mails.applied(act, application)
        return application


def confirm_application(actor: Actor, application_id: int, *, version: int | None = None) -> Application:
    """The person says yes from the mailed link, or to the provider who called: it becomes a candidacy."""
    with acting(actor, "application.confirm") as act:
        application = lock_application(act, application_id, version)
        step = APPLICATION.take("application.confirm", actor, application.state)
        must_be_open(application.session)
        candidacy = _candidacy(act, application)
        return act.change(application, state=step.target, candidacy=candidacy, **ERASED)


def drop_application(actor: Actor, application_id: int, *, version: int | None = None) -> Application:
    """It leads nowhere: the person said so, or could not be reached. Their names go."""
    with acting(actor, "application.drop") as act:
        application = lock_application(act, application_id, version)
        return act.move(APPLICATION, application, **ERASED)


def forget_applications() -> int:
    """Those never confirmed go, with their names. Returns how many went."""
    with acting(TASK, "application.forget") as act:
        before = act.today - timedelta(days=current().sourcing.request_days)
        rows = list(Application.objects.filter(state="to_confirm", email__gt="", asked_on__lt=before).order_by("pk"))
        late = act.today - timedelta(days=current().sourcing.answer_days)
        rows += Application.objects.filter(state="to_confirm", email="", asked_on__lt=late).order_by("pk")
        for row in rows:
            act.remove(row)
        return len(rows)


def resend_link(application_id: int) -> None:
    """A new link to whoever held a dead one. Raises `WrongState` once it is over."""
    with acting(TASK, "application.remind") as act:
        application = lock_application(act, application_id)
        if application.state != "to_confirm":
            raise WrongState(_("Cette candidature n'attend plus de confirmation."))
        mails.applied(act, application)
        act.note(application, link_sent=True)


def lock_application(act: Action, application_id: int, version: int | None = None) -> Application:
    """A candidacy sent, with its operation locked first. Raises `Unknown`, `Stale`, `WrongState` (closed)."""
    seen = Application.objects.visible_to(act.actor).filter(pk=application_id).first()
    if seen is None:
        raise Unknown(_("Cette page n'existe pas, ou elle n'est pas pour vous."))
    session = _lock(act, seen.session_id)
    application = Application.objects.select_for_update(of=("self",)).get(pk=seen.pk)
    application.session = session
    check_version(application, version)
    return application


def _session_of(notice_id: int) -> int:
    notice = Notice.objects.filter(pk=notice_id, state="published").first()
    if notice is None:
        raise Unknown(_("Cette annonce n'existe pas, ou n'est pas encore publiée."))
    session = Session.objects.filter(operation_id=notice.operation_id, ended_on=None).order_by("number").first()
    if session is None:
        raise WrongState(_("La session n'est pas encore fixée : venez d'abord à une rencontre."))
    return session.pk


def _lock(act: Action, session_id: int) -> Session:
    seen = Session.objects.get(pk=session_id)
    if act.actor.who in {Who.LINK, Who.TASK, Who.PUBLIC}:
        # They reach one row and not the operation: the file is locked in their stead.
        operation = Operation.objects.select_for_update(of=("self",)).get(pk=seen.operation_id)
        if operation.state != "running":
            raise WrongState(_("Cette opération est close : on n'y candidate plus."))
    else:
        lock_operation(act, seen.operation_id)
    rows = Session.objects.select_for_update(of=("self",)).select_related("operation__provider")
    session = rows.get(pk=session_id)
    if session.started_on and act.actor.who is Who.PUBLIC:
        raise WrongState(
            _("Cette formation a commencé : appelez %(provider)s, une autre session se prépare peut-être.")
            % {"provider": reached_at(session.operation.provider)}
        )
    return session


def _refuse_too_many(act: Action, session: Session, email: str) -> None:
    since = act.now - timedelta(hours=1)
    if email:
        sent = Mail.objects.filter(address=email, purpose=mails.APPLIED, queued_at__gt=since).count()
        if sent >= MOST_LINKS:
            raise WrongState(
                _("Plusieurs messages viennent de partir vers cette adresse : regardez aussi dans les indésirables.")
            )
    elif Application.objects.filter(session=session, email="", created_at__gt=since).count() >= MOST_CALLS:
        raise WrongState(
            _("Trop de demandes arrivent à la fois : donnez une adresse électronique, ou revenez plus tard.")
        )


def _the_same(session: Session, facts: PersonFacts) -> Application | None:
    """The living one of the same name and the same way to be reached."""
    for row in Application.objects.filter(session=session, state="to_confirm").order_by("pk"):
        mine = somebody(row.pk, row.first_name, row.last_name, None, row.email, row.phone)
        theirs = somebody(0, facts.first_name, facts.last_name, None, facts.email, facts.phone)
        if mine.key == theirs.key and (mine.email, mine.phone) == (theirs.email, theirs.phone):
            return row
    return None


def _candidacy(act: Action, application: Application) -> Candidacy:
    """The one that stands when it is surely the same person; else a new one, and a person settles the rest."""
    session = application.session
    me = somebody(0, application.first_name, application.last_name, None, application.email, application.phone)
    for row in Candidacy.objects.filter(session=session).select_related("person").order_by("pk"):
        who = row.person
        if is_surely(me, somebody(who.pk, who.first_name, who.last_name, who.birth_date, who.email, who.phone)):
            return row
    facts = PersonFacts(application.first_name, application.last_name, application.email, application.phone)
    with acting(TASK, "candidacy.orient") as making:
        candidacy = enlist(making, session, register(making, facts), oriented_on=checked_day(act, None))
        mails.oriented(making, candidacy)
        return candidacy
