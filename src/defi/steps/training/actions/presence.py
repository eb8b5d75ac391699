"""The monthly presence for the trainees' pay, and the certificate of completion: figures of the locked sheets, kept."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from defi.kernel.access import Actor
from defi.kernel.documents.keeping import keep
from defi.kernel.journal import acting
from defi.kernel.refusals import Invalid, WrongState
from defi.steps.sourcing.locks import lock_candidacy, refuse_nir
from defi.steps.training.actions.locks import lock_session
from defi.steps.training.company_hours import periods_of
from defi.steps.training.documents import COMPLETION, PRESENCE_STATEMENT
from defi.steps.training.half_days import Line, ledger
from defi.steps.training.models import Attendance, Completion, Placement, PresenceStatement
from defi.steps.training.monthly import bounds
from defi.steps.training.queries.presence import month_page, months_of
from defi.steps.training.report_printing import completion_data, presence_data


def establish_presence(actor: Actor, session_id: int, month: date) -> PresenceStatement:
    """Keep and print what the locked sheets of a month say. What is not locked does not count, and the paper says it.

    Raises `Invalid` for a month outside the session, `WrongState` when no sheet of it is locked or nothing changed."""
    with acting(actor, "presence.establish") as act:
        operation, session = lock_session(act, session_id)
        if month not in months_of(session):
            raise Invalid.field("mois", _("Choisissez un mois de la session, jusqu'à ce mois-ci."))
        page = month_page(actor, session, month)
        if not any(row.account.planned for row in page.rows):
            raise WrongState(_("Aucune feuille de ce mois n'est verrouillée : il n'y a encore rien à établir."))
        if page.statements and not page.statements[0].changed:
            raise WrongState(_("L'état de ce mois est déjà établi, et aucune feuille n'a changé depuis."))
        statement = act.create(
            PresenceStatement,
            operation=operation,
            session=session,
            month=bounds(month)[0],
            made_on=act.today,
            made_by_id=actor.person_id,
            figures=page.figures,
        )
        data = presence_data(operation, session, page, actor.person_id)
        document = keep(PRESENCE_STATEMENT, data, statement, act.now)
        act.note(statement, document=document.number)
        return statement


def certify_completion(actor: Actor, candidacy_id: int, *, signed_name: str, signed_as: str) -> Completion:
    """The certificate of completion of one trainee who left or came to the end, from the locked sheets and the periods.

    Raises `WrongState` while the person is in training, while a half-day of theirs is not locked, or when no hour
    at all is done."""
    with acting(actor, "completion.certify") as act:
        candidacy = lock_candidacy(act, candidacy_id)
        refuse_nir(signed_name=signed_name, signed_as=signed_as)
        faults = {
            name: sentence
            for name, value, sentence in (
                ("signed_name", signed_name, _("Indiquez qui signe pour l'organisme.")),
                ("signed_as", signed_as, _("Indiquez en quelle qualité cette personne signe.")),
            )
            if not value.strip()
        }
        if faults:
            raise Invalid(" ".join(faults.values()), faults)
        if candidacy.left_on is None or candidacy.entered_on is None:
            raise WrongState(_("Cette personne est encore en formation : le certificat se donne à sa sortie."))
        lines = Attendance.objects.visible_to(actor).filter(candidacy=candidacy)
        waiting = lines.filter(sheet__state="open", sheet__on__lte=candidacy.left_on).count()
        if waiting:
            raise WrongState(
                ngettext(
                    "%(n)d demi-journée de cette personne n'est pas verrouillée : verrouillez-la d'abord.",
                    "%(n)d demi-journées de cette personne ne sont pas verrouillées : verrouillez-les d'abord.",
                    waiting,
                )
                % {"n": waiting}
            )
        periods = Placement.objects.visible_to(actor).filter(candidacy=candidacy)
        if periods.filter(state="begun").exists():
            raise WrongState(_("Une période en entreprise est encore en cours : notez sa fin et ses heures d'abord."))
        done = ledger(
            (Line(*row) for row in lines.filter(sheet__state="locked").values_list("state", "sheet__minutes")),
            periods_of(periods),
        )
        if not done.done:
            raise WrongState(
                _(
                    "Aucune heure n'est faite au relevé de cette personne : le certificat attesterait une formation "
                    "qu'elle n'a pas suivie. Si elle était là, corrigez d'abord la feuille ou la période."
                )
            )
        completion = act.create(
            Completion,
            operation=candidacy.operation,
            candidacy=candidacy,
            issued_on=act.today,
            from_on=candidacy.entered_on,
            to_on=candidacy.left_on,
            minutes_centre=done.centre.done,
            minutes_company=done.company.done,
            signed_name=signed_name.strip(),
            signed_as=signed_as.strip(),
        )
        document = keep(COMPLETION, completion_data(completion), completion, act.now)
        act.note(completion, document=document.number)
        return completion
