"""Opens and closes the database for one process.

The embedded server lives exactly as long as its users. A user holds the lock `users` shared, from the opening to
its end, clean or killed. A small keeper process (defi.kernel.keeper) holds the lock `keeper`, runs PostgreSQL as its
child, and waits for the lock `users` alone: it gets it when the last user is gone, and then stops the server. Openers
take turns under the lock `start`: whoever finds `keeper` free starts one."""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
import sys
import threading
import time
from pathlib import Path
from urllib.parse import quote

import psycopg
from psycopg import sql

from defi.kernel.database.binaries import binaries_for
from defi.kernel.database.place import (
    Account,
    DatabaseUnavailable,
    account_for,
    cluster_folder,
    data_folder,
    lock,
    locked,
    prepare,
    socket_folder,
)

OLDEST = 15
NAME = "defi"
_START_LIMIT = 120.0  # seconds; replaying the journal after a power cut takes its time
_STOP_LIMIT = 12.0
_PACE = 0.02
_STARTS = 4
_REST = 0.5  # seconds between two starts
_LOG_LIMIT = 5_000_000  # bytes

_held: dict[Path, int] = {}
_ours: set[str] = set()


def open_database(data: Path | None = None, *, durable: bool = True) -> str:
    """The address of the database, after checking that it answers; also left in DATABASE_URL for the settings.

    With DATABASE_URL that server (PostgreSQL >= 15 in UTF-8), else the embedded one of the data folder (`data`, else
    DEFI_DATA, else the user's data directory), shared with every process that opened the same folder: its own base, or
    the one that DEFI_DATABASE names. The folder and
    its secret are made in both cases. `durable=False` trades safety after a power cut for speed (tests).
    Raises DatabaseUnavailable, with a sentence for the user."""
    folder = data_folder(data)
    prepare(folder)
    given = os.environ.get("DATABASE_URL", "")
    if given and given not in _ours:
        _check(given)
        return given
    url = _open_embedded(folder, durable=durable)
    _ours.add(url)
    os.environ["DATABASE_URL"] = url
    return url


def close_database(data: Path | None = None) -> None:
    """Stop using the embedded server; when nobody else uses it, return once it has stopped. Harmless otherwise."""
    folder = data_folder(data)
    held = _held.pop(folder, None)
    if held is None:
        return
    os.close(held)
    if _has_other_users(folder):
        return
    limit = time.monotonic() + _STOP_LIMIT
    while (keeper := lock(folder, "keeper", fcntl.LOCK_SH | fcntl.LOCK_NB)) is None and time.monotonic() < limit:
        time.sleep(_PACE)
    if keeper is not None:
        os.close(keeper)


def stay_open(data: Path | None = None) -> None:
    """From now on, start the embedded server again whenever its keeper was killed (for a process that serves)."""
    folder = data_folder(data)
    if folder in _held:
        threading.Thread(target=_reopen_for_ever, args=(folder,), name="keeper's keeper", daemon=True).start()


def _reopen_for_ever(folder: Path) -> None:
    while folder in _held:
        keeper = lock(folder, "keeper", fcntl.LOCK_SH)  # waits for the end of the keeper
        if keeper is not None:
            os.close(keeper)
        if folder not in _held:
            return
        try:
            _ensure_server(folder, durable=True)
        except DatabaseUnavailable as problem:
            sys.stderr.write(f"{problem}\n")
            time.sleep(5)


def _check(url: str) -> None:
    try:
        with psycopg.connect(url, connect_timeout=10) as connection:
            version = connection.info.server_version
            encoding = connection.info.parameter_status("server_encoding")
    except psycopg.Error as problem:
        raise DatabaseUnavailable(
            f"La base de données ne répond pas : {str(problem).strip()}. Si DATABASE_URL est donné, "
            "vérifiez l'adresse (postgresql://compte:mot-de-passe@machine/base) et que le serveur est démarré."
        ) from problem
    if version < OLDEST * 10_000:
        raise DatabaseUnavailable(
            f"Le serveur de DATABASE_URL est PostgreSQL {version // 10_000} : "
            f"il faut PostgreSQL {OLDEST} ou plus récent."
        )
    if encoding != "UTF8":
        raise DatabaseUnavailable(
            f"La base de DATABASE_URL est en {encoding} : recréez-la en UTF-8 (createdb -E UTF8 -T template0)."
        )


def _open_embedded(folder: Path, *, durable: bool) -> str:
    if folder not in _held:
        # Waits here while the keeper stops a server that nobody used any more.
        held = lock(folder, "users", fcntl.LOCK_SH)
        if held is not None:
            _held[folder] = held
    try:
        return _ensure_server(folder, durable=durable)
    except BaseException:
        os.close(_held.pop(folder))
        raise


def _ensure_server(folder: Path, *, durable: bool) -> str:
    with locked(folder, "start"):
        for left in reversed(range(_STARTS)):
            _start_unless_kept(folder, durable=durable)
            sockets = Path(os.readlink(folder / "sockets"))
            try:
                _wait_for_answer(folder, _address(sockets, "postgres"))
                break
            except DatabaseUnavailable:
                # A server killed a moment ago may still hold its socket: the next start finds it free.
                if not left:
                    raise
                time.sleep(_REST)
        _create_database(_address(sockets, "postgres"))
    other = os.environ.get("DEFI_DATABASE", "")
    if other:
        _must_exist(_address(sockets, "postgres"), other)
    return _address(sockets, other or NAME)


