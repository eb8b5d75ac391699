"""What is looked at again when the mails of the recruiting leave."""

import pytest

import factories as make
from defi.kernel import clock, links
from defi.kernel.access import TASK, scope
from defi.kernel.mail.reviewing import look_again
from defi.kernel.models import Link, Mail
from defi.operations.actions import add_partner
from defi.steps.sourcing import notices

pytestmark = pytest.mark.django_db


def test_who_gave_the_seat_back_since_is_not_asked_whether_they_come():
    candidacy = make.a_candidate(make.a_session(make.an_operation()), email="nadia@exemple.invalid")
    links.issue(candidacy, "candidacy.say_again", address="nadia@exemple.invalid", person_id=candidacy.person_id)
    mail = Mail.objects.create(
        purpose="sourcing/mail/asked_again_person",
        address="nadia@exemple.invalid",
        link_id=Link.objects.latest("id").pk,
    )
    assert look_again([mail], clock.now()) == [mail]
    with scope(TASK):
        type(candidacy).objects.filter(pk=candidacy.pk).update(state="withdrawn")
    assert look_again([mail], clock.now()) == []
    assert mail.dropped_why == "done"


def test_a_firm_that_answered_is_not_asked_whether_it_may_be_named():
    operation = make.an_operation()
    lead, firm = make.a_coordinator(operation), make.an_employer("Les Tilleuls", email="tilleuls@exemple.invalid")
    add_partner(make.an_officer(), operation.pk, firm)
    facts = notices.NoticeFacts("Aider à domicile", "Six mois pour apprendre.", "Sam", "02 37 00 00 00")
    notices.write_notice(lead, operation.pk, facts)
    line = notices.name_firm(lead, operation.pk, firm.pk, posts=2, wording="CDI, 28 h")
    notices.ask_firms(lead, operation.pk)

    def told(purpose):
        return look_again(list(Mail.objects.filter(purpose=f"sourcing/mail/{purpose}").order_by("pk")), clock.now())

    notices.rewrite_notice(lead, operation.pk)
    assert told("notice_asked") == []
    notices.ask_firms(lead, operation.pk)
    assert len(told("notice_asked")) == 1  # two were written, the last one is said
    notices.approve_notice(lead, line.pk)
    assert told("notice_asked") == []
