"""Mistakes in a decoder. Oracle: {"output", …}(ids, options, weights, change)."""

import math

from ..check.mistake import Mistake, ways
from ..i18n import N_
from . import layer_common
from .decoder_signs import OTHER_NAMES, always_tied, last_only, not_tied
from .scores import SIZES


def _at(place, change):
    """The oracle's output with something changed at one place."""

    def variant(oracle, ids, options, weights):
        hook = lambda where, v: change(v) if where == place else v  # noqa: E731
        given = {"ids": ids, "options": options, "weights": weights}
        return {"output": oracle(**given, change=hook)["output"]}

    return variant


def _weights(change):
    """The oracle's output with other weights."""

    def variant(oracle, ids, options, weights):
        new = change(dict(weights), options)
        if new is None:
            return None
        return {"output": oracle(ids=ids, options=options, weights=new)["output"]}

    return variant


def _other_norm(w, options):
    """Layer norm in place of RMSNorm, or the reverse; None if there is no norm."""
    if "norm.weight" not in w:
        return None
    if "norm.bias" in w:
        del w["norm.bias"]
    else:
        w["norm.bias"] = 0 * w["norm.weight"]
    return w


def _rms_with_bias(oracle, ids, options, weights):
    """RMSNorm where layer norm belongs, with whatever the bias adds."""
    if "norm.bias" not in weights:
        return None
    bias = weights["norm.bias"].double()
    new = {n: v for n, v in weights.items() if n != "norm.bias"}
    head = new["head.weight"].double()
    y = oracle(ids=ids, options=options, weights=new)["output"]
    return {"output": y + bias @ head.mT}


def _scaled(oracle, ids, options, weights):
    """√C on the embedding alone: the head, tied to it, stays as it is."""
    root = math.sqrt(weights["tokens.weight"].shape[1])
    rows = weights["tokens.weight"].double()[ids] * (root - 1)
    hook = lambda where, v: v + rows if where == "stream" else v  # noqa: E731
    given = {"ids": ids, "options": options, "weights": weights}
    return {"output": oracle(**given, change=hook)["output"]}


