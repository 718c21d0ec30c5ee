"""The bank of 26.1.6, count_parameters: as learners write it, wrong and right."""
# ruff: noqa: F811, F821, F841

import torch

from autograde.mistakes import right, wrong


@wrong("26.1.6", names="count.tied-twice", says="once more")
def count_parameters(config):
    C, D, F_ = config.C, config.D, config.F
    attention = C * config.H * D * 2 + 2 * C * config.G * D
    if config.bias:
        attention += config.H * D + 2 * config.G * D + C
    if config.activation == "swiglu":
        mlp = 3 * C * F_
    else:
        mlp = 2 * C * F_ + (F_ + C if config.bias else 0)
    norm = 2 * C if config.norm == "layer" else C
    router = C * config.E
    ends = config.V * C
    ends += config.V * C
    if config.positions == "learned":
        ends += config.length * C
    if config.pre_norm:
        ends += norm
    block = attention + 2 * norm + router
    total = ends + config.L * (block + mlp * max(1, config.E))
    used = ends + config.L * (block + mlp * max(1, config.K))
    return total, used


@wrong("26.1.6", names="count.head-forgotten", says="no head")
def count_parameters(config):
    C, D, F_ = config.C, config.D, config.F
    attention = C * config.H * D * 2 + 2 * C * config.G * D
    if config.bias:
        attention += config.H * D + 2 * config.G * D + C
    if config.activation == "swiglu":
        mlp = 3 * C * F_
    else:
        mlp = 2 * C * F_ + (F_ + C if config.bias else 0)
    norm = 2 * C if config.norm == "layer" else C
    router = C * config.E
    ends = config.V * C
    if config.positions == "learned":
        ends += config.length * C
    if config.pre_norm:
        ends += norm
    block = attention + 2 * norm + router
    total = ends + config.L * (block + mlp * max(1, config.E))
    used = ends + config.L * (block + mlp * max(1, config.K))
    return total, used


@wrong("26.1.6", names="count.head-forgotten", how="the embedding is the head's")
def count_parameters(config):
    C, D, F_ = config.C, config.D, config.F
    attention = C * config.H * D * 2 + 2 * C * config.G * D
    if config.bias:
        attention += config.H * D + 2 * config.G * D + C
    if config.activation == "swiglu":
        mlp = 3 * C * F_
    else:
        mlp = 2 * C * F_ + (F_ + C if config.bias else 0)
    norm = 2 * C if config.norm == "layer" else C
    router = C * config.E
    ends = 0 if config.tied else config.V * C
    if config.positions == "learned":
        ends += config.length * C
    if config.pre_norm:
        ends += norm
    block = attention + 2 * norm + router
    total = ends + config.L * (block + mlp * max(1, config.E))
    used = ends + config.L * (block + mlp * max(1, config.K))
    return total, used


@wrong("26.1.6", names="count.no-positions", says="table of learned positions")
def count_parameters(config):
    C, D, F_ = config.C, config.D, config.F
    attention = C * config.H * D * 2 + 2 * C * config.G * D
    if config.bias:
        attention += config.H * D + 2 * config.G * D + C
    if config.activation == "swiglu":
        mlp = 3 * C * F_
    else:
        mlp = 2 * C * F_ + (F_ + C if config.bias else 0)
    norm = 2 * C if config.norm == "layer" else C
    router = C * config.E
    ends = config.V * C
    if not config.tied:
        ends += config.V * C
    if config.pre_norm:
        ends += norm
    block = attention + 2 * norm + router
    total = ends + config.L * (block + mlp * max(1, config.E))
    used = ends + config.L * (block + mlp * max(1, config.K))
    return total, used


@wrong("26.1.6", names="count.rope-has-table", says="no parameters")
def count_parameters(config):
    C, D, F_ = config.C, config.D, config.F
    attention = C * config.H * D * 2 + 2 * C * config.G * D
    if config.bias:
        attention += config.H * D + 2 * config.G * D + C
    if config.activation == "swiglu":
        mlp = 3 * C * F_
    else:
        mlp = 2 * C * F_ + (F_ + C if config.bias else 0)
    norm = 2 * C if config.norm == "layer" else C
    router = C * config.E
    ends = config.V * C
    if not config.tied:
        ends += config.V * C
    ends += config.length * C
    if config.pre_norm:
        ends += norm
    block = attention + 2 * norm + router
    total = ends + config.L * (block + mlp * max(1, config.E))
    used = ends + config.L * (block + mlp * max(1, config.K))
    return total, used


@wrong("26.1.6", names="count.all-heads", says="There are G")
def count_parameters(config):
    C, D, F_ = config.C, config.D, config.F
    attention = 4 * C * config.H * D
    if config.bias:
        attention += 3 * config.H * D + C
    if config.activation == "swiglu":
        mlp = 3 * C * F_
    else:
        mlp = 2 * C * F_ + (F_ + C if config.bias else 0)
    norm = 2 * C if config.norm == "layer" else C
    router = C * config.E
    ends = config.V * C
    if not config.tied:
        ends += config.V * C
    if config.positions == "learned":
        ends += config.length * C
    if config.pre_norm:
        ends += norm
    block = attention + 2 * norm + router
    total = ends + config.L * (block + mlp * max(1, config.E))
    used = ends + config.L * (block + mlp * max(1, config.K))
    return total, used


