"""What is not written in a log: the secret of a personal address, which opens what its reader may do."""

from __future__ import annotations

import logging
import re

_SECRET = re.compile(r"/(lien|agenda)/[\w-]{16,}")


class HideSecrets(logging.Filter):
    """Puts `…` in the place of the secret of a personal link or calendar, in the message and in what it is made of."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg = hidden(record.msg)
        if isinstance(record.args, dict):
            record.args = {key: hidden(value) for key, value in record.args.items()}
        elif record.args:
            record.args = tuple(hidden(value) for value in record.args)
        return True


def hidden(value: object) -> object:
    """The text without its secrets; anything else as it is."""
    return _SECRET.sub(r"/\1/…", value) if isinstance(value, str) else value
