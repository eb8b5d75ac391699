"""The embedded server and the given one, without killing anybody."""

from __future__ import annotations

import os
import shutil
import stat
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

from defi.kernel.database import (
    DatabaseUnavailable,
    clone,
    close_database,
    data_folder,
    drop,
    open_database,
    opening,
    place,
    temporary_clone,
    with_name,
)
from watching import all_gone, first_line_number


@pytest.fixture(autouse=True)
def own_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DATABASE_URL", "DEFI_DATABASE", "DEFI_DATA", "DEFI_SECRET_KEY", "XDG_DATA_HOME"):
        monkeypatch.setenv(name, "")  # so that it is put back after the test
        monkeypatch.delenv(name)


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A data folder with a cluster, in a path that breaks careless programs."""
    folder = tmp_path_factory.mktemp("l'été de Zoé") / "mes données"
    yield folder
    close_database(folder)
    forget(folder)


def forget(folder: Path) -> None:
    with suppress(OSError):
        shutil.rmtree(Path(os.readlink(folder / "postgres")).parent)


def value(url: str, query: str) -> str:
    with psycopg.connect(url) as connection:
        row = connection.execute(sql.SQL(query)).fetchone()  # type: ignore[arg-type]
    assert row is not None
    return str(row[0])


def test_it_serves_from_a_folder_with_a_space_and_an_apostrophe(data: Path) -> None:
    url = open_database(data)
    assert os.environ["DATABASE_URL"] == url
    assert value(url, "SELECT current_database()") == "defi"
    assert int(value(url, "SHOW server_version_num")) >= 150_000


def test_it_is_utf8_and_sorts_by_code_whatever_the_machine_says(data: Path) -> None:
    url = open_database(data)
    assert value(url, "SHOW server_encoding") == "UTF8"
    assert value(url, "SELECT datcollate || datctype FROM pg_database WHERE datname = 'defi'") == "CC"


def test_it_listens_on_no_network_and_its_socket_is_private(data: Path) -> None:
    url = open_database(data)
    assert value(url, "SHOW listen_addresses") == ""
    folder = Path(value(url, "SHOW unix_socket_directories"))
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


@pytest.mark.skipif(os.geteuid() != 0, reason="Only root has to step down.")
def test_root_runs_it_as_somebody_else(data: Path) -> None:
    open_database(data)
    assert (data / "postgres").stat().st_uid != 0
    assert Path(f"/proc/{first_line_number(data / 'postgres' / 'postmaster.pid')}").stat().st_uid != 0


def test_opening_twice_is_opening_once(data: Path) -> None:
    assert open_database(data) == open_database(data)


def test_another_base_of_the_server_is_opened_by_its_name(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with psycopg.connect(open_database(data), autocommit=True) as connection:
        connection.execute("CREATE DATABASE chateaudun")
    monkeypatch.setenv("DEFI_DATABASE", "chateaudun")
    assert value(open_database(data), "SELECT current_database()") == "chateaudun"
    monkeypatch.setenv("DEFI_DATABASE", "nowhere")
    with pytest.raises(DatabaseUnavailable, match="pas de base « nowhere »"):
        open_database(data)


def test_whoever_leaves_last_waits_until_it_has_stopped(data: Path) -> None:
    open_database(data)
    server, keeper = first_line_number(data / "postgres" / "postmaster.pid"), first_line_number(data / "keeper.lock")
    close_database(data)
    assert all_gone({server, keeper})
    assert not (data / "sockets").is_symlink()


def test_it_finds_its_data_again(data: Path) -> None:
    with psycopg.connect(open_database(data)) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 'été' AS word")
    close_database(data)
    assert value(open_database(data), "SELECT word FROM kept") == "été"
    with psycopg.connect(open_database(data)) as connection:
        connection.execute("DROP TABLE kept")


def test_a_stale_pid_file_that_names_a_living_process_does_not_stop_it(data: Path) -> None:
    open_database(data)
    close_database(data)
    (data / "postgres" / "postmaster.pid").write_text(f"{os.getpid()}\n{data}/postgres\n1795213314\n5432\n/tmp\n\n\n")
    assert value(open_database(data), "SELECT 1") == "1"


def test_it_closes_again_a_cluster_that_was_opened_to_others(data: Path) -> None:
    open_database(data)
    close_database(data)
    (data / "postgres").chmod(0o755)
    assert value(open_database(data), "SELECT 1") == "1"
    assert stat.S_IMODE((data / "postgres").stat().st_mode) == 0o700


def test_a_creation_cut_short_is_started_again(tmp_path: Path) -> None:
    half = tmp_path / "data" / "postgres.new"
    half.mkdir(parents=True)
    (half / "PG_VERSION").write_text("18\n")
    tmp_path.chmod(0o711)
    try:
        assert value(open_database(tmp_path / "data"), "SELECT 1") == "1"
    finally:
        close_database(tmp_path / "data")
        forget(tmp_path / "data")


def test_the_secret_is_made_once_and_for_us_alone(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place.prepare(data)
    first = os.environ.pop("DEFI_SECRET_KEY")
    place.prepare(data)
    assert os.environ["DEFI_SECRET_KEY"] == first == (data / "secret").read_text()
    assert len(first) > 50
    assert stat.S_IMODE((data / "secret").stat().st_mode) == 0o600
    monkeypatch.setenv("DEFI_SECRET_KEY", "given")
    place.prepare(data)
    assert os.environ["DEFI_SECRET_KEY"] == "given"


def test_the_data_folder_is_the_one_asked_for_then_the_one_of_the_environment_then_the_user_s(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    assert data_folder() == tmp_path / ".local" / "share" / "defi"
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "share"))
    assert data_folder() == tmp_path / "share" / "defi"
    monkeypatch.setenv("DEFI_DATA", str(tmp_path / "mine"))
    assert data_folder() == tmp_path / "mine"
    assert data_folder(tmp_path / "asked") == tmp_path / "asked"


def test_it_says_that_a_data_folder_cannot_be_used(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(DatabaseUnavailable, match=r"n'est pas utilisable par l'utilisateur .* --data"):
        open_database(tmp_path / "file" / "data")


def test_it_never_takes_lost_data_for_a_first_start(tmp_path: Path) -> None:
    (tmp_path / "postgres").symlink_to(tmp_path / "gone" / "postgres")
    with pytest.raises(DatabaseUnavailable, match="ne sont plus à leur place"):
        open_database(tmp_path)


def test_it_says_when_the_data_are_of_a_version_that_is_not_installed(tmp_path: Path) -> None:
    (tmp_path / "postgres").mkdir()
    (tmp_path / "postgres" / "PG_VERSION").write_text("99\n")
    with pytest.raises(DatabaseUnavailable, match="sont de PostgreSQL 99"):
        open_database(tmp_path)


def test_a_given_server_that_does_not_answer_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://nobody@127.0.0.1:1/nothing")
    with pytest.raises(DatabaseUnavailable, match="La base de données ne répond pas"):
        open_database(tmp_path)


def test_a_given_server_is_used_as_it_is(database_server: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    given = with_name(database_server, "postgres")
    monkeypatch.setenv("DATABASE_URL", given)
    assert open_database(tmp_path) == given
    assert not (tmp_path / "postgres").exists()
    assert (tmp_path / "secret").exists()


def test_a_given_server_too_old_is_refused(
    database_server: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", with_name(database_server, "postgres"))
    monkeypatch.setattr(opening, "OLDEST", 99)
    with pytest.raises(DatabaseUnavailable, match="il faut PostgreSQL 99 ou plus récent"):
        open_database(tmp_path)


def test_a_given_database_that_cannot_hold_every_name_is_refused(
    database_server: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = f"latin_{os.getpid()}"
    with psycopg.connect(with_name(database_server, "postgres"), autocommit=True) as connection:
        statement = sql.SQL("CREATE DATABASE {} ENCODING LATIN1 LC_COLLATE 'C' LC_CTYPE 'C' TEMPLATE template0")
        connection.execute(statement.format(sql.Identifier(name)))
    monkeypatch.setenv("DATABASE_URL", with_name(database_server, name))
    try:
        with pytest.raises(DatabaseUnavailable, match="est en LATIN1"):
            open_database(tmp_path)
    finally:
        drop(database_server, name)


def test_a_clone_has_all_of_its_template_and_dropping_it_leaves_nothing(database_server: str) -> None:
    template, copy = f"first_{os.getpid()}", f"second_{os.getpid()}"
    try:
        with psycopg.connect(clone(database_server, template, "template0"), autocommit=True) as connection:
            connection.execute("CREATE TABLE words AS SELECT 'promesse' AS word")
        url = clone(database_server, copy, template)
        assert value(url, "SELECT word FROM words") == "promesse"
        with pytest.raises(psycopg.errors.DuplicateDatabase):
            clone(database_server, copy, template)
        with psycopg.connect(url):
            drop(database_server, copy)
        drop(database_server, copy)
        with pytest.raises(psycopg.OperationalError):
            psycopg.connect(url)
    finally:
        drop(database_server, copy)
        drop(database_server, template)


def test_a_temporary_clone_goes_with_its_block(database_server: str) -> None:
    name = f"for_a_moment_{os.getpid()}"
    with temporary_clone(database_server, name, "template0") as url:
        assert value(url, "SELECT current_database()") == name
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(url)