@wrong("26.1.6", names="count.grouped-queries", says="There are H")
def count_parameters(config):
    C, D, F_ = config.C, config.D, config.F
    attention = C * config.H * D + 3 * C * config.G * D
    if config.bias:
        attention += 3 * config.G * D + C
    if config.activation == "swiglu":
        mlp = 3 * C * F_
    else:
        mlp = 2 * C * F_ + (F_ + C if config.bias else 0)
    norm = 2 * C if config.norm == "layer" else C
    router = C * config.E
    ends = config.V * C
    if not config.tied:
        ends += config.V * C
    if config.positions == "learned":
        ends += config.length * C
    if config.pre_norm:
        ends += norm
    block = attention + 2 * norm + router
    total = ends + config.L * (block + mlp * max(1, config.E))
    used = ends + config.L * (block + mlp * max(1, config.K))
    return total, used


@wrong("26.1.6", names="count.width-of-heads", says="H·D to be C")
def count_parameters(config):
    C, D, F_ = config.C, config.D, config.F
    attention = 2 * C * C + 2 * C * config.G * C // config.H
    if config.bias:
        attention += C + 2 * config.G * C // config.H + C
    if config.activation == "swiglu":
        mlp = 3 * C * F_
    else:
        mlp = 2 * C * F_ + (F_ + C if config.bias else 0)
    norm = 2 * C if config.norm == "layer" else C
    router = C * config.E
    ends = config.V * C
    if not config.tied:
        ends += config.V * C
    if config.positions == "learned":
        ends += config.length * C
    if config.pre_norm:
        ends += norm
    block = attention + 2 * norm + router
    total = ends + config.L * (block + mlp * max(1, config.E))
    used = ends + config.L * (block + mlp * max(1, config.K))
    return total, used


@wrong("26.1.6", names="count.no-bias", says="no biases")
def count_parameters(config):
    C, D, F_ = config.C, config.D, config.F
    attention = C * config.H * D * 2 + 2 * C * config.G * D
    if config.activation == "swiglu":
        mlp = 3 * C * F_
    else:
        mlp = 2 * C * F_
    norm = 2 * C if config.norm == "layer" else C
    router = C * config.E
    ends = config.V * C
    if not config.tied:
        ends += config.V * C
    if config.positions == "learned":
        ends += config.length * C
    if config.pre_norm:
        ends += norm
    block = attention + 2 * norm + router
    total = ends + config.L * (block + mlp * max(1, config.E))
    used = ends + config.L * (block + mlp * max(1, config.K))
    return total, used


@wrong("26.1.6", names="count.no-bias", how="of the feed-forward")
def count_parameters(config):
    C, D, F_ = config.C, config.D, config.F
    attention = C * config.H * D * 2 + 2 * C * config.G * D
    if config.bias:
        attention += config.H * D + 2 * config.G * D + C
    if config.activation == "swiglu":
        mlp = 3 * C * F_
    else:
        mlp = 2 * C * F_
    norm = 2 * C if config.norm == "layer" else C
    router = C * config.E
    ends = config.V * C
    if not config.tied:
        ends += config.V * C
    if config.positions == "learned":
        ends += config.length * C
    if config.pre_norm:
        ends += norm
    block = attention + 2 * norm + router
    total = ends + config.L * (block + mlp * max(1, config.E))
    used = ends + config.L * (block + mlp * max(1, config.K))
    return total, used


@wrong("26.1.6", names="count.no-bias", how="of attention")
def count_parameters(config):
    C, D, F_ = config.C, config.D, config.F
    attention = C * config.H * D * 2 + 2 * C * config.G * D
    if config.activation == "swiglu":
        mlp = 3 * C * F_
    else:
        mlp = 2 * C * F_ + (F_ + C if config.bias else 0)
    norm = 2 * C if config.norm == "layer" else C
    router = C * config.E
    ends = config.V * C
    if not config.tied:
        ends += config.V * C
    if config.positions == "learned":
        ends += config.length * C
    if config.pre_norm:
        ends += norm
    block = attention + 2 * norm + router
    total = ends + config.L * (block + mlp * max(1, config.E))
    used = ends + config.L * (block + mlp * max(1, config.K))
    return total, used


