"""Reads a job of the ROME in the words people use, for a person to confirm. Offline, and the same every time.

read("je cherche des soudeurs TIG inox, lecture de plan")
"""

from defi.reference.reading.asked import Asked, competences_for
from defi.reference.reading.door import Reading, read

__all__ = ["Asked", "Reading", "competences_for", "read"]
