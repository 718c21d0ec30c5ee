"""Pick the language of every message: LLMLAB_LANG, else the locale, else English.

Messages are written in English and looked up in gettext catalogues. The catalogues
are edited in `locale/` and compiled into this package by `autograde build`.
"""

import gettext
import os
from functools import lru_cache
from pathlib import Path

LANGUAGES = {"en": "English", "zh": "中文"}
_CATALOGUES = Path(__file__).parent / "locale"
_GETTEXT_NAMES = {"zh": "zh_CN"}


def language() -> str:
    """Language of messages now: "en" or "zh".

    Source: the variables LLMLAB_LANG, LC_ALL, LC_MESSAGES, LANG, in this order.

    >>> import os; os.environ["LLMLAB_LANG"] = "zh_CN.UTF-8"; language()
    'zh'
    >>> os.environ["LLMLAB_LANG"] = "en"; language()
    'en'
    """
    for variable in ("LLMLAB_LANG", "LC_ALL", "LC_MESSAGES", "LANG"):
        value = os.environ.get(variable, "").lower()
        if value:
            short = value.replace("-", "_").split("_")[0].split(".")[0]
            return short if short in LANGUAGES else "en"
    return "en"


@lru_cache
def _catalogue(short: str) -> gettext.NullTranslations:
    if short == "en":
        return gettext.NullTranslations()
    name = _GETTEXT_NAMES[short]
    return gettext.translation("llmlab", _CATALOGUES, languages=[name], fallback=True)


def _(text: str) -> str:
    """The text in the learner's language; the English text if none is stored."""
    return _catalogue(language()).gettext(text) if text else text


def N_(text: str) -> str:
    """Mark a text for translation that `_` looks up later."""
    return text