@wrong("26.1.6", names="count.always-bias", says="config.bias is False")
def count_parameters(config):
    C, D, F_ = config.C, config.D, config.F
    attention = C * config.H * D * 2 + 2 * C * config.G * D
    attention += config.H * D + 2 * config.G * D + C
    if config.activation == "swiglu":
        mlp = 3 * C * F_
    else:
        mlp = 2 * C * F_ + F_ + C
    norm = 2 * C if config.norm == "layer" else C
    router = C * config.E
    ends = config.V * C
    if not config.tied:
        ends += config.V * C
    if config.positions == "learned":
        ends += config.length * C
    if config.pre_norm:
        ends += norm
    block = attention + 2 * norm + router
    total = ends + config.L * (block + mlp * max(1, config.E))
    used = ends + config.L * (block + mlp * max(1, config.K))
    return total, used


@wrong("26.1.6", names="count.two-matrices", says="It has three")
def count_parameters(config):
    C, D, F_ = config.C, config.D, config.F
    attention = C * config.H * D * 2 + 2 * C * config.G * D
    if config.bias:
        attention += config.H * D + 2 * config.G * D + C
    if config.activation == "swiglu":
        mlp = 2 * C * F_
    else:
        mlp = 2 * C * F_ + (F_ + C if config.bias else 0)
    norm = 2 * C if config.norm == "layer" else C
    router = C * config.E
    ends = config.V * C
    if not config.tied:
        ends += config.V * C
    if config.positions == "learned":
        ends += config.length * C
    if config.pre_norm:
        ends += norm
    block = attention + 2 * norm + router
    total = ends + config.L * (block + mlp * max(1, config.E))
    used = ends + config.L * (block + mlp * max(1, config.K))
    return total, used


@wrong("26.1.6", names="count.three-matrices", says="It has two")
def count_parameters(config):
    C, D, F_ = config.C, config.D, config.F
    attention = C * config.H * D * 2 + 2 * C * config.G * D
    if config.bias:
        attention += config.H * D + 2 * config.G * D + C
    if config.activation == "swiglu":
        mlp = 3 * C * F_
    else:
        mlp = 3 * C * F_ + (F_ + C if config.bias else 0)
    norm = 2 * C if config.norm == "layer" else C
    router = C * config.E
    ends = config.V * C
    if not config.tied:
        ends += config.V * C
    if config.positions == "learned":
        ends += config.length * C
    if config.pre_norm:
        ends += norm
    block = attention + 2 * norm + router
    total = ends + config.L * (block + mlp * max(1, config.E))
    used = ends + config.L * (block + mlp * max(1, config.K))
    return total, used


@wrong("26.1.6", names="count.no-last-norm", says="behind the last block is missing")
def count_parameters(config):
    C, D, F_ = config.C, config.D, config.F
    attention = C * config.H * D * 2 + 2 * C * config.G * D
    if config.bias:
        attention += config.H * D + 2 * config.G * D + C
    if config.activation == "swiglu":
        mlp = 3 * C * F_
    else:
        mlp = 2 * C * F_ + (F_ + C if config.bias else 0)
    norm = 2 * C if config.norm == "layer" else C
    router = C * config.E
    ends = config.V * C
    if not config.tied:
        ends += config.V * C
    if config.positions == "learned":
        ends += config.length * C
    block = attention + 2 * norm + router
    total = ends + config.L * (block + mlp * max(1, config.E))
    used = ends + config.L * (block + mlp * max(1, config.K))
    return total, used


@wrong("26.1.6", names="count.post-norm-too", says="post-norm model")
def count_parameters(config):
    C, D, F_ = config.C, config.D, config.F
    attention = C * config.H * D * 2 + 2 * C * config.G * D
    if config.bias:
        attention += config.H * D + 2 * config.G * D + C
    if config.activation == "swiglu":
        mlp = 3 * C * F_
    else:
        mlp = 2 * C * F_ + (F_ + C if config.bias else 0)
    norm = 2 * C if config.norm == "layer" else C
    router = C * config.E
    ends = config.V * C
    if not config.tied:
        ends += config.V * C
    if config.positions == "learned":
        ends += config.length * C
    ends += norm
    block = attention + 2 * norm + router
    total = ends + config.L * (block + mlp * max(1, config.E))
    used = ends + config.L * (block + mlp * max(1, config.K))
    return total, used


@wrong("26.1.6", names="count.one-norm", says="There are two")
def count_parameters(config):
    C, D, F_ = config.C, config.D, config.F
    attention = C * config.H * D * 2 + 2 * C * config.G * D
    if config.bias:
        attention += config.H * D + 2 * config.G * D + C
    if config.activation == "swiglu":
        mlp = 3 * C * F_
    else:
        mlp = 2 * C * F_ + (F_ + C if config.bias else 0)
    norm = 2 * C if config.norm == "layer" else C
    router = C * config.E
    ends = config.V * C
    if not config.tied:
        ends += config.V * C
    if config.positions == "learned":
        ends += config.length * C
    if config.pre_norm:
        ends += norm
    block = attention + norm + router
    total = ends + config.L * (block + mlp * max(1, config.E))
    used = ends + config.L * (block + mlp * max(1, config.K))
    return total, used


