"""A short race of several screens; bench/pairing_race.py runs it for a minute with eight processes."""

import os
import subprocess
import sys
from pathlib import Path

RACE = Path(__file__).resolve().parents[3] / "bench" / "pairing_race.py"


def test_several_screens_at_once_give_no_post_twice_and_pair_nobody_twice(database_server):
    environment = {**os.environ, "DATABASE_URL": database_server, "DJANGO_SETTINGS_MODULE": "defi.settings"}
    ran = subprocess.run(
        [sys.executable, str(RACE), "5", "3"], env=environment, capture_output=True, text=True, timeout=240, check=False
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr[-3000:]
    assert ran.stdout.rstrip().endswith("right")
    assert "pairing.pair" in ran.stdout
