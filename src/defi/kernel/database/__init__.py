"""The one PostgreSQL behind the product: the server of DATABASE_URL, or the embedded one in a data folder.

open_database(data)   the address to use, also left in DATABASE_URL
close_database()      let go of the embedded server; the last user to leave waits for it to stop
clone, drop, …        fresh databases made from a template, for tests and plays
"""

from defi.kernel.database.binaries import newest_programs
from defi.kernel.database.opening import close_database, open_database, stay_open
from defi.kernel.database.place import DatabaseUnavailable, data_folder
from defi.kernel.database.templates import (
    clone,
    connected_to,
    drop,
    migrated_template,
    temporary_clone,
    with_name,
)

__all__ = [
    "DatabaseUnavailable",
    "clone",
    "close_database",
    "connected_to",
    "data_folder",
    "drop",
    "migrated_template",
    "newest_programs",
    "open_database",
    "stay_open",
    "temporary_clone",
    "with_name",
]
