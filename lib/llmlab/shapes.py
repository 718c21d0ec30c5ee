"""The one key of dimension letters, from diagram to signature to axis label."""

from llmlab.i18n import N_, _

KEY: dict[str, str] = {
    "B": N_("batch"),
    "T": N_("query positions"),
    "S": N_("key positions"),
    "C": N_("model width"),
    "H": N_("query heads"),
    "G": N_("key/value heads"),
    "D": N_("head width"),
    "F": N_("feed-forward width"),
    "V": N_("vocabulary"),
    "E": N_("experts"),
    "L": N_("layers"),
    "N": N_("tokens"),
}


def axis(letter: str) -> str:
    """Label of one axis: its letter and what it counts.

    Errors: ValueError for a letter that is not in the key.

    >>> axis("S")
    'S: key positions'
    """
    if letter not in KEY:
        known = " ".join(KEY)
        message = _("{letter} is not in the dimension key. It has: {known}.")
        raise ValueError(message.format(letter=repr(letter), known=known))
    return f"{letter}: {_(KEY[letter])}"


def describe(letters: str) -> str:
    """A shape in words: every letter with what it counts, in order.

    `letters` is written with or without spaces. Errors: ValueError as in `axis`.

    >>> describe("B T C")
    '(B, T, C) = B: batch · T: query positions · C: model width'
    """
    names = [letter for letter in letters if not letter.isspace()]
    return f"({', '.join(names)}) = {' · '.join(axis(name) for name in names)}"
