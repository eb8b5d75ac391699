"""Whatever says something of a person is guarded: it cannot be read without an actor."""

from django.apps import apps
from django.db.models import EmailField, ForeignKey, Model
from pghistory.models import Event

from defi.kernel.access import Guarded
from defi.people.models import Account, Person

ROOMS = ("defi.people", "defi.operations", "defi.steps", "defi.journey", "defi.steering")
NAMES = {"first_name", "last_name", "birth_date", "phone", "email", "address"}

NOT_GUARDED = {
    "people.Organisation": "public facts: a name, a SIRET, the mailbox of the house",
    "people.RegistryAnswer": "public facts: what the register of firms says of an establishment",
    "people.Account": "read by the sign-in, before anybody is somebody",
    "kernel.Mail": "the outbox: read by the task that sends, and by id",
    "kernel.FailingAddress": "an address and no name: read through the persons and organisations that have it",
    "kernel.Link": "found by the hash of a secret only its bearer has",
    "closing.ReportedMoment": "dates of a report, of nobody in particular",
    "needs.NeedCompetence": "read through its need",
}


def of_the_house() -> list[type[Model]]:
    """Models with rows of their own: neither the copies kept as proof nor the middle of a many-to-many."""
    return [
        model
        for model in apps.get_models()
        if model.__module__.startswith("defi.") and not issubclass(model, Event) and not model._meta.auto_created
    ]


def is_personal(model: type[Model]) -> bool:
    """Whether a row names somebody, gives a way to reach them, or belongs to somebody's file."""
    for field in model._meta.concrete_fields:
        if field.name in NAMES or isinstance(field, EmailField):
            return True
        if isinstance(field, ForeignKey) and field.related_model in {Person, Account}:
            return True
        if isinstance(field, ForeignKey) and field.related_model._meta.label == "sourcing.Candidacy":
            return True
    return False


def unguarded() -> set[str]:
    return {model._meta.label for model in of_the_house() if not issubclass(model, Guarded)}


def test_every_model_with_personal_data_is_guarded():
    personal = {model._meta.label for model in of_the_house() if is_personal(model)}
    assert "sourcing.Candidacy" in personal
    assert personal & unguarded() <= set(NOT_GUARDED)


def test_in_the_rooms_of_the_process_everything_is_guarded():
    there = {m._meta.label for m in of_the_house() if m.__module__.startswith(ROOMS)}
    assert there & unguarded() <= set(NOT_GUARDED)


def test_no_exception_outlives_its_model():
    assert set(NOT_GUARDED) <= unguarded()


def test_a_guarded_model_is_reached_through_its_guard_only():
    for model in of_the_house():
        if issubclass(model, Guarded):
            assert model._default_manager.name == "objects"
            assert type(model._default_manager).__name__ == "GuardedManager", model._meta.label


def test_private_fields_exist():
    for model in of_the_house():
        if issubclass(model, Guarded):
            assert model.private <= {field.name for field in model._meta.concrete_fields}, model._meta.label


def test_nobody_s_social_security_number_has_a_place():
    names = {field.name for model in of_the_house() for field in model._meta.concrete_fields}
    assert not names & {"nir", "ssn", "social_security_number", "health", "disability", "nationality"}
