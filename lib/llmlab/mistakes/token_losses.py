"""Mistakes in the losses of 24.5: of masked tokens, and of the next token.

Oracles: loss(ids, chosen, …) and loss(target, …). They hand `seen`, `labels`,
`counted`, `total`, `bend` and `term` on to `check.token_loss`, if given.
"""

import torch

from ..check.mistake import Mistake, ways
from ..i18n import N_


def _with(**others):
    """The oracle's value with some hooks, each computed from all inputs."""

    def variant(oracle, got=None, **inputs):
        hooks = {name: make(inputs) for name, make in others.items()}
        return oracle(**inputs | hooks)

    return variant


def _probabilities(inputs):
    """Scores that have gone through a softmax already."""
    return lambda scores: scores.softmax(-1)


def _by_sentence(*names):
    """The mean over sentences of each sentence's own mean."""

    def variant(oracle, got=None, **inputs):
        rows = len(inputs[names[0]])
        found = []
        for b in range(rows):
            one = {n: v[b : b + 1] if n in names else v for n, v in inputs.items()}
            found.append(oracle(**one))
        return {key: sum(f[key] for f in found) / rows for key in found[0]}

    return variant


COMMON_RAISES = r"Expected target size|Expected input batch_size|0D or 1D target"
CUT = (
    r"object has no attribute 'backward'|does not require grad|no grad_fn"
    r"|grad can be implicitly created|element 0 of tensors"
)


def _common(kind: str, names: tuple[str, ...]) -> list[Mistake]:
    return [
        *ways(
            f"{kind}.softmax-twice",
            N_("Your logits go through a softmax before the cross-entropy."),
            N_("`F.cross_entropy` takes logits, as they are: it has a softmax inside."),
            _with(bend=_probabilities),
        ),
        *ways(
            f"{kind}.sign",
            N_("Your loss has the wrong sign."),
            N_("It is minus the logarithm of the right token's probability."),
            _with(term=lambda inputs: lambda s, label: s.log_softmax(-1)[label]),
        ),
        *ways(
            f"{kind}.no-log",
            N_(
                "Your loss has no logarithm: it is minus the probability, or the logit."
            ),
            N_("Cross-entropy: minus the logarithm of the right token's probability."),
            _with(term=lambda inputs: lambda s, label: -s.softmax(-1)[label]),
            _with(term=lambda inputs: lambda s, label: -s[label]),
        ),
        *ways(
            f"{kind}.by-sentence",
            N_("Your loss is the mean of the sentences' means."),
            N_(
                "Each counted token weighs the same, in a long sentence or a short one."
            ),
            _by_sentence(*names),
        ),
        Mistake(
            f"{kind}.shapes",
            N_("`F.cross_entropy` finds the classes on another axis than you mean."),
            N_("Flatten first: logits (N, V) and labels (N,)."),
            raises=COMMON_RAISES,
        ),
        Mistake(
            f"{kind}.no-gradient",
            N_(
                "Your loss is a number without a way back: nothing could learn from it."
            ),
            N_(
                "Return the scalar tensor. `.item()`, `float` and `detach` cut the way."
            ),
            raises=CUT,
            applies=lambda got, expected: (
                isinstance(got, dict) and got.get("∂table", 0) is None
            ),
        ),
    ]


def _hidden(inputs):
    return inputs["ids"].masked_fill(inputs["chosen"], inputs["mask_id"])


MASKED_LOSS = [
    *ways(
        "masked-loss.not-hidden",
        N_("Your model sees the tokens that it has to guess."),
        N_("Replace the chosen ones by mask_id first, and hand that to `encode`."),
        _with(seen=lambda inputs: inputs["ids"]),
    ),
    *ways(
        "masked-loss.all-counted",
        N_("Your loss counts all tokens, also those that were not hidden."),
        N_("Only the chosen ones count: copying what is in view teaches little."),
        _with(counted=lambda inputs: torch.ones_like(inputs["chosen"])),
    ),
    *ways(
        "masked-loss.inverted",
        N_("Your loss takes the tokens that were not chosen for the chosen ones."),
        N_("True in `chosen` means: hidden, and counted."),
        _with(counted=lambda inputs: ~inputs["chosen"]),
        _with(chosen=lambda inputs: ~inputs["chosen"]),
        _with(seen=lambda i: i["ids"].masked_fill(~i["chosen"], i["mask_id"])),
    ),
    *ways(
        "masked-loss.labels-hidden",
        N_("Your labels are mask_id: the model learns to write the mask."),
        N_("The labels are the ids as they were: keep `ids`, and mask a copy."),
        _with(labels=_hidden),
    ),
    *ways(
        "masked-loss.sum",
        N_("Your loss is the sum over the chosen tokens, not their mean."),
        N_("Divide by the number of chosen tokens."),
        _with(total=lambda inputs: 1.0),
    ),
    *ways(
        "masked-loss.divided-by-all",
        N_("Your loss is divided by the number of all tokens."),
        N_("Divide by the number of chosen tokens: the others add nothing."),
        _with(total=lambda inputs: float(inputs["ids"].numel())),
        _with(total=lambda inputs: float(len(inputs["ids"]))),
    ),
    *ways(
        "masked-loss.wrong-mask",
        N_("You hide the tokens with another number than mask_id."),
        N_("`ids.masked_fill(chosen, mask_id)`."),
        _with(mask_id=lambda inputs: 0),
        _with(mask_id=lambda inputs: 1),
        _with(mask_id=lambda inputs: 3),
    ),
    *_common("masked-loss", ("ids", "chosen")),
]


