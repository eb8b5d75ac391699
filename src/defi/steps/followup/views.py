"""Pages of the follow-up: people and moments, a situation, an attempt, the report."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from defi.kernel import clock
from defi.kernel.access import LEAD
from defi.kernel.documents.french import long_date
from defi.kernel.outbox import with_hour
from defi.kernel.pages import ActorRequest, load
from defi.kernel.refusals import Unknown
from defi.operations.models import Operation
from defi.schemes.rulebook import Moment, rulebook
from defi.steps.followup import actions, confirming, queries, reporting
from defi.steps.followup.calling import to_call
from defi.steps.followup.disputes import disputes_of
from defi.steps.followup.former import former_papers
from defi.steps.followup.forms import AttemptForm, CorrectSituationForm, ReportAgainForm, ReportForm, SituationForm
from defi.steps.followup.models import Attempt, Situation
from defi.steps.followup.printing import rate_lines
from defi.steps.followup.rules import NOT_REACHED, due_on, moment_of, opens_on
from defi.steps.review.form_pages import FormPage, answer, press, see, typed
from defi.steps.sourcing.doors import must_be_inside
from defi.steps.sourcing.models import Candidacy


@require_safe
def followup(request: ActorRequest, operation_id: int) -> HttpResponse:
    """Who stands where, at each moment counted from their own exit."""
    operation = load(Operation, request.actor, operation_id)
    must_be_inside(request.actor)
    table = queries.followup_table(request.actor, operation)
    columns = [(column, rate_lines(column.rates)) for column in table.moments]
    former = former_papers(column.report for column in table.moments if column.report) if table.tells else {}
    context = {
        "sent": [(column, former.get(column.report.pk, []) if column.report else []) for column in table.moments],
        "operation": operation,
        "table": table,
        "columns": columns,
        "rate_rows": _rows(columns),
        "can_lead": (can_lead := request.actor.who in LEAD and table.leads and operation.state != "abandoned"),
        "to_call": to_call(request.actor, table) if can_lead else [],
        "can_ask_employers": can_lead and bool(confirming.to_confirm(operation)),
    }
    return render(request, "followup/followup.html", context)


def _rows(columns: list[tuple[queries.MomentColumn, list[tuple[str, str]]]]) -> list[tuple[str, list[str]]]:
    """The rates by line: a label, then its words at each moment."""
    if not columns:
        return []
    labels = [label for label, _words in columns[0][1]]
    return [(label, [lines[n][1] for _column, lines in columns]) for n, label in enumerate(labels)]


@require_http_methods(["GET", "POST"])
def situation(request: ActorRequest, candidacy_id: int, moment: str) -> HttpResponse:
    """One person at one moment: noted, or corrected with a reason."""
    candidacy = load(Candidacy, request.actor, candidacy_id)
    when = _moment(candidacy.operation, moment)
    known = Situation.objects.visible_to(request.actor).filter(candidacy=candidacy, moment=when.key).first()
    own = not (request.actor.in_provider or request.actor.in_region)
    sent_on = actions.report_sent_on(candidacy, when.key)
    answered = known is not None and (known.status != NOT_REACHED or bool(sent_on and not own))
    page = FormPage(
        verb="situation.correct" if answered else "situation.record",
        title=_("%(name)s, %(moment)s") % {"name": candidacy.person.short_name, "moment": when.label},
        lead=_lead(candidacy, when),
        action_label=_("Enregistrer"),
        back_url=_back(request, candidacy),
        back_label=_("Mon espace") if own else _("Suivi"),
        done=_("Merci, votre situation est enregistrée.") if own else _("La situation est notée."),
        template="followup/situation.html",
    )
    context = {
        "candidacy": candidacy,
        "moment": when,
        "too_early": _too_early(candidacy, when),
        "own": own,
        "sent_on": sent_on if answered and not own else None,
        "attempts": Attempt.objects.visible_to(request.actor).filter(candidacy=candidacy, moment=when.key),
        "can_lead": request.actor.who in LEAD,
        "can_ask": request.actor.who in LEAD
        and bool(candidacy.person.email)
        and queries.open_moment(candidacy) == when,
        "attempt_form": AttemptForm(initial={"tried_on": clock.today()}),
    }
    if known is not None and answered:
        return _correct(request, page, known, context)
    form = SituationForm(typed(request), own=own)
    return answer(
        request,
        page,
        form,
        lambda: actions.record_situation(request.actor, candidacy.pk, moment=when.key, said=form.said()),
        **context,
    )


def _correct(request: ActorRequest, page: FormPage, known: Situation, context: dict[str, object]) -> HttpResponse:
    lasting = {True: "yes", False: "no", None: ""}[known.lasting]
    initial = {
        "status": known.status,
        "contract": known.contract,
        "lasting": lasting,
        "weekly_hours": known.weekly_hours,
        "how": known.how,
        "on": known.recorded_on,
        "version": known.version,
    }
    form = CorrectSituationForm(typed(request), initial=initial)
    return answer(
        request,
        page,
        form,
        lambda: actions.correct_situation(
            request.actor,
            known.pk,
            said=form.said(),
            reason=form.cleaned_data["reason"],
            version=form.cleaned_data["version"],
        ),
        known=known,
        known_words=queries.situation_words(known),
        disputes=disputes_of(request.actor, known),
        **context,
    )


@require_POST
def attempt(request: ActorRequest, candidacy_id: int, moment: str) -> HttpResponse:
    """A call without an answer, on that day."""
    candidacy = load(Candidacy, request.actor, candidacy_id)
    form = AttemptForm(request.POST)
    here = reverse("followup:situation", args=[candidacy.pk, moment])
    if not form.is_valid():
        messages.warning(request, _("Indiquez la date de la tentative."))
        return see(here)
    day = form.cleaned_data["tried_on"]
    return press(
        request,
        lambda: actions.record_attempt(request.actor, candidacy.pk, moment=moment, tried_on=day),
        _("La tentative est notée."),
        here,
    )


@require_POST
def ask(request: ActorRequest, candidacy_id: int, moment: str) -> HttpResponse:
    """Send the person a link, so that they say it themself."""
    candidacy = load(Candidacy, request.actor, candidacy_id)
    return press(
        request,
        lambda: actions.ask_situation(request.actor, candidacy.pk),
        with_hour(_("Le lien est envoyé à la personne.")),
        reverse("followup:situation", args=[candidacy.pk, moment]),
    )


@require_POST
def ask_everybody(request: ActorRequest, operation_id: int) -> HttpResponse:
    """Send their link to all whose moment has come."""
    operation = load(Operation, request.actor, operation_id)
    return press(
        request,
        lambda: actions.ask_everybody(request.actor, operation.pk),
        _said_asked,
        reverse("followup:followup", args=[operation.pk]),
    )


def _said_asked(asked: actions.AskedPeople) -> str:
    told = ngettext("Le lien est envoyé à %(n)d personne.", "Le lien est envoyé à %(n)d personnes.", asked.sent)
    said = with_hour(told % {"n": asked.sent})
    if asked.without_address:
        said += " " + _("Sans adresse, %(names)s : à appeler ; la question est aussi dans leur espace.") % {
            "names": ", ".join(asked.without_address)
        }
    return said


@require_POST
def ask_employers(request: ActorRequest, operation_id: int) -> HttpResponse:
    """Send each employer the link to confirm who works there."""
    operation = load(Operation, request.actor, operation_id)
    return press(
        request,
        lambda: confirming.ask_employers(request.actor, operation.pk),
        lambda n: with_hour(
            ngettext("Le lien est envoyé à %(n)d employeur.", "Le lien est envoyé à %(n)d employeurs.", n) % {"n": n}
        ),
        reverse("followup:followup", args=[operation.pk]),
    )


@require_http_methods(["GET", "POST"])
def report(request: ActorRequest, operation_id: int, moment: str) -> HttpResponse:
    """The follow-up of a moment goes to the Region; once more, with a reason, when a situation changed since."""
    operation = load(Operation, request.actor, operation_id)
    when = _moment(operation, moment)
    table = queries.followup_table(request.actor, operation)
    column = next(column for column in table.moments if column.key == when.key)
    again = column.report is not None
    form = ReportAgainForm(typed(request)) if again else ReportForm(typed(request))
    send = reporting.send_report_again if again else reporting.send_report
    page = FormPage(
        verb="followup.report_again" if again else "followup.report",
        title=_("Transmettre une nouvelle version du suivi %(moment)s") % {"moment": when.label}
        if again
        else _("Transmettre le suivi %(moment)s") % {"moment": when.label},
        lead=_("Les chiffres partent avec leurs dénominateurs ; les personnes n'y sont que par leurs initiales."),
        action_label=_("Transmettre à la Région"),
        back_url=reverse("followup:followup", args=[operation.pk]),
        back_label=_("Suivi"),
        done=_("La nouvelle version est transmise à la Région.") if again else _("Le suivi est transmis à la Région."),
        template="followup/report.html",
    )
    return answer(
        request,
        page,
        form,
        lambda: send(request.actor, operation.pk, moment=when.key, **form.cleaned_data),
        column=column,
        lines=rate_lines(column.rates),
    )


def _moment(operation: Operation, key: str) -> Moment:
    found = moment_of(rulebook(operation.scheme, operation.rulebook_version), key)
    if found is None:
        raise Unknown(_("Cette page n'existe pas, ou elle n'est pas pour vous."))
    return found


def _lead(candidacy: Candidacy, when: Moment) -> str:
    if candidacy.left_on is None:
        return ""
    return _("Sortie le %(left)s ; situation au %(due)s.") % {
        "left": long_date(candidacy.left_on),
        "due": long_date(due_on(candidacy.left_on, when)),
    }


def _too_early(candidacy: Candidacy, when: Moment) -> str:
    """Why there is nothing to note yet, or nothing."""
    if candidacy.left_on is None:
        return _("Encore en formation : le suivi commence à la sortie.")
    first = opens_on(candidacy.left_on, when)
    if first <= clock.today():
        return ""
    return _("Cette situation se note à partir du %(on)s.") % {"on": long_date(first)}


def _back(request: ActorRequest, candidacy: Candidacy) -> str:
    if request.actor.in_provider or request.actor.in_region:
        return reverse("followup:followup", args=[candidacy.operation_id])
    return reverse("training:my_space")
