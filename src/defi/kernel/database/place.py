"""The data folder: where it is, what stands in it, which locks guard it, which account owns the cluster.

A data folder holds `secret` (the key that signs sessions), `postgres` (the cluster, or a link to it), `sockets` (a
link to the private folder of the server's socket), `postgres.log`, the locks `users`, `start` and `keeper`, and `fonts`
(copies for the documents, made again when they are missing)."""

from __future__ import annotations

import fcntl
import getpass
import os
import pwd
import re
import secrets
import shutil
import stat
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

# Where a server that may not run as root keeps what it could not reach in the closed folders of root.
SHELTER = Path("/var/lib/defi")
SERVICE_ACCOUNT = "defi"
_SOCKET_PATH_LIMIT = 107 - len("/.s.PGSQL.5432")


class DatabaseUnavailable(Exception):  # noqa: N818  (said to the user, like a refusal)
    """No usable database; the message is a French sentence for whoever started the command."""


@dataclass(frozen=True)
class Account:
    """The system account that runs PostgreSQL when we are root."""

    uid: int
    gid: int


def data_folder(data: Path | None = None) -> Path:
    """The folder given, else DEFI_DATA, else `defi` in the user's data directory; absolute, not yet created."""
    if data is not None:
        return data.expanduser().resolve()
    if given := os.environ.get("DEFI_DATA"):
        return Path(given).expanduser().resolve()
    home = os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share"
    return (Path(home) / "defi").resolve()


def prepare(data: Path) -> None:
    """Create the data folder (private) and its secret, and name both to the settings.

    Raises DatabaseUnavailable when the folder cannot be created or written."""
    try:
        data.mkdir(mode=0o700, parents=True, exist_ok=True)
        secret = _secret(data)
    except OSError as problem:
        raise DatabaseUnavailable(
            f"Le dossier de données {data} n'est pas utilisable par {_whoami()} ({problem.strerror}) : "
            "lancez la commande avec l'utilisateur qui l'a créé, rendez-lui le dossier (chown -R), "
            "ou indiquez-en un autre avec --data."
        ) from problem
    os.environ["DEFI_DATA"] = str(data)
    os.environ.setdefault("DEFI_SECRET_KEY", secret)


