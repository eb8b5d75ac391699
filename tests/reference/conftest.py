"""These tests load references into tables of their own: what came with the migration makes room for them."""

import pytest

from defi.reference import models


@pytest.fixture(autouse=True)
def bare_reference(request):
    """No basin, no job, no certification: as before the first migration."""
    if request.node.get_closest_marker("django_db") is None:
        return
    request.getfixturevalue("transactional_db" if _commits(request) else "db")
    models.Certification.objects.all().delete()
    for model in (models.JobCompetence, models.JobTitle, models.Competence, models.Job, models.Commune, models.Basin):
        model.objects.all().delete()


def _commits(request):
    marker = request.node.get_closest_marker("django_db")
    return bool(marker.kwargs.get("transaction"))
