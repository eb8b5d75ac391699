"""A candidacy that ends breaks its pairing, and everybody is told; who still promises posts does not leave."""

from __future__ import annotations

from datetime import date

from django.utils.translation import ngettext

from defi.kernel.access import TASK, scope
from defi.kernel.journal import Action, acting, on
from defi.kernel.models import JournalEntry
from defi.kernel.refusals import WrongState
from defi.operations.models import Partner, Session
from defi.steps.pairing import mails
from defi.steps.pairing.actions import end_pairing, pair_again
from defi.steps.pairing.models import Pairing, Promise
from defi.steps.pairing.queries import paired_by_firm
from defi.steps.pairing.states import STANDING


@on("candidacy.leave")
@on("candidacy.withdraw")
@on("candidacy.decline")
@on("candidacy.no_show")
def person_gone(outer: Action, entries: list[JournalEntry]) -> None:
    """The post becomes free again the day the person is gone."""
    gone = [entry for entry in entries if entry.object_type == "sourcing.candidacy"]
    with scope(TASK):
        living = list(
            Pairing.objects.filter(candidacy__in=[entry.object_id for entry in gone], state="active").select_related(
                "candidacy__person", "post__promise__employer", "post__promise__operation"
            )
        )
    for pairing in living:
        with acting(TASK, "pairing.end") as act:
            left = pairing.candidacy.left_on or outer.today
            end_pairing(act, act.lock(Pairing, pairing.pk), Pairing.Ending.PERSON_LEFT, left)
            pairing.refresh_from_db(fields=["ending"])
            mails.pairing_ended(act, pairing)


@on("candidacy.expect_again")
def person_comes_later(outer: Action, entries: list[JournalEntry]) -> None:
    """Who was thought gone comes after all: paired again with the same promise while a post of it is free, and the
    employer learns it; otherwise the pairing stays ended, and the board says so."""
    back = [entry.object_id for entry in entries if entry.object_type == "sourcing.candidacy"]
    with scope(TASK):
        ended = list(
            Pairing.objects.filter(candidacy__in=back, ending=Pairing.Ending.PERSON_LEFT)
            .select_related("candidacy__person", "post__promise__employer", "post__promise__operation")
            .order_by("-pk")[:1]
        )
    for pairing in ended:
        pair_again(outer.actor, pairing)


@on("session.plan")
@on("session.reschedule")
def end_moved(outer: Action, entries: list[JournalEntry]) -> None:
    """An employer paired with somebody learns, once for all of them, that they finish another day."""
    for entry in entries:
        was, now = entry.before.get("ends_on"), entry.after.get("ends_on")
        if entry.object_type == "operations.session" and was and now and was != now:
            with acting(TASK, "promise.tell") as act:
                session = Session.objects.select_related("operation").get(pk=entry.object_id)
                for theirs in paired_by_firm(session):
                    mails.end_moved(act, session, theirs, date.fromisoformat(was))


@on("operation.partner_leaves")
def keep_its_word_or_withdraw(outer: Action, entries: list[JournalEntry]) -> None:
    """A partner that still promises posts withdraws them first, so that people are told why. Raises `WrongState`."""
    gone = [entry.object_id for entry in entries if entry.object_type == "operations.partner"]
    with scope(TASK):
        for partner in Partner.objects.filter(pk__in=gone).order_by("pk"):
            living = Promise.objects.filter(
                operation_id=partner.operation_id, employer_id=partner.organisation_id, state__in=STANDING
            ).count()
            if living:
                raise WrongState(
                    ngettext(
                        "%(name)s a encore %(n)d promesse en cours : retirez-la d'abord, avec son motif.",
                        "%(name)s a encore %(n)d promesses en cours : retirez-les d'abord, avec leur motif.",
                        living,
                    )
                    % {"name": partner.organisation, "n": living}
                )
