"""Whatever happens and in whatever order, each mail is read once by its reader: none twice, none lost."""

import contextlib
import re
from collections import Counter
from datetime import UTC, datetime, timedelta

from django.db import transaction
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from defi.kernel import clock
from defi.kernel.access import TASK
from defi.kernel.journal import acting
from defi.kernel.mail import hours, leaving, purposes
from defi.kernel.mail.posting import Fate, NotTaken, ServerDown
from defi.kernel.models import Mail
from defi.kernel.outbox import Recipient, queue
from kernel.mail.conftest import NEWS, URGENT

FRIDAY = datetime(2025, 11, 7, 15, tzinfo=UTC)
READERS = [Recipient(f"personne{n}@exemple.fr", person_id=n) for n in (1, 2)]


class Crash(Exception):  # noqa: N818
    """The process is killed here."""


class World:
    """A post office that does what it is told with the next message, and what its readers received."""

    def __init__(self) -> None:
        self.mood = "well"
        self.read: dict[str, tuple[str, str]] = {}
        self.now = FRIDAY
        self.written = 0

    def ready(self, _post: object = None) -> None:
        if self.mood == "down":
            raise ServerDown("down")

    def hand_over(self, message, _sender, address) -> None:
        if self.mood == "falls":
            raise ServerDown("fell")
        if self.mood == "busy":
            raise NotTaken(Fate.LATER, "450 busy")
        if self.mood == "killed before":
            raise Crash
        told = (address, message.get_body().get_content())
        # A reader's program shows one message for one identity: a second one had better say the same.
        assert self.read.setdefault(message["Message-ID"], told) == told
        if self.mood == "mute":
            raise NotTaken(Fate.UNSURE, "timed out")
        if self.mood == "killed after":
            raise Crash

    def write(self, template: str, reader: int) -> None:
        self.written += 1
        with clock.at(self.now), acting(TASK, "try.plain") as act:
            words = {"subject": f"[{self.written}]", "text": f"[{self.written}]"}
            queue(act, READERS[reader], template, words)

    def go(self) -> None:
        """A round of the post; killed, what it had committed stays."""
        with clock.at(self.now), contextlib.suppress(Crash):
            leaving.go_round()


MOODS = ["well", "down", "falls", "busy", "mute", "killed before", "killed after"]
STEPS = st.one_of(
    st.tuples(st.just("write"), st.sampled_from([NEWS, URGENT]), st.integers(0, 1)),
    st.tuples(st.just("wait"), st.sampled_from([1, 40, 13 * 60, 3 * 24 * 60])),
    st.tuples(st.just("mood"), st.sampled_from(MOODS)),
    st.tuples(st.just("go")),
)


@settings(max_examples=4, suppress_health_check=[HealthCheck.function_scoped_fixture])
@example(
    [
        ("write", NEWS, 0),
        ("write", NEWS, 0),
        ("wait", 3 * 24 * 60),
        ("mood", "killed after"),
        ("go",),
        ("write", NEWS, 0),
    ]
)
@example([("write", URGENT, 0), ("mood", "mute"), ("go",), ("wait", 3 * 24 * 60), ("write", NEWS, 0), ("go",)])
@given(steps=st.lists(STEPS, min_size=4, max_size=12))
def test_each_mail_is_read_once_whatever_happens(write, folder, monkeypatch, steps):
    world = World()
    monkeypatch.setattr("defi.kernel.mail.posting.Post.ready", lambda _post: world.ready())
    monkeypatch.setattr("defi.kernel.mail.posting.Post.hand_over", lambda _post, *told: world.hand_over(*told))
    point = transaction.savepoint()
    for step in [*steps, ("mood", "well")]:
        if step[0] == "write":
            world.write(step[1], step[2])
        elif step[0] == "wait":
            world.now += timedelta(minutes=step[1])
        elif step[0] == "mood":
            world.mood = step[1]
        else:
            world.go()
    for _day in range(4):
        world.now = hours.next_open(world.now + timedelta(days=1), purposes.table().hours) + timedelta(minutes=40)
        world.go()
    waiting = Mail.objects.filter(sent_at=None).count()
    transaction.savepoint_rollback(point)
    numbers = Counter(n for _address, text in world.read.values() for n in set(re.findall(r"\[\d+\]", text)))
    assert waiting == 0
    assert numbers == Counter({f"[{n}]": 1 for n in range(1, world.written + 1)})
