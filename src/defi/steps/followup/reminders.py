"""The reminders of the follow-up: to who received their link and has not said where they stand. The first question too
is looked at again as it leaves: who has said it meanwhile is left alone."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from django.utils.translation import gettext as _

from defi.kernel.clock import PARIS
from defi.kernel.mail.outbox import Recipient
from defi.kernel.mail.purposes import Rule
from defi.kernel.mail.reminders import Owed, source
from defi.kernel.mail.reviewing import still
from defi.kernel.models import Link, Mail
from defi.steps.followup.actions import unknown
from defi.steps.followup.models import Situation
from defi.steps.followup.queries import open_moment
from defi.steps.followup.rules import NOT_REACHED
from defi.steps.sourcing.models import Candidacy


@still("followup/mail/ask")
def is_still_to_be_told(mail: Mail) -> bool:
    """The person has not said where they stand since, to whomever, and the operation was not abandoned."""
    link = Link.objects.filter(pk=mail.link_id).first() if mail.link_id else None
    if link is None:
        return True
    person = Candidacy._base_manager.select_related("operation").filter(pk=link.object_id).first()
    return person is not None and person.operation.state != "abandoned" and unknown(person)


@source("follow_up")
def unanswered(rule: Rule, files: Collection[int] | None) -> Iterable[Owed]:
    """Each person whose link is still to be used, at the moment it was sent for."""
    sent = Link.objects.filter(
        verb="situation.record", object_type=Candidacy._meta.label_lower, revoked_at=None, used_at=None
    ).exclude(address="")
    rows = list((sent if files is None else sent.filter(file_id__in=files)).order_by("pk"))
    people = Candidacy._base_manager.filter(pk__in={link.object_id for link in rows})
    found = {person.pk: person for person in people.select_related("operation").exclude(operation__state="abandoned")}
    known = Situation._base_manager.filter(candidacy__in=found).exclude(status=NOT_REACHED)
    told = set(known.values_list("candidacy_id", "moment"))
    for link in rows:
        person = found.get(link.object_id)
        moment = open_moment(person) if person else None
        if person is None or moment is None or (person.pk, moment.key) in told:
            continue
        yield Owed(
            about=f"situation:{person.pk}",
            to=Recipient(link.address, link.person_id, link.organisation_id),
            what=_("dire où vous en êtes, en une minute"),
            url="",
            file_id=person.operation_id,
            since=link.created_at.astimezone(PARIS).date(),
            link=link,
            answers_to=person.operation.provider_id,
        )