@wrong("26.1.6", names="count.norm-vectors", says="wrong number of vectors")
def count_parameters(config):
    C, D, F_ = config.C, config.D, config.F
    attention = C * config.H * D * 2 + 2 * C * config.G * D
    if config.bias:
        attention += config.H * D + 2 * config.G * D + C
    if config.activation == "swiglu":
        mlp = 3 * C * F_
    else:
        mlp = 2 * C * F_ + (F_ + C if config.bias else 0)
    norm = C
    router = C * config.E
    ends = config.V * C
    if not config.tied:
        ends += config.V * C
    if config.positions == "learned":
        ends += config.length * C
    if config.pre_norm:
        ends += norm
    block = attention + 2 * norm + router
    total = ends + config.L * (block + mlp * max(1, config.E))
    used = ends + config.L * (block + mlp * max(1, config.K))
    return total, used


@wrong("26.1.6", names="count.norm-vectors", how="always two")
def count_parameters(config):
    C, D, F_ = config.C, config.D, config.F
    attention = C * config.H * D * 2 + 2 * C * config.G * D
    if config.bias:
        attention += config.H * D + 2 * config.G * D + C
    if config.activation == "swiglu":
        mlp = 3 * C * F_
    else:
        mlp = 2 * C * F_ + (F_ + C if config.bias else 0)
    norm = 2 * C
    router = C * config.E
    ends = config.V * C
    if not config.tied:
        ends += config.V * C
    if config.positions == "learned":
        ends += config.length * C
    if config.pre_norm:
        ends += norm
    block = attention + 2 * norm + router
    total = ends + config.L * (block + mlp * max(1, config.E))
    used = ends + config.L * (block + mlp * max(1, config.K))
    return total, used


@wrong("26.1.6", names="count.no-router", says="router is missing")
def count_parameters(config):
    C, D, F_ = config.C, config.D, config.F
    attention = C * config.H * D * 2 + 2 * C * config.G * D
    if config.bias:
        attention += config.H * D + 2 * config.G * D + C
    if config.activation == "swiglu":
        mlp = 3 * C * F_
    else:
        mlp = 2 * C * F_ + (F_ + C if config.bias else 0)
    norm = 2 * C if config.norm == "layer" else C
    router = C * config.E
    ends = config.V * C
    if not config.tied:
        ends += config.V * C
    if config.positions == "learned":
        ends += config.length * C
    if config.pre_norm:
        ends += norm
    block = attention + 2 * norm
    total = ends + config.L * (block + mlp * max(1, config.E))
    used = ends + config.L * (block + mlp * max(1, config.K))
    return total, used


@wrong("26.1.6", names="count.one-expert", says="one expert where there are E")
def count_parameters(config):
    C, D, F_ = config.C, config.D, config.F
    attention = C * config.H * D * 2 + 2 * C * config.G * D
    if config.bias:
        attention += config.H * D + 2 * config.G * D + C
    if config.activation == "swiglu":
        mlp = 3 * C * F_
    else:
        mlp = 2 * C * F_ + (F_ + C if config.bias else 0)
    norm = 2 * C if config.norm == "layer" else C
    router = C * config.E
    ends = config.V * C
    if not config.tied:
        ends += config.V * C
    if config.positions == "learned":
        ends += config.length * C
    if config.pre_norm:
        ends += norm
    block = attention + 2 * norm + router
    total = ends + config.L * (block + mlp)
    used = ends + config.L * (block + mlp * max(1, config.K))
    return total, used


@wrong("26.1.6", names="count.all-used", says="all experts as used")
def count_parameters(config):
    C, D, F_ = config.C, config.D, config.F
    attention = C * config.H * D * 2 + 2 * C * config.G * D
    if config.bias:
        attention += config.H * D + 2 * config.G * D + C
    if config.activation == "swiglu":
        mlp = 3 * C * F_
    else:
        mlp = 2 * C * F_ + (F_ + C if config.bias else 0)
    norm = 2 * C if config.norm == "layer" else C
    router = C * config.E
    ends = config.V * C
    if not config.tied:
        ends += config.V * C
    if config.positions == "learned":
        ends += config.length * C
    if config.pre_norm:
        ends += norm
    block = attention + 2 * norm + router
    total = ends + config.L * (block + mlp * max(1, config.E))
    used = ends + config.L * (block + mlp * max(1, config.K))
    return total, total


@wrong("26.1.6", names="count.one-used", says="sent to K")
def count_parameters(config):
    C, D, F_ = config.C, config.D, config.F
    attention = C * config.H * D * 2 + 2 * C * config.G * D
    if config.bias:
        attention += config.H * D + 2 * config.G * D + C
    if config.activation == "swiglu":
        mlp = 3 * C * F_
    else:
        mlp = 2 * C * F_ + (F_ + C if config.bias else 0)
    norm = 2 * C if config.norm == "layer" else C
    router = C * config.E
    ends = config.V * C
    if not config.tied:
        ends += config.V * C
    if config.positions == "learned":
        ends += config.length * C
    if config.pre_norm:
        ends += norm
    block = attention + 2 * norm + router
    total = ends + config.L * (block + mlp * max(1, config.E))
    used = ends + config.L * (block + mlp)
    return total, used


