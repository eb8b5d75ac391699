"""The command `defi`, as typed."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from django.db import connection

from defi import __version__, cli
from defi.kernel.database import with_name
from watching import bare_environment


def defi(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "defi", *arguments],
        env=bare_environment(**environment),
        capture_output=True,
        text=True,
        timeout=60,
        cwd="/",
    )


def test_it_says_its_version(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        cli.execute(["--version"])
    assert capsys.readouterr().out.strip() == __version__


@pytest.mark.parametrize("command", ["run", "worker", "migrate", "manage", "reference", "play", "check", "seal"])
def test_each_command_explains_itself_in_french(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        cli.execute([command, "--help"])
    assert "afficher cette aide" in capsys.readouterr().out


def test_an_unknown_command_is_refused_without_a_traceback(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        cli.execute(["fly"])
    assert left.value.code == 2
    assert "Traceback" not in capsys.readouterr().err


def test_no_database_is_said_in_a_sentence(tmp_path: Path) -> None:
    ended = defi("migrate", "--data", str(tmp_path), DATABASE_URL="postgresql://127.0.0.1:1/nothing")
    assert ended.returncode == 2
    assert ended.stderr.startswith("La base de données ne répond pas")
    assert "Traceback" not in ended.stderr


def test_django_s_commands_are_at_hand(transactional_db: None, database_server: str, tmp_path: Path) -> None:
    url = with_name(database_server, str(connection.settings_dict["NAME"]))
    ended = defi("manage", "--data", str(tmp_path), "migrate", "--check", DATABASE_URL=url)
    assert ended.returncode == 0, ended.stderr
    ended = defi("manage", "--data", str(tmp_path), "nothing_of_the_kind", DATABASE_URL=url)
    assert ended.returncode == 1