def lock(data: Path, name: str, how: int) -> int | None:
    """Take the flock `name` of the data folder; its descriptor, or None when LOCK_NB is asked and it is held.

    The lock lasts until every copy of the descriptor is closed, so a killed process never keeps one."""
    try:
        descriptor = os.open(data / f"{name}.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as problem:
        raise DatabaseUnavailable(
            f"Le dossier de données {data} appartient à un autre utilisateur que {_whoami()} : lancez la commande "
            "avec l'utilisateur qui l'a créé, ou indiquez un autre dossier avec --data."
        ) from problem
    try:
        fcntl.flock(descriptor, how)
    except BlockingIOError:
        os.close(descriptor)
        return None
    except BaseException:
        os.close(descriptor)
        raise
    return descriptor


@contextmanager
def locked(data: Path, name: str) -> Iterator[None]:
    """Hold the exclusive flock `name` for the time of a block."""
    descriptor = lock(data, name, fcntl.LOCK_EX)
    try:
        yield
    finally:
        if descriptor is not None:
            os.close(descriptor)


def account_for(data: Path) -> Account | None:
    """Who runs PostgreSQL: None for ourselves; when we are root (PostgreSQL refuses root) the owner of the cluster,
    else the owner of the data folder, else the account `defi`, created when it is missing, else `nobody`."""
    if os.geteuid() != 0:
        return None
    for folder in (data / "postgres", data):
        if folder.exists() and (found := folder.stat()).st_uid != 0:
            return Account(found.st_uid, found.st_gid)
    entry = _passwd(SERVICE_ACCOUNT) or _created_account() or _passwd("nobody")
    if entry is None:
        raise DatabaseUnavailable(
            "PostgreSQL refuse de tourner en root et ce système n'a ni compte « defi » ni compte « nobody » : "
            "créez un compte « defi », ou lancez la commande avec un utilisateur ordinaire."
        )
    return Account(entry.pw_uid, entry.pw_gid)


def cluster_folder(data: Path, account: Account | None) -> Path:
    """Where the cluster is, or is to be created: `postgres` in the data folder, or where that link leads.

    When the account cannot walk down to the data folder, a new cluster is sheltered under /var/lib; whoever creates
    it makes the link last. Raises DatabaseUnavailable when a link leads to nothing: data were there once."""
    cluster = data / "postgres"
    if cluster.is_symlink() and not cluster.exists():
        raise DatabaseUnavailable(
            f"Les données de PostgreSQL ne sont plus à leur place ({os.readlink(cluster)}) : remettez-les, restaurez "
            f"une sauvegarde, ou supprimez le lien {cluster} pour repartir d'une base vide."
        )
    if cluster.exists() or account is None:
        return cluster.resolve()
    if not reachable(data.parent, account):
        return _sheltered_folder(data, account)
    _let_through(data, account)
    return cluster


def shelter() -> Path:
    """The folder of root's sheltered clusters and binaries, open to be walked through."""
    try:
        SHELTER.mkdir(mode=0o755, parents=True, exist_ok=True)
        SHELTER.chmod(0o755)
    except OSError as problem:
        raise DatabaseUnavailable(
            f"Le dossier {SHELTER} ne peut pas être créé ({problem.strerror}), et PostgreSQL, qui refuse de tourner "
            "en root, ne peut pas entrer dans le dossier de données : indiquez-en un autre avec --data."
        ) from problem
    return SHELTER


def reachable(path: Path, account: Account) -> bool:
    """Whether the account may walk from / down to `path` and enter it (mode bits; access lists are not read)."""
    return all(_may_enter(folder.stat(), account) for folder in (path, *path.parents))


def socket_folder(data: Path, account: Account | None) -> Path:
    """A private folder, short enough for a socket, kept from one start to the next while it is still ours."""
    link = data / "sockets"
    uid = account.uid if account else os.geteuid()
    if link.is_symlink() and is_private(known := Path(os.readlink(link)), uid):
        return known
    base = tempfile.gettempdir()
    if len(base) > _SOCKET_PATH_LIMIT - 20 or not re.fullmatch(r"[\w./-]+", base):
        base = "/tmp"  # noqa: S108 - the folder made in it is private
    if account and not reachable(Path(base), account):
        base = str(shelter())
    folder = Path(tempfile.mkdtemp(prefix="defi-", dir=base))
    if account:
        os.chown(folder, account.uid, account.gid)
    link.unlink(missing_ok=True)
    link.symlink_to(folder)
    return folder


def is_private(folder: Path, uid: int) -> bool:
    """Whether `folder` is a real folder (no link) of `uid`, closed to everybody else."""
    try:
        found = folder.lstat()
    except OSError:
        return False
    return stat.S_ISDIR(found.st_mode) and found.st_uid == uid and stat.S_IMODE(found.st_mode) == 0o700


def _sheltered_folder(data: Path, account: Account) -> Path:
    _sweep_shelter()
    folder = shelter() / f"data-{secrets.token_hex(6)}"
    folder.mkdir(mode=0o700)
    os.chown(folder, account.uid, account.gid)
    (folder / "of").write_text(f"{data}\n")
    return folder / "postgres"


def _sweep_shelter() -> None:
    """Remove the clusters of data folders that were in a temporary folder and are gone."""
    temporary = Path(tempfile.gettempdir()).resolve()
    for note in shelter().glob("data-*/of"):
        owner = Path(note.read_text().rstrip("\n"))
        if temporary in owner.parents and not owner.exists():
            shutil.rmtree(note.parent, ignore_errors=True)


def _let_through(data: Path, account: Account) -> None:
    found = data.stat()
    if not _may_enter(found, account):
        os.chown(data, -1, account.gid)
        data.chmod(stat.S_IMODE(found.st_mode) | stat.S_IXGRP)


def _secret(data: Path) -> str:
    path = data / "secret"
    if not path.exists():
        # A hard link is all or nothing: two first starts at once agree on one secret.
        draft = data / f"secret.{os.getpid()}"
        draft.touch(mode=0o600)
        draft.write_text(secrets.token_urlsafe(48))
        try:
            os.link(draft, path)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return path.read_text().strip()


def _whoami() -> str:
    try:
        return f"l'utilisateur {getpass.getuser()}"
    except (KeyError, OSError):
        return f"l'utilisateur {os.geteuid()}"


def _passwd(name: str) -> pwd.struct_passwd | None:
    try:
        return pwd.getpwnam(name)
    except KeyError:
        return None


def _created_account() -> pwd.struct_passwd | None:
    useradd = shutil.which("useradd", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin")
    if useradd is None:
        return None
    home = ["--home-dir", str(SHELTER), "--no-create-home", "--shell", "/usr/sbin/nologin"]
    subprocess.run([useradd, "--system", *home, SERVICE_ACCOUNT], check=False, capture_output=True)  # noqa: S603
    return _passwd(SERVICE_ACCOUNT)


def _may_enter(folder: os.stat_result, account: Account) -> bool:
    if folder.st_uid == account.uid:
        return bool(folder.st_mode & stat.S_IXUSR)
    if folder.st_gid == account.gid:
        return bool(folder.st_mode & stat.S_IXGRP)
    return bool(folder.st_mode & stat.S_IXOTH)
