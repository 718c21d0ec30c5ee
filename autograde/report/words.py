"""Say mistakes in words: of one message, and of a whole class.

A check's message has a first line with the points, then paragraphs: what came, then
the words of the mistake that fits, then advice after arrows.
"""

import re
import unicodedata
from functools import lru_cache

from llmlab.i18n import N_, _

WIDTH = 88  # of a message: its lines are broken there

# what a check recognises in any exercise
KINDS = {
    "not-written": N_("Not written yet."),
    "error": N_("The code stops with an error."),
    "values": N_("The values are wrong; no known mistake fits."),
    "shape": N_("The shape is wrong; no known mistake fits."),
    "dtype": N_("The dtype is wrong."),
    "type": N_("It returns something of another kind."),
    "precision": N_("The values are nearly right, but not precise enough."),
    "invariant": N_("A property that must hold does not."),
    "forbidden": N_("It calls the function that it is to write."),
    "changed-input": N_("It changes its input in place."),
    "not-plain": N_("It returns something that is no tensor and no number."),
    "no-gradient": N_("Gradients do not flow through it."),
    "overwritten": N_("It overwrites values that the gradients need."),
    "random": N_("Two calls on the same inputs give different answers."),
    "parameters": N_("The parameters of the function were changed."),
}


def paragraphs(message: str) -> list[str]:
    """The paragraphs below a message's first line, each on one line.

    >>> paragraphs("✗ 1.1 add\\n  One line.\\n  → Advice\\n    goes on.")
    ['One line.', '→ Advice goes on.']
    """
    found: list[str] = []
    before = ""
    for line in message.splitlines()[1:]:
        text = line.strip()
        if not text:
            before = ""
            continue
        if before and not text.startswith("→") and _goes_on(before, line):
            wide = _is_wide(found[-1][-1]) and _is_wide(text[0])
            found[-1] += text if wide else f" {text}"
        else:
            found.append(text)
        before = line
    return found


def _goes_on(before: str, line: str) -> bool:
    """Whether a line was broken: its next word had no room, or it is set in."""
    deeper = len(line) - len(line.lstrip()) > len(before) - len(before.lstrip())
    word = line.split()[0]
    first = word[0] if _is_wide(word[0]) else f" {word}"
    return deeper or columns(before + first) > WIDTH


def columns(text: str) -> int:
    """Width of a text in columns: Chinese characters take two."""
    return sum(2 if _is_wide(letter) else 1 for letter in text)


def _is_wide(letter: str) -> bool:
    return unicodedata.east_asian_width(letter) in "WF"


def failed_property(message: str) -> str:
    """What did not come out right: the first paragraph of a failed check."""
    found = [text for text in paragraphs(message) if not text.startswith("→")]
    return found[0] if found else message.strip()


def one_line(message: str, mistake: str = "") -> str:
    """The line of a message that says most: the named mistake, else the advice.

    >>> one_line("✗ 1 f\\n  Values differ.\\n  It equals the sum.\\n  → x", "f.sum")
    'It equals the sum.'
    """
    parts = paragraphs(message)
    plain = [text for text in parts if not text.startswith("→")]
    if "." in mistake and len(plain) > 1:
        return plain[-1]
    if mistake in KINDS:
        return _(KINDS[mistake])
    advice = [text.removeprefix("→").strip() for text in parts if text not in plain]
    return (advice or plain or [message.strip()])[0]


def mistake_words(mistake: str, message: str = "") -> tuple[str, str]:
    """A mistake in words, and the advice, in the language of messages now.

    Numbers of one student's case are left out of them. For what is not in the
    catalogue they are taken from a message.
    """
    known = catalogue().get(mistake)
    if known is not None:
        return _general(_(known.words)), _general(_(known.advice))
    if mistake in KINDS:
        return _(KINDS[mistake]), ""
    return one_line(message, mistake), ""


def _general(text: str) -> str:
    # "{D}" stands for the letter D of the dimension key, "{variance}" for a number
    text = re.sub(r"\b(\w) = \{\1\}", r"\1 = …", text)

    def letter(found: re.Match) -> str:
        name = found[1]
        return name if len(name) == 1 else "…"

    return re.sub(r"\{(\w+)[^}]*\}", letter, text)


@lru_cache
def catalogue() -> dict:
    """All known mistakes by their ids."""
    # the variants of mistakes need torch: only who asks for words waits for it
    from llmlab import mistakes

    found: dict = {}
    for name in mistakes.__all__:
        for mistake in getattr(mistakes, name):
            found.setdefault(mistake.id, mistake)
    return found
