"""Translate the labels of an SVG drawing; nothing else in it changes."""

import re
from collections.abc import Callable
from xml.sax.saxutils import escape, unescape

TOKEN = re.compile(
    r"<!--.*?-->|<!\[CDATA\[.*?\]\]>|<\?.*?\?>|<![^>]*>|<[^>]+>|[^<]+", re.DOTALL
)
NAME = re.compile(r"<(/?)\s*([\w:]+)")
SHOWN = {"text", "tspan", "title", "desc", "textPath"}
ENTITIES = {"&quot;": '"', "&apos;": "'", "&#39;": "'"}


def translate_svg(drawing: str, tell: Callable[[str], str]) -> str:
    """The drawing with each label, title and description replaced."""
    inside: list[str] = []
    parts = []
    for token in TOKEN.findall(drawing):
        tag = NAME.match(token)
        if not token.startswith("<"):
            token = _label(token, tell) if SHOWN & set(inside) else token
        elif tag and tag[1]:
            if inside:
                inside.pop()
        elif tag and not token.endswith("/>"):
            inside.append(tag[2])
        parts.append(token)
    return "".join(parts)


def _label(token: str, tell: Callable[[str], str]) -> str:
    text = unescape(token, ENTITIES)
    core = " ".join(text.split())
    # single letters are names of dimensions and tensors
    if not re.search(r"[A-Za-z]{2,}|[\u4e00-\u9fff]\s*[A-Za-z]", core):
        return token
    said = tell(core)
    if said == core:
        return token
    before = token[: len(token) - len(token.lstrip())]
    after = token[len(token.rstrip()) :]
    return before + escape(said) + after