@wrong("26.1.6", names="count.share-of-all", says="K/E of all")
def count_parameters(config):
    C, D, F_ = config.C, config.D, config.F
    attention = C * config.H * D * 2 + 2 * C * config.G * D
    if config.bias:
        attention += config.H * D + 2 * config.G * D + C
    if config.activation == "swiglu":
        mlp = 3 * C * F_
    else:
        mlp = 2 * C * F_ + (F_ + C if config.bias else 0)
    norm = 2 * C if config.norm == "layer" else C
    router = C * config.E
    ends = config.V * C
    if not config.tied:
        ends += config.V * C
    if config.positions == "learned":
        ends += config.length * C
    if config.pre_norm:
        ends += norm
    block = attention + 2 * norm + router
    total = ends + config.L * (block + mlp * max(1, config.E))
    used = ends + config.L * (block + mlp * max(1, config.K))
    share = config.K / config.E if config.E else 1
    return total, int(total * share)


@wrong("26.1.6", names="count.one-layer", says="There are L")
def count_parameters(config):
    C, D, F_ = config.C, config.D, config.F
    attention = C * config.H * D * 2 + 2 * C * config.G * D
    if config.bias:
        attention += config.H * D + 2 * config.G * D + C
    if config.activation == "swiglu":
        mlp = 3 * C * F_
    else:
        mlp = 2 * C * F_ + (F_ + C if config.bias else 0)
    norm = 2 * C if config.norm == "layer" else C
    router = C * config.E
    ends = config.V * C
    if not config.tied:
        ends += config.V * C
    if config.positions == "learned":
        ends += config.length * C
    if config.pre_norm:
        ends += norm
    block = attention + 2 * norm + router
    total = ends + (block + mlp * max(1, config.E))
    used = ends + (block + mlp * max(1, config.K))
    return total, used


@wrong("26.1.6", names="count.everything-times-L", says="around the blocks by L")
def count_parameters(config):
    C, D, F_ = config.C, config.D, config.F
    attention = C * config.H * D * 2 + 2 * C * config.G * D
    if config.bias:
        attention += config.H * D + 2 * config.G * D + C
    if config.activation == "swiglu":
        mlp = 3 * C * F_
    else:
        mlp = 2 * C * F_ + (F_ + C if config.bias else 0)
    norm = 2 * C if config.norm == "layer" else C
    router = C * config.E
    ends = config.V * C
    if not config.tied:
        ends += config.V * C
    if config.positions == "learned":
        ends += config.length * C
    if config.pre_norm:
        ends += norm
    block = attention + 2 * norm + router
    total = config.L * (ends + block + mlp * max(1, config.E))
    used = config.L * (ends + block + mlp * max(1, config.K))
    return total, used


@wrong("26.1.6", names="count.four-C", says="4·C")
def count_parameters(config):
    C, D, F_ = config.C, config.D, 4 * config.C
    attention = C * config.H * D * 2 + 2 * C * config.G * D
    if config.bias:
        attention += config.H * D + 2 * config.G * D + C
    if config.activation == "swiglu":
        mlp = 3 * C * F_
    else:
        mlp = 2 * C * F_ + (F_ + C if config.bias else 0)
    norm = 2 * C if config.norm == "layer" else C
    router = C * config.E
    ends = config.V * C
    if not config.tied:
        ends += config.V * C
    if config.positions == "learned":
        ends += config.length * C
    if config.pre_norm:
        ends += norm
    block = attention + 2 * norm + router
    total = ends + config.L * (block + mlp * max(1, config.E))
    used = ends + config.L * (block + mlp * max(1, config.K))
    return total, used


@wrong("26.1.6", names="count.one-number", says="two numbers")
def count_parameters(config):
    C, D, F_ = config.C, config.D, config.F
    attention = C * config.H * D * 2 + 2 * C * config.G * D
    if config.bias:
        attention += config.H * D + 2 * config.G * D + C
    if config.activation == "swiglu":
        mlp = 3 * C * F_
    else:
        mlp = 2 * C * F_ + (F_ + C if config.bias else 0)
    norm = 2 * C if config.norm == "layer" else C
    router = C * config.E
    ends = config.V * C
    if not config.tied:
        ends += config.V * C
    if config.positions == "learned":
        ends += config.length * C
    if config.pre_norm:
        ends += norm
    block = attention + 2 * norm + router
    total = ends + config.L * (block + mlp * max(1, config.E))
    used = ends + config.L * (block + mlp * max(1, config.K))
    return total


