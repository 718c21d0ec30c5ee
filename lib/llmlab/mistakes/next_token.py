"""Mistakes in the next-token loss. Oracle: loss(target, table, start, pad).

It has the hooks of `token_losses`.
"""

import torch
import torch.nn.functional as F

from ..check.mistake import ways
from ..i18n import N_
from .token_losses import common, hooked


def _shifted(inputs, by=1):
    target = inputs["target"]
    return torch.cat([torch.full_like(target[:, :by], inputs["start"]), target], 1)


def _begun(inputs, first):
    """The shifted input with another number in front."""
    seen = _shifted(inputs)[:, :-1].clone()
    seen[:, 0] = first
    return seen


def _overwritten(inputs):
    """The target itself, with start in place of its first token."""
    seen = inputs["target"].clone()
    seen[:, 0] = inputs["start"]
    return seen


def _followed(inputs):
    """Which labels have a token behind them that is not padding."""
    pad = inputs["pad"]
    return F.pad(inputs["target"], (0, 1), value=pad)[:, 1:] != pad


NEXT_TOKEN_LOSS = [
    *ways(
        "next-token.not-shifted",
        N_("Your model reads the very token that it has to write."),
        N_("Shift by one: it reads start and all tokens but the last."),
        hooked(seen=lambda inputs: inputs["target"]),
        hooked(seen=_shifted, labels=_shifted),
        hooked(
            seen=lambda i: _shifted(i)[:, :-1], labels=lambda i: _shifted(i)[:, :-1]
        ),
        hooked(seen=_overwritten),
    ),
    *ways(
        "next-token.no-start",
        N_("Your first token is never asked for: the input does not begin with start."),
        N_("The model reads start, and has to write the first token."),
        hooked(
            seen=lambda inputs: inputs["target"][:, :-1],
            labels=lambda inputs: inputs["target"][:, 1:],
        ),
    ),
    *ways(
        "next-token.wrong-start",
        N_("Your input does not begin with `start`."),
        N_("Fill the first column with the parameter: torch.full_like(…, start)."),
        *(
            hooked(seen=lambda i, name=name: _begun(i, i.get(name, 0)))
            for name in ("pad", "zero")
        ),
    ),
    *ways(
        "next-token.rolled",
        N_("Your input begins with the last token instead of start."),
        N_("`roll` brings the end to the front: overwrite it with start."),
        hooked(seen=lambda inputs: inputs["target"].roll(1, 1)),
    ),
    *ways(
        "next-token.wrong-way",
        N_("Your shift goes the wrong way: the model reads later tokens."),
        N_("The input is the target moved to the right, with start in front."),
        hooked(seen=lambda i: torch.cat([i["target"][:, 1:], i["target"][:, :1]], 1)),
        hooked(
            seen=lambda inputs: inputs["target"][:, 1:],
            labels=lambda inputs: inputs["target"][:, :-1],
        ),
        hooked(
            seen=lambda i: torch.cat(
                [i["target"][:, 1:], torch.full_like(i["target"][:, :1], i["start"])], 1
            )
        ),
    ),
    *ways(
        "next-token.shifted-twice",
        N_("Your input is shifted by two: the newest token is missing."),
        N_("At position t the model has read start and the tokens before t."),
        hooked(
            seen=lambda inputs: _shifted(inputs)[:, :-2],
            labels=lambda inputs: inputs["target"][:, 1:],
        ),
        hooked(seen=lambda inputs: _shifted(inputs, 2)[:, :-2]),
    ),
    *ways(
        "next-token.padding-counted",
        N_("Your loss counts padding as if it had to be written."),
        N_("Labels that are `pad` do not count: `ignore_index` of F.cross_entropy."),
        hooked(counted=lambda inputs: torch.ones_like(inputs["target"]).bool()),
    ),
    *ways(
        "next-token.padding-by-input",
        N_("Your loss asks whether the token read is padding, not the one to write."),
        N_("A label counts if it is not `pad`. The first pad comes one step earlier."),
        hooked(counted=lambda inputs: _shifted(inputs)[:, :-1] != inputs["pad"]),
    ),
    *ways(
        "next-token.end-not-counted",
        N_("Your loss leaves out the last token of each sentence."),
        N_("`end` has to be learned too. A label counts if it is itself not `pad`."),
        hooked(counted=_followed),
    ),
    *ways(
        "next-token.pad-fixed",
        N_("Your loss takes another number than `pad` for padding."),
        N_("Pass the parameter on: ignore_index=pad."),
        hooked(counted=lambda inputs: inputs["target"] != 0),
        hooked(counted=lambda inputs: inputs["target"] != inputs["start"]),
    ),
    *ways(
        "next-token.last-dropped",
        N_("The last column of your target is never asked for."),
        N_("The input is one token shorter and gets start: T stays T."),
        hooked(
            seen=lambda inputs: _shifted(inputs)[:, :-2],
            labels=lambda inputs: inputs["target"][:, :-1],
        ),
    ),
    *ways(
        "next-token.sum",
        N_("Your loss is the sum over the tokens, not their mean."),
        N_("Divide by the number of tokens that are not padding."),
        hooked(total=lambda inputs: 1.0),
        hooked(total=lambda inputs: float(len(inputs["target"]))),
    ),
    *ways(
        "next-token.divided-by-all",
        N_("Your loss is divided by the number of all tokens, padding included."),
        N_("Divide by the number of tokens that are not padding."),
        hooked(total=lambda inputs: float(inputs["target"].numel())),
    ),
    *common("next-token", ("target",)),
]
