"""Tell prose from code, labels and formulas: what is there to translate?"""

import re

FENCE = re.compile(r"^\s*(```|~~~)\s*(\w*)")
WORD = re.compile(r"[A-Za-z]{2,}")
LOWER_WORD = re.compile(r"(?<![\w.])[a-z]{2,}(?![\w.(=])")
LONG_WORD = re.compile(r"(?<![\w.])[a-z]{3,}(?![\w(=])")
NOT_PROSE = re.compile(
    r"`[^`]*`|\$\$.*?\$\$|\$[^$\n]*\$|<[^>]+>|https?://\S+|\]\([^)]*\)", re.DOTALL
)
DIRECTIVE = re.compile(r"^\s*(noqa|type:|fmt:|pragma|ruff:|%%)")
PLACEHOLDER = re.compile(r"\{[^{}]*\}")


def plain(text: str) -> str:
    """The text without code, formulas, tags and addresses."""
    return NOT_PROSE.sub(" ", text)


def is_prose(block: str) -> bool:
    """Whether a block of a text cell holds words to translate."""
    fence = FENCE.match(block)
    if fence and fence[2] in ("", "text"):
        return len(LOWER_WORD.findall(block)) >= 2
    if fence:
        comments = re.findall(r"#\s(.*)", block)
        return any(is_comment(comment) for comment in comments)
    return bool(WORD.search(plain(block)))


def is_comment(text: str) -> bool:
    """Whether a comment says something, and is no shape or directive.

    >>> is_comment("(B, H, T, S)"), is_comment("rows sum to one")
    (False, True)
    """
    return not DIRECTIVE.match(text) and bool(LONG_WORD.search(plain(text)))


# identifiers that look like words
NOT_SHOWN = {"holds", "holds if", "imprecise", "corrected", "open", "cuda", "cpu"}


def is_label(text: str) -> bool:
    """Whether a string where readers see it, a title or a label, holds a word.

    >>> is_label("weight"), is_label("AI"), is_label("holds if")
    (True, False, False)
    """
    bare = PLACEHOLDER.sub(" ", text)
    return text not in NOT_SHOWN and bool(re.search(r"(?<![\w.])[a-z]{3,}\b", bare))


def is_sentence(text: str) -> bool:
    """Whether a string literal is shown to a reader: at least two plain words.

    >>> is_sentence("b h t d -> b t (h d)"), is_sentence("the scores' variance")
    (False, True)
    """
    if "->" in text or " " not in text.strip() or text in NOT_SHOWN:
        return False
    return len(LOWER_WORD.findall(PLACEHOLDER.sub(" ", text))) >= 2


def placeholders(text: str) -> list[str]:
    """The {places} of a text that values go into, sorted."""
    bare = text.replace("{{", "").replace("}}", "")
    return sorted(PLACEHOLDER.findall(bare))
