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
MEMORY = 2 * 1024**3
OUTPUT = 3 * LARGEST + 60 * 1024 * 1024
