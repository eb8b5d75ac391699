"""The door of the terminal onto the import."""

from __future__ import annotations

from io import StringIO
from pathlib import Path

import pytest

from defi.kernel.access import TASK, scope
from defi.steps.offer.catalogue.models import Training
from defi.steps.offer.lheo.command import command
from factories import a_region
from steps.offer.lheo.samples import a_training, written

pytestmark = pytest.mark.django_db


def told(path: Path, source: str = "") -> tuple[int, str, str]:
    out, err = StringIO(), StringIO()
    return command(str(path), source, out=out, err=err), out.getvalue(), err.getvalue()


def test_a_file_is_loaded_and_its_first_faults_are_told(tmp_path):
    a_region()
    path = tmp_path / "offre.xml"
    broken = [a_training(f"F{n}") for n in range(25)]
    for training in broken:
        training.first("certifiante").text = "9"
    path.write_bytes(written([a_training("F99"), *broken]))
    code, out, err = told(path, "GIP Alfa")
    assert (code, err) == (0, "")
    assert "source « GIP Alfa »" in out
    assert "Formations lues : 26, ajoutées : 1," in out
    assert f"ligne {broken[0].first('certifiante').line}, <certifiante>" in out
    assert "la suite est sur la page" in out
    with scope(TASK):
        assert Training.objects.get().source == "GIP Alfa"


def test_a_file_that_is_refused_says_why_and_that_nothing_was_written(tmp_path):
    a_region()
    path = tmp_path / "offre.xml"
    path.write_bytes(written([a_training("F1")])[:-20])
    code, out, err = told(path)
    assert (code, out) == (1, "")
    assert "coupé" in err
    assert "Rien n'a été écrit." in err


def test_a_file_that_does_not_exist_is_said_so(tmp_path):
    code, _out, err = told(tmp_path / "absent.xml")
    assert code == 1
    assert "ne se laisse pas lire" in err


def test_without_a_region_there_is_nowhere_to_put_a_catalogue(tmp_path):
    path = tmp_path / "offre.xml"
    path.write_bytes(written([a_training("F1")]))
    code, _out, err = told(path)
    assert code == 1
    assert "Aucune Région" in err
