"""Whole words as tokens of a published model, for a first look without a tokenizer.

A published vocabulary has many words as single tokens, the space before them
included. Texts of such words need no tokenizer: that is section 25.1.1.
"""

import json
from pathlib import Path

import torch
from torch import nn

from llmlab.i18n import _
from llmlab.models.published import ModelError

# how vocabularies write a space: GPT-2's bytes, and SentencePiece
_SPACES = ("Ġ", "▁")


def vocabulary(folder: str | Path) -> dict[str, int]:
    """{token: id} of a model's folder, from tokenizer.json or vocab.json.

    Errors: ModelError if the folder has neither.
    """
    folder = Path(folder)
    for name in ("tokenizer.json", "vocab.json"):
        if (folder / name).is_file():
            found = json.loads((folder / name).read_text(encoding="utf-8"))
            return found["model"]["vocab"] if "model" in found else found
    message = _("{folder} has no vocabulary: no tokenizer.json and no vocab.json.")
    raise ModelError(message.format(folder=folder))


def ids(text: str, known: dict[str, int]) -> list[int]:
    """A text as ids, one for each word, all but the first with a space before it.

    SentencePiece puts a space before the first word too.
    Errors: ModelError names the words that are no single token.

    >>> ids("The cat", {"The": 5, "Ġcat": 7})
    [5, 7]
    """
    space = next((s for s in _SPACES if any(t.startswith(s) for t in known)), "")
    first, *rest = text.split()
    wanted = [space + first if space == "▁" else first, *(space + w for w in rest)]
    missing = [word for word in wanted if word not in known]
    if missing:
        message = _("These words are no single token: {words}. Choose others.")
        words = ", ".join(word.lstrip(space) for word in missing)
        raise ModelError(message.format(words=words))
    return [known[word] for word in wanted]


def text(numbers: list[int], known: dict[str, int]) -> str:
    """Ids as text, in plain letters.

    >>> text([5, 7], {"The": 5, "Ġcat": 7})
    'The cat'
    """
    spelled = {number: token for token, number in known.items()}
    joined = "".join(spelled.get(number, "?") for number in numbers)
    for space in _SPACES:
        joined = joined.replace(space, " ")
    return joined.strip()


@torch.no_grad()
def continued(model: nn.Module, folder: str | Path, prompt: str, count: int) -> str:
    """The prompt and `count` tokens more, the likeliest one each time."""
    known = vocabulary(folder)
    row = ids(prompt, known)
    for _step in range(count):
        row.append(model(torch.tensor([row]))[0, -1].argmax().item())
    return text(row, known)