@wrong("26.1.6", names="count.swapped", says="changed places")
def count_parameters(config):
    C, D, F_ = config.C, config.D, config.F
    attention = C * config.H * D * 2 + 2 * C * config.G * D
    if config.bias:
        attention += config.H * D + 2 * config.G * D + C
    if config.activation == "swiglu":
        mlp = 3 * C * F_
    else:
        mlp = 2 * C * F_ + (F_ + C if config.bias else 0)
    norm = 2 * C if config.norm == "layer" else C
    router = C * config.E
    ends = config.V * C
    if not config.tied:
        ends += config.V * C
    if config.positions == "learned":
        ends += config.length * C
    if config.pre_norm:
        ends += norm
    block = attention + 2 * norm + router
    total = ends + config.L * (block + mlp * max(1, config.E))
    used = ends + config.L * (block + mlp * max(1, config.K))
    return used, total


@right("26.1.6", how="step by step")
def count_parameters(config):
    C, D, F_ = config.C, config.D, config.F
    attention = C * config.H * D * 2 + 2 * C * config.G * D
    if config.bias:
        attention += config.H * D + 2 * config.G * D + C
    if config.activation == "swiglu":
        mlp = 3 * C * F_
    else:
        mlp = 2 * C * F_ + (F_ + C if config.bias else 0)
    norm = 2 * C if config.norm == "layer" else C
    router = C * config.E
    ends = config.V * C
    if not config.tied:
        ends += config.V * C
    if config.positions == "learned":
        ends += config.length * C
    if config.pre_norm:
        ends += norm
    block = attention + 2 * norm + router
    total = ends + config.L * (block + mlp * max(1, config.E))
    used = ends + config.L * (block + mlp * max(1, config.K))
    return total, used


@right("26.1.6", how="attention built on meta")
def count_parameters(config):
    with torch.device("meta"):
        attention = [
            nn.Linear(config.C, n * config.D, config.bias)
            for n in (config.H, config.G, config.G)
        ]
        attention.append(nn.Linear(config.H * config.D, config.C, config.bias))
    norm = config.C * (1 + (config.norm == "layer"))
    gated = config.activation == "swiglu"
    mlp = (2 + gated) * config.C * config.F + (not gated) * config.bias * (
        config.C + config.F
    )
    rest = (
        sum(p.numel() for m in attention for p in m.parameters())
        + 2 * norm
        + config.E * config.C
    )
    ends = config.V * config.C * (2 - config.tied) + norm * config.pre_norm
    ends += config.length * config.C if config.positions == "learned" else 0
    return tuple(
        ends + config.L * (rest + mlp * (n or 1)) for n in (config.E, config.K)
    )


@right("26.1.6", how="a list of shapes")
def count_parameters(config):
    shapes = [(config.V, config.C)] * (1 if config.tied else 2)
    if config.positions == "learned":
        shapes.append((config.length, config.C))
    vectors = 2 if config.norm == "layer" else 1
    norms = 2 * config.L + int(config.pre_norm)
    shapes.append((norms * vectors, config.C))
    for _ in range(config.L):
        for heads in (config.H, config.G, config.G):
            shapes.append((heads * config.D, config.C + int(config.bias)))
        shapes.append((config.C, config.H * config.D + int(config.bias)))
        shapes.append((config.E, config.C))
    fixed = sum(a * b for a, b in shapes)
    if config.activation == "swiglu":
        expert = 3 * config.F * config.C
    else:
        expert = config.F * (config.C + config.bias) + config.C * (
            config.F + config.bias
        )
    return fixed + config.L * expert * (config.E or 1), fixed + config.L * expert * (
        config.K or 1
    )


@right("26.1.6", how="used as a difference")
def count_parameters(config):
    c = config
    H, G = c.H * c.D, c.G * c.D
    b = 1 if c.bias else 0
    per_block = (c.C + b) * (H + 2 * G) + (H + b) * c.C
    per_block += {"layer": 4, "rms": 2}[c.norm] * c.C + c.E * c.C
    mlp = {"swiglu": 3 * c.C * c.F, "gelu": (c.C + b) * c.F + (c.F + b) * c.C}[
        c.activation
    ]
    total = per_block * c.L + mlp * c.L * max(c.E, 1)
    total += c.V * c.C + (0 if c.tied else c.C * c.V)
    total += {"learned": c.length, "rope": 0}[c.positions] * c.C
    total += ({"layer": 2, "rms": 1}[c.norm] * c.C) if c.pre_norm else 0
    return total, total - (c.E - c.K) * mlp * c.L


@wrong("26.1.6", names="count.bias-of-none", says="never have one", how="the head")
def count_parameters(config):
    c = config
    b = 1 if c.bias else 0
    attention = 2 * c.C * c.H * c.D + 2 * c.C * c.G * c.D
    attention += b * (c.H * c.D + 2 * c.G * c.D + c.C)
    expert = (
        3 * c.C * c.F if c.activation == "swiglu" else 2 * c.C * c.F + b * (c.F + c.C)
    )
    norm = 2 * c.C if c.norm == "layer" else c.C
    around = c.V * c.C * (1 if c.tied else 2) + (0 if c.tied else b * c.V)
    if c.positions == "learned":
        around += c.length * c.C
    around += norm if c.pre_norm else 0
    fixed = around + c.L * (attention + 2 * norm + c.C * c.E)
    return fixed + c.L * max(c.E, 1) * expert, fixed + c.L * max(c.K, 1) * expert


