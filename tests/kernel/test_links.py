"""Personal links: one person, one verb, one object, until a date; the secret is known to its bearer only."""

import hashlib
from datetime import datetime, timedelta

import pytest

import factories
from defi.kernel import clock, links
from defi.kernel.access import Who
from defi.kernel.journal import acting
from defi.kernel.models import Link
from defi.kernel.refusals import NotAllowed, Unknown
from defi.kernel.transitions import verb
from defi.operations.models import Operation

MORNING = datetime(2025, 11, 3, 9, tzinfo=clock.PARIS)


def secret_of(address: str) -> str:
    return address.rstrip("/").rpartition("/")[2]


@pytest.fixture
def operation(tried, settings) -> Operation:
    settings.PUBLIC_URL = "https://defi.example"
    with clock.at(MORNING):
        yield factories.an_operation()


def issue(operation: Operation, **more: object) -> str:
    return links.issue(operation, "try.plain", **{"address": "lea@exemple.fr", "person_id": 7, **more})


def test_a_link_is_an_address_to_click(operation):
    address = issue(operation)
    assert address.startswith("https://defi.example/lien/")
    assert len(secret_of(address)) >= 32


def test_only_the_hash_of_the_secret_is_kept(operation):
    secret = secret_of(issue(operation))
    row = Link.objects.values().get()
    assert row["secret_hash"] == hashlib.sha256(secret.encode()).hexdigest()
    assert secret not in str(row)


def test_the_secret_finds_its_link_and_makes_its_actor(operation):
    found = links.find(secret_of(issue(operation, organisation_id=12)))
    actor = links.bearer(found)
    assert (actor.who, actor.person_id, actor.organisation_id) == (Who.LINK, 7, 12)
    assert (actor.link.verb, actor.link.object_type, actor.link.object_id) == (
        "try.plain",
        "operations.operation",
        operation.pk,
    )
    assert found.file_id == operation.pk


def test_the_bearer_may_do_the_verb_of_the_link_and_no_other(operation):
    verb("try.other", "Faire autre chose", set(Who))
    bearer = links.bearer(links.find(secret_of(issue(operation))))
    with acting(bearer, "try.plain"):
        pass
    with pytest.raises(NotAllowed), acting(bearer, "try.other"):
        pytest.fail("The block must not run.")


def test_the_bearer_acts_on_the_object_of_the_link_and_on_no_other_of_its_kind(operation):
    another = factories.an_operation(operation.provider)
    actor = links.bearer(links.find(secret_of(issue(operation, organisation_id=operation.provider_id))))
    with acting(actor, "try.plain") as act:
        assert act.lock(Operation, operation.pk) == operation
    with pytest.raises(Unknown), acting(actor, "try.plain") as act:
        act.lock(Operation, another.pk)


@pytest.mark.parametrize(
    "cut", [lambda secret: secret[:-1], lambda secret: secret[:8], lambda _: "", lambda _: "x" * 32]
)
def test_a_cut_or_foreign_link_is_told_to_copy_it_whole(operation, cut):
    secret = secret_of(issue(operation))
    with pytest.raises(Unknown, match="incomplet"):
        links.find(cut(secret))


def test_an_expired_link_says_so_and_can_be_renewed_from_there(operation):
    secret = secret_of(issue(operation, days=30))
    with clock.at(MORNING + timedelta(days=30, seconds=-1)):
        links.find(secret)
    with clock.at(MORNING + timedelta(days=30)), pytest.raises(links.LinkDied, match="plus valable") as died:
        links.find(secret)
    assert (died.value.status, died.value.link.object_id) == (410, operation.pk)


def test_a_new_link_for_the_same_hand_replaces_the_former(operation):
    former, latter = secret_of(issue(operation)), secret_of(issue(operation))
    with pytest.raises(links.LinkDied, match="remplacé"):
        links.find(former)
    assert links.find(latter).revoked_at is None


@pytest.mark.parametrize("other", [{"person_id": 8}, {"address": "paul@exemple.fr"}, {"person_id": None}])
def test_a_link_for_another_hand_replaces_nothing(operation, other):
    first = secret_of(issue(operation))
    issue(operation, **other)
    assert links.find(first).revoked_at is None


def test_a_link_for_another_verb_or_another_object_replaces_nothing(operation):
    first = secret_of(issue(operation))
    links.issue(operation, "try.explain", address="lea@exemple.fr", person_id=7)
    issue(factories.an_operation())
    assert links.find(first).revoked_at is None


def test_a_link_that_served_stays_readable_when_a_new_one_is_made(operation):
    secret = secret_of(issue(operation))
    Link.objects.update(used_at=clock.now())
    issue(operation)
    assert links.find(secret).used_at is not None
