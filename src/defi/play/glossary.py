"""The words of play files as Markdown, from their docstrings: the last section of docs/scenario.md."""

from __future__ import annotations

import inspect

from defi.play.world import load_words


def words_as_markdown() -> str:
    """A line per word, in alphabetical order."""
    lines = []
    for name, word in sorted(load_words().items()):
        text = " ".join(inspect.cleandoc(word.__doc__ or "").split())
        lines.append(f"- **{name}** {text}")
    return "\n".join(lines) + "\n"
