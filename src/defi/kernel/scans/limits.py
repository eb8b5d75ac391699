"""How much a scan may weigh, hold and take. Shared by who sends, who reads and the child process; free of Django."""

from __future__ import annotations

LARGEST = 20 * 1024 * 1024
"""Bytes of one file: thirty pages of a copier in colour."""

MOST_PAGES = 60
MOST_POINTS = 60_000_000
"""Points of one picture; a phone takes 12 to 50 million, a bomb announces thousands of millions."""

MOST_OBJECTS = 200_000
"""Objects of one PDF; a scan holds some hundreds."""

READ_SIDE = 3600
"""The longer side of a photo, in points, when its code is looked for."""

PREVIEW_SIDE = 1500
PREVIEW_QUALITY = 72

SECONDS = 45
"""Of processor, for one file."""

WALL = 120
"""Seconds that the sender waits at most: a busy machine gives a process a part of its time only."""

RETRIES = 20.0
"""Seconds of processor for the pages of a file whose code is not seen at once; a person is asked for the others."""

MEMORY = 2 * 1024**3
OUTPUT = 3 * LARGEST + 60 * 1024 * 1024