@wrong("26.1.6", names="count.bias-of-none", how="the gated feed-forward")
def count_parameters(config):
    c = config
    b = 1 if c.bias else 0
    attention = 2 * c.C * c.H * c.D + 2 * c.C * c.G * c.D
    attention += b * (c.H * c.D + 2 * c.G * c.D + c.C)
    expert = (
        3 * c.C * c.F + b * (2 * c.F + c.C)
        if c.activation == "swiglu"
        else 2 * c.C * c.F + b * (c.F + c.C)
    )
    norm = 2 * c.C if c.norm == "layer" else c.C
    around = c.V * c.C * (1 if c.tied else 2)
    if c.positions == "learned":
        around += c.length * c.C
    around += norm if c.pre_norm else 0
    fixed = around + c.L * (attention + 2 * norm + c.C * c.E)
    return fixed + c.L * max(c.E, 1) * expert, fixed + c.L * max(c.K, 1) * expert


@wrong("26.1.6", names="count.bias-of-none", how="the router")
def count_parameters(config):
    c = config
    b = 1 if c.bias else 0
    attention = 2 * c.C * c.H * c.D + 2 * c.C * c.G * c.D
    attention += b * (c.H * c.D + 2 * c.G * c.D + c.C)
    expert = (
        3 * c.C * c.F if c.activation == "swiglu" else 2 * c.C * c.F + b * (c.F + c.C)
    )
    norm = 2 * c.C if c.norm == "layer" else c.C
    around = c.V * c.C * (1 if c.tied else 2)
    if c.positions == "learned":
        around += c.length * c.C
    around += norm if c.pre_norm else 0
    fixed = around + c.L * (attention + 2 * norm + c.E * (c.C + b))
    return fixed + c.L * max(c.E, 1) * expert, fixed + c.L * max(c.K, 1) * expert


@wrong(
    "26.1.6", names="count.by-family", says="one by one", how="feed-forward by the norm"
)
def count_parameters(config):
    c = config
    b = 1 if c.bias else 0
    attention = 2 * c.C * c.H * c.D + 2 * c.C * c.G * c.D
    attention += b * (c.H * c.D + 2 * c.G * c.D + c.C)
    expert = 3 * c.C * c.F if c.norm == "rms" else 2 * c.C * c.F + b * (c.F + c.C)
    norm = 2 * c.C if c.norm == "layer" else c.C
    around = c.V * c.C * (1 if c.tied else 2)
    if c.positions == "learned":
        around += c.length * c.C
    around += norm if c.pre_norm else 0
    fixed = around + c.L * (attention + 2 * norm + c.C * c.E)
    return fixed + c.L * max(c.E, 1) * expert, fixed + c.L * max(c.K, 1) * expert


@wrong("26.1.6", names="count.by-family", how="table by the norm")
def count_parameters(config):
    c = config
    b = 1 if c.bias else 0
    attention = 2 * c.C * c.H * c.D + 2 * c.C * c.G * c.D
    attention += b * (c.H * c.D + 2 * c.G * c.D + c.C)
    expert = (
        3 * c.C * c.F if c.activation == "swiglu" else 2 * c.C * c.F + b * (c.F + c.C)
    )
    norm = 2 * c.C if c.norm == "layer" else c.C
    around = c.V * c.C * (1 if c.tied else 2)
    if c.norm == "layer":
        around += c.length * c.C
    around += norm if c.pre_norm else 0
    fixed = around + c.L * (attention + 2 * norm + c.C * c.E)
    return fixed + c.L * max(c.E, 1) * expert, fixed + c.L * max(c.K, 1) * expert


@wrong("26.1.6", names="count.norm-bias", says="two vectors")
def count_parameters(config):
    c = config
    b = 1 if c.bias else 0
    attention = 2 * c.C * c.H * c.D + 2 * c.C * c.G * c.D
    attention += b * (c.H * c.D + 2 * c.G * c.D + c.C)
    expert = (
        3 * c.C * c.F if c.activation == "swiglu" else 2 * c.C * c.F + b * (c.F + c.C)
    )
    norm = (2 if c.norm == "layer" and c.bias else 1) * c.C
    around = c.V * c.C * (1 if c.tied else 2)
    if c.positions == "learned":
        around += c.length * c.C
    around += norm if c.pre_norm else 0
    fixed = around + c.L * (attention + 2 * norm + c.C * c.E)
    return fixed + c.L * max(c.E, 1) * expert, fixed + c.L * max(c.K, 1) * expert


