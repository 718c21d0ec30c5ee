"""What one check of `llmlab doctor` found."""

from dataclasses import dataclass

GOOD, WARN, BAD = "good", "warn", "bad"


@dataclass(frozen=True)
class Finding:
    """A state, one line about it, and what to do if it is not good."""

    state: str
    text: str
    advice: str = ""
