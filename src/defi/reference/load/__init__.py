"""Loads the official files of the reference data: ROME, communes, basins, tension, certifications.

`files` opens what is given (file, folder, zip, URL), `records` reads it as a stream, `rome`, `domains`, `geo`,
`tension` and `rncp` know each official file by its columns, `stage` holds the set-based SQL, `run` puts one load
together in one transaction.
"""

from defi.reference.load.run import LoadReport, SourceReport, command, load

__all__ = ["LoadReport", "SourceReport", "command", "load"]