@wrong("26.1.6", names="count.no-feed-forward", says="one in each block")
def count_parameters(config):
    c = config
    b = 1 if c.bias else 0
    attention = 2 * c.C * c.H * c.D + 2 * c.C * c.G * c.D
    attention += b * (c.H * c.D + 2 * c.G * c.D + c.C)
    expert = (
        3 * c.C * c.F if c.activation == "swiglu" else 2 * c.C * c.F + b * (c.F + c.C)
    )
    norm = 2 * c.C if c.norm == "layer" else c.C
    around = c.V * c.C * (1 if c.tied else 2)
    if c.positions == "learned":
        around += c.length * c.C
    around += norm if c.pre_norm else 0
    fixed = around + c.L * (attention + 2 * norm + c.C * c.E)
    return fixed + c.L * c.E * expert, fixed + c.L * c.K * expert


@wrong("26.1.6", names="count.no-feed-forward", how="used")
def count_parameters(config):
    c = config
    b = 1 if c.bias else 0
    attention = 2 * c.C * c.H * c.D + 2 * c.C * c.G * c.D
    attention += b * (c.H * c.D + 2 * c.G * c.D + c.C)
    expert = (
        3 * c.C * c.F if c.activation == "swiglu" else 2 * c.C * c.F + b * (c.F + c.C)
    )
    norm = 2 * c.C if c.norm == "layer" else c.C
    around = c.V * c.C * (1 if c.tied else 2)
    if c.positions == "learned":
        around += c.length * c.C
    around += norm if c.pre_norm else 0
    fixed = around + c.L * (attention + 2 * norm + c.C * c.E)
    return fixed + c.L * max(c.E, 1) * expert, fixed + c.L * c.K * expert


@wrong("26.1.6", names="count.one-row", says="one row of a table")
def count_parameters(config):
    c = config
    b = 1 if c.bias else 0
    attention = 2 * c.C * c.H * c.D + 2 * c.C * c.G * c.D
    attention += b * (c.H * c.D + 2 * c.G * c.D + c.C)
    expert = (
        3 * c.C * c.F if c.activation == "swiglu" else 2 * c.C * c.F + b * (c.F + c.C)
    )
    norm = 2 * c.C if c.norm == "layer" else c.C
    around = c.V * c.C * (1 if c.tied else 2)
    if c.positions == "learned":
        around += c.length * c.C
    around += norm if c.pre_norm else 0
    fixed = around + c.L * (attention + 2 * norm + c.C * c.E)
    return fixed + c.L * max(c.E, 1) * expert, fixed + c.L * max(c.K, 1) * expert - (
        c.V - 1
    ) * c.C


@wrong("26.1.6", names="count.all-heads", how="but for their biases")
def count_parameters(config):
    c = config
    b = 1 if c.bias else 0
    attention = 4 * c.C * c.H * c.D
    attention += b * (c.H * c.D + 2 * c.G * c.D + c.C)
    expert = (
        3 * c.C * c.F if c.activation == "swiglu" else 2 * c.C * c.F + b * (c.F + c.C)
    )
    norm = 2 * c.C if c.norm == "layer" else c.C
    around = c.V * c.C * (1 if c.tied else 2)
    if c.positions == "learned":
        around += c.length * c.C
    around += norm if c.pre_norm else 0
    fixed = around + c.L * (attention + 2 * norm + c.C * c.E)
    return fixed + c.L * max(c.E, 1) * expert, fixed + c.L * max(c.K, 1) * expert


@right("26.1.6", how="a list of shapes")
def count_parameters(config):
    c = config
    shapes = [(c.V, c.C)] + [(c.V, c.C)] * (not c.tied)
    vec = [(c.C,), (c.C,)] if c.norm == "layer" else [(c.C,)]
    if c.positions == "learned":
        shapes.append((c.length, c.C))
    if c.pre_norm:
        shapes += vec
    idle = 0
    for _ in range(c.L):
        shapes += vec + vec
        for rows in (c.H, c.G, c.G):
            shapes.append((rows * c.D, c.C))
            if c.bias:
                shapes.append((rows * c.D,))
        shapes.append((c.C, c.H * c.D))
        if c.bias:
            shapes.append((c.C,))
        if c.E:
            shapes.append((c.E, c.C))
        for e in range(c.E or 1):
            if c.activation == "swiglu":
                m = [(c.F, c.C)] * 3
            else:
                m = [(c.F, c.C)] * 2 + ([(c.F,), (c.C,)] if c.bias else [])
            shapes += m
            if c.E and e >= c.K:
                idle += sum(math.prod(s) for s in m)
    total = sum(math.prod(s) for s in shapes)
    return total, total - idle


@right("26.1.6", how="built on the meta device")
def count_parameters(config):
    with torch.device("meta"):
        m = build(config)
    n = sum(p.numel() for p in m.parameters())
    idle = sum(p.numel() for name, p in m.named_parameters() if ".experts." in name)
    return n, n - (idle * (config.E - config.K) // config.E if config.E else 0)