DECODER = [
    Mistake(
        "decoder.not-tied",
        N_("Your embedding and your head are two tensors, where they have to be one."),
        N_("If config.tied: `self.head.weight = self.tokens.weight`. No copy."),
        applies=not_tied,
    ),
    Mistake(
        "decoder.always-tied",
        N_("Your embedding and your head are one tensor, where they have to be two."),
        N_("Tie them only if config.tied."),
        applies=always_tied,
    ),
    *ways(
        "decoder.no-positions",
        N_("Your model does not add the learned positions."),
        N_("x + self.positions.weight[:T], with T the number of tokens."),
        _at("table", lambda table: 0 * table),
    ),
    *ways(
        "decoder.positions-shifted",
        N_("Your positions begin at 1, or at the end of the table."),
        N_("The first token gets row 0."),
        _at("table", lambda table: table.roll(-1, 0)),
        _at("table", lambda table: table.flip(0)),
    ),
    *ways(
        "decoder.one-position",
        N_("Every token of yours gets the same position."),
        N_("Token t gets row t: the first T rows, one for each."),
        _at("table", lambda table: table[:1].expand_as(table)),
    ),
    *ways(
        "decoder.no-norm",
        N_("Your model has no norm behind the last block."),
        N_("Pre-norm blocks leave the stream as large as it is: head(norm(x))."),
        _at("normed", lambda yes: False),
    ),
    *ways(
        "decoder.other-norm",
        N_("Your last norm is of the other kind than config.norm says."),
        N_('"layer": nn.LayerNorm(C, eps), "rms": RMSNorm(C, eps).'),
        _weights(_other_norm),
        _rms_with_bias,
    ),
    *ways(
        "decoder.eps",
        N_("Your last norm does not use `config.eps`."),
        N_("Hand it on: nn.LayerNorm(C, eps), RMSNorm(C, eps)."),
        _at("eps", lambda eps: 1e-5),
        _at("eps", lambda eps: 1e-6),
        _at("eps", lambda eps: 2**-23),
    ),
    *ways(
        "decoder.one-block",
        N_("Your model runs one of its blocks only, or one of them L times."),
        N_("x = block(x) for each block in turn."),
        _at("blocks", lambda order: [0]),
        _at("blocks", lambda order: [2]),
        _at("blocks", lambda order: [0, 0, 0]),
        _at("blocks", lambda order: [0, 1]),
    ),
    *ways(
        "decoder.blocks-reversed",
        N_("Your blocks run from the last to the first."),
        N_("The embedding goes into block 0."),
        _at("blocks", lambda order: [2, 1, 0]),
    ),
    *ways(
        "decoder.no-blocks",
        N_("Your blocks have no effect: their result is not used."),
        N_("`x = block(x)`: keep what the block returns."),
        _at("blocks", lambda order: []),
    ),
    *ways(
        "decoder.scaled",
        N_("Your embedding is multiplied by √C."),
        N_("The Transformer of 2017 and Gemma do that. These families do not."),
        _scaled,
    ),
    *ways(
        "decoder.softmax",
        N_("Your model returns probabilities, or their logarithms. We want logits."),
        N_("head(…) is the last step: the loss does the softmax."),
        _at("logits", lambda y: y.softmax(-1)),
        _at("logits", lambda y: y.log_softmax(-1)),
    ),
    Mistake(
        "decoder.last-only",
        N_("Your model returns the logits of the last position only."),
        N_("In training every position predicts its next token: (B, T, V)."),
        applies=last_only,
    ),
    Mistake(
        "decoder.names",
        N_("A part has another name or another size than the weights that are loaded."),
        N_("The parts are: tokens, positions, blocks, norm, head."),
        raises=OTHER_NAMES,
    ),
    Mistake(
        "decoder.extra-parameters",
        N_("Your model has more parameters than it needs."),
        N_("The head has no bias, and with RoPE there is no table of positions."),
        applies=layer_common.more,
        raises=r"Missing key\(s\) in state_dict: \"(head\.bias|positions\.weight)\"",
    ),
    Mistake(
        "decoder.norm-unasked",
        N_("Your model has another norm behind the blocks than its config says."),
        N_("Only pre-norm models have one. nn.LayerNorm has a bias, RMSNorm has none."),
        raises=r"(Missing|Unexpected) key\(s\) in state_dict: \"norm\.",
    ),
    Mistake(
        "decoder.no-table",
        N_("Your model lacks the table of learned positions."),
        N_('With config.positions == "learned": nn.Embedding(length, C).'),
        raises=r"Unexpected key\(s\) in state_dict: \"positions"
        r"|no attribute 'positions'",
    ),
    Mistake(
        "decoder.table-by-family",
        N_("Your table of positions depends on something else than config.positions."),
        N_('"learned" asks for the table, "rope" for none, whatever the norm is.'),
        raises=r"(Missing|Unexpected) key\(s\) in state_dict: \"positions\.weight",
    ),
    Mistake(
        "decoder.plain-list",
        N_("PyTorch does not find the weights of your blocks."),
        N_("A plain list hides them. `nn.ModuleList(blocks)` registers each one."),
        raises=r"Unexpected key\(s\) in state_dict: \"blocks",
    ),
    Mistake(
        "decoder.names",
        N_("A part has another name or another size than the weights that are loaded."),
        N_("The parts are: tokens, positions, blocks, norm, head."),
        raises=r"key\(s\) in state_dict|size mismatch for|has no attribute 'tokens'",
    ),
    Mistake(
        "decoder.no-gradient",
        N_("No gradient reaches the embedding, so it would never learn."),
        N_("Look for `detach`, `no_grad`, `.data`."),
        applies=layer_common.cut,
        raises=r"does not require grad|no grad_fn|element 0 of tensors",
    ),
    Mistake(
        "decoder.no-init",
        N_("Your parts are set before nn.Module is ready for them."),
        N_("The first line of __init__ is `super().__init__()`."),
        raises=r"cannot assign (module|parameters?) before",
    ),
    layer_common.no_return("decoder"),
    Mistake(
        "decoder.position-of-id",
        N_("A row is asked for that its table does not have."),
        N_("Token t of each text gets row t of positions, whatever its id is."),
        raises=r"index out of range in self",
    ),
    Mistake(
        "decoder.product",
        N_("A matrix product does not fit. Every token has C numbers on the stream."),
        N_(
            "Positions are added, not appended. `self.head(x)` turns its weight itself."
        ),
        raises=r"mat1 and mat2 shapes cannot",
    ),
    Mistake(
        "decoder.shapes",
        N_("Two shapes do not fit together."),
        N_("ids are (B, T). T is the last axis: the first T rows of positions."),
        raises=SIZES,
    ),
]
