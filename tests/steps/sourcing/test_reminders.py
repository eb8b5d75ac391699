"""What is looked at again when the mails of the recruiting leave."""

import pytest

import factories as make
from defi.kernel import clock, links
from defi.kernel.access import TASK, scope
from defi.kernel.mail.reviewing import look_again
from defi.kernel.models import Link, Mail

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