def _must_exist(url: str, name: str) -> None:
    with psycopg.connect(url) as connection:
        if connection.execute("SELECT FROM pg_database WHERE datname = %s", [name]).fetchone() is None:
            raise DatabaseUnavailable(
                f"Le serveur de ce dossier de données n'a pas de base « {name} » (DEFI_DATABASE) : gardez-en une avec "
                "« defi play … --keep », ou ôtez cette variable."
            )


def _start_unless_kept(folder: Path, *, durable: bool) -> None:
    keeper = lock(folder, "keeper", fcntl.LOCK_EX | fcntl.LOCK_NB)
    if keeper is None:
        return
    try:
        _start_keeper(folder, keeper, durable=durable)
    finally:
        os.close(keeper)


def _address(sockets: Path, name: str) -> str:
    return f"postgresql://defi@/{name}?host={quote(str(sockets), safe='')}&port=5432"


def _start_keeper(folder: Path, keeper: int, *, durable: bool) -> None:
    account = account_for(folder)
    cluster = cluster_folder(folder, account)
    programs = binaries_for(cluster, account)
    if not (cluster / "PG_VERSION").exists():
        _create_cluster(folder, cluster, programs, account)
    cluster.chmod(0o700)  # after a chmod -R of the data folder PostgreSQL would refuse to start
    sockets = socket_folder(folder, account)
    options = {"listen_addresses": "", "unix_socket_directories": str(sockets), "unix_socket_permissions": "0700"}
    options |= {"port": "5432", "max_connections": "120", "log_checkpoints": "off"}
    if not durable:
        options |= {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
    command = [str(programs / "postgres"), "-D", str(cluster)]
    for name, value in options.items():
        command += ["-c", f"{name}={value}"]
    who = [str(account.uid), str(account.gid)] if account else ["-", "-"]
    log = folder / "postgres.log"
    if log.exists() and log.stat().st_size > _LOG_LIMIT:
        log.replace(folder / "postgres.log.1")
    with log.open("ab") as output:
        first = subprocess.run(  # noqa: S603
            [sys.executable, "-P", "-m", "defi.kernel.keeper", str(folder), str(keeper), *who, *command],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            pass_fds=[keeper],
            start_new_session=True,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
            cwd="/",
            check=False,
        )
    if first.returncode:
        raise DatabaseUnavailable(f"PostgreSQL n'a pas pu être lancé : {_end_of(log)}")


def _create_cluster(folder: Path, cluster: Path, programs: Path, account: Account | None) -> None:
    """initdb in a draft folder, then a rename: a kill half-way leaves no half-made cluster behind."""
    draft = cluster.with_name("postgres.new")
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(mode=0o700)
    if account:
        os.chown(draft, account.uid, account.gid)
    made = subprocess.run(  # noqa: S603
        [
            str(programs / "initdb"),
            *("--pgdata", str(draft), "--username", "defi", "--auth", "trust"),
            *("--encoding", "UTF8", "--locale-provider", "libc", "--locale", "C"),
        ],
        env={"PATH": os.defpath, "LC_ALL": "C"},
        cwd="/",
        user=account.uid if account else None,
        group=account.gid if account else None,
        extra_groups=[] if account else None,
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
    )
    if made.returncode:
        raise DatabaseUnavailable(
            f"La base de données n'a pas pu être créée dans {folder} : {made.stderr.strip() or made.stdout.strip()}"
        )
    draft.rename(cluster)
    if cluster.parent != folder:
        (folder / "postgres").symlink_to(cluster)


def _wait_for_answer(folder: Path, url: str) -> None:
    """Alive means that it answers a connection; a keeper that gave up means that it never will."""
    limit = time.monotonic() + _START_LIMIT
    while True:
        try:
            psycopg.connect(url, connect_timeout=5).close()
        except psycopg.OperationalError as problem:
            gone = lock(folder, "keeper", fcntl.LOCK_SH | fcntl.LOCK_NB)
            if gone is not None:
                os.close(gone)
            if gone is not None or time.monotonic() > limit:
                raise DatabaseUnavailable(
                    f"PostgreSQL ne démarre pas dans {folder} : {_end_of(folder / 'postgres.log') or problem}"
                ) from problem
            time.sleep(_PACE)
        else:
            return


def _create_database(url: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        found = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [NAME]).fetchone()
        if not found:
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(NAME)))


def _has_other_users(folder: Path) -> bool:
    """Whether somebody else holds `users` shared; the keeper, which holds it alone, is not a user.

    Trying first alone then shared tells them apart: alone succeeds when nobody is left, shared fails only against the
    keeper."""
    alone = lock(folder, "users", fcntl.LOCK_EX | fcntl.LOCK_NB)
    if alone is not None:
        os.close(alone)
        return False
    shared = lock(folder, "users", fcntl.LOCK_SH | fcntl.LOCK_NB)
    if shared is None:
        return False
    os.close(shared)
    return True


def _end_of(log: Path, lines: int = 4) -> str:
    try:
        return " / ".join(log.read_text(errors="replace").splitlines()[-lines:])
    except OSError:
        return ""
