"""The door by which every room writes a mail (docs/decisions/0001); the rest of the post stands in `kernel.mail`."""

from defi.kernel.mail.leaving_words import mail_leaves, with_hour
from defi.kernel.mail.outbox import Recipient, post, queue, server_down_since, waits_until

__all__ = ["Recipient", "mail_leaves", "post", "queue", "server_down_since", "waits_until", "with_hour"]