def _shifted(inputs, by=1):
    target = inputs["target"]
    return torch.cat([torch.full_like(target[:, :by], inputs["start"]), target], 1)


NEXT_TOKEN_LOSS = [
    *ways(
        "next-token.not-shifted",
        N_("Your model reads the very token that it has to write."),
        N_("Shift by one: it reads start and all tokens but the last."),
        _with(seen=lambda inputs: inputs["target"]),
        _with(seen=_shifted, labels=_shifted),
    ),
    *ways(
        "next-token.no-start",
        N_("Your first token is never asked for: the input does not begin with start."),
        N_("The model reads start, and has to write the first token."),
        _with(
            seen=lambda inputs: inputs["target"][:, :-1],
            labels=lambda inputs: inputs["target"][:, 1:],
        ),
    ),
    *ways(
        "next-token.rolled",
        N_("Your input begins with the last token instead of start."),
        N_("`roll` brings the end to the front: overwrite it with start."),
        _with(seen=lambda inputs: inputs["target"].roll(1, 1)),
    ),
    *ways(
        "next-token.wrong-way",
        N_("Your shift goes the wrong way: the model reads later tokens."),
        N_("The input is the target moved to the right, with start in front."),
        _with(seen=lambda i: torch.cat([i["target"][:, 1:], i["target"][:, :1]], 1)),
        _with(
            seen=lambda inputs: inputs["target"][:, 1:],
            labels=lambda inputs: inputs["target"][:, :-1],
        ),
        _with(
            seen=lambda i: torch.cat(
                [i["target"][:, 1:], torch.full_like(i["target"][:, :1], i["start"])], 1
            )
        ),
    ),
    *ways(
        "next-token.shifted-twice",
        N_("Your input is shifted by two: the newest token is missing."),
        N_("At position t the model has read start and the tokens before t."),
        _with(
            seen=lambda inputs: _shifted(inputs)[:, :-2],
            labels=lambda inputs: inputs["target"][:, 1:],
        ),
        _with(seen=lambda inputs: _shifted(inputs, 2)[:, :-2]),
    ),
    *ways(
        "next-token.padding-counted",
        N_("Your loss counts padding as if it had to be written."),
        N_("Labels that are `pad` do not count: `ignore_index` of F.cross_entropy."),
        _with(counted=lambda inputs: torch.ones_like(inputs["target"]).bool()),
    ),
    *ways(
        "next-token.padding-by-input",
        N_("Your loss asks whether the token read is padding, not the one to write."),
        N_("A label counts if it is not `pad`. The first pad comes one step earlier."),
        _with(counted=lambda inputs: _shifted(inputs)[:, :-1] != inputs["pad"]),
    ),
    *ways(
        "next-token.pad-fixed",
        N_("Your loss takes another number than `pad` for padding."),
        N_("Pass the parameter on: ignore_index=pad."),
        _with(counted=lambda inputs: inputs["target"] != 0),
        _with(counted=lambda inputs: inputs["target"] != inputs["start"]),
    ),
    *ways(
        "next-token.last-dropped",
        N_("The last column of your target is never asked for."),
        N_("The input is one token shorter and gets start: T stays T."),
        _with(
            seen=lambda inputs: _shifted(inputs)[:, :-2],
            labels=lambda inputs: inputs["target"][:, :-1],
        ),
    ),
    *ways(
        "next-token.sum",
        N_("Your loss is the sum over the tokens, not their mean."),
        N_("Divide by the number of tokens that are not padding."),
        _with(total=lambda inputs: 1.0),
        _with(total=lambda inputs: float(len(inputs["target"]))),
    ),
    *ways(
        "next-token.divided-by-all",
        N_("Your loss is divided by the number of all tokens, padding included."),
        N_("Divide by the number of tokens that are not padding."),
        _with(total=lambda inputs: float(inputs["target"].numel())),
    ),
    *_common("next-token", ("target",)),
]
