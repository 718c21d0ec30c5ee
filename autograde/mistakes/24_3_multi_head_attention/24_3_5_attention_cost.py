"""The bank of 24.3.5, attention_cost."""
# ruff: noqa: F811, F821

from autograde.mistakes import right, wrong


@wrong("24.3.5", names="cost.swapped", says="parameters come first")
def attention_cost(T, S, C, H):
    flops = 4 * T * C * C + 4 * S * C * C + 4 * T * S * C
    return flops, 4 * C * C


@wrong("24.3.5", names="cost.parameters-times-H", says="grows with H")
def attention_cost(T, S, C, H):
    return 4 * C * C * H, 4 * T * C * C + 4 * S * C * C + 4 * T * S * C


@wrong("24.3.5", names="cost.parameters-times-H", how="three matrices for each head")
def attention_cost(T, S, C, H):
    each_head = 3 * C * C
    return H * each_head + C * C, 4 * (T + S) * C * C + 4 * T * S * C


@wrong("24.3.5", names="cost.one-head-only", says="of one head of width D")
def attention_cost(T, S, C, H):
    D = C // H
    return 4 * C * D, 4 * (T + S) * C * C + 4 * T * S * C


@wrong("24.3.5", names="cost.one-head-only", how="W_O whole")
def attention_cost(T, S, C, H):
    D = C // H
    return 3 * C * D + C * C, 4 * (T + S) * C * C + 4 * T * S * C


@wrong("24.3.5", names="cost.no-output-matrix", says="there are four")
def attention_cost(T, S, C, H):
    return 3 * C**2, 4 * T * C**2 + 4 * S * C**2 + 4 * T * S * C


@wrong("24.3.5", names="cost.no-output-matrix", how="and no product with it")
def attention_cost(T, S, C, H):
    return 3 * C**2, 2 * T * C**2 + 4 * S * C**2 + 4 * T * S * C


@wrong("24.3.5", names="cost.biases-counted", says="has none")
def attention_cost(T, S, C, H):
    return 4 * (C * C + C), 4 * (T + S) * C * C + 4 * T * S * C


@wrong("24.3.5", names="cost.half", says="comes with an addition")
def attention_cost(T, S, C, H):
    return 4 * C * C, 2 * T * C * C + 2 * S * C * C + 2 * T * S * C


@wrong("24.3.5", names="cost.work-times-H", says="grow with H")
def attention_cost(T, S, C, H):
    return 4 * C * C, 4 * (T + S) * C * C + H * 4 * T * S * C


@wrong("24.3.5", names="cost.work-times-H", how="everything")
def attention_cost(T, S, C, H):
    one = 4 * (T + S) * C * C + 4 * T * S * C
    return 4 * C * C, one * H


@wrong("24.3.5", names="cost.work-times-H", how="the matrices")
def attention_cost(T, S, C, H):
    return 4 * C * C, H * 4 * (T + S) * C * C + 4 * T * S * C


@wrong("24.3.5", names="cost.one-heads-work", says="products of one head")
def attention_cost(T, S, C, H):
    D = C // H
    return 4 * C * C, 4 * (T + S) * C * C + 4 * T * S * D


@wrong("24.3.5", names="cost.one-product", says="there are two")
def attention_cost(T, S, C, H):
    return 4 * C * C, 4 * (T + S) * C * C + 2 * T * S * C


@wrong("24.3.5", names="cost.no-projections", says="without its matrices")
def attention_cost(T, S, C, H):
    return 4 * C * C, 4 * T * S * C


@wrong("24.3.5", names="cost.output-not-counted", says="W_O is missing")
def attention_cost(T, S, C, H):
    return 4 * C * C, 2 * T * C * C + 4 * S * C * C + 4 * T * S * C


@wrong("24.3.5", names="cost.no-attention", says="not the two products in the heads")
def attention_cost(T, S, C, H):
    return 4 * C * C, 4 * (T + S) * C * C


@wrong("24.3.5", names="cost.keys-counted-for-x", says="for T = S only")
def attention_cost(T, S, C, H):
    return 4 * C * C, 8 * T * C * C + 4 * T * S * C


@wrong("24.3.5", names="cost.keys-counted-for-x", how="all on the context")
def attention_cost(T, S, C, H):
    return 4 * C * C, 8 * S * C * C + 4 * T * S * C


@wrong("24.3.5", names="cost.keys-counted-for-x", how="S forgotten")
def attention_cost(T, S, C, H):
    return 4 * C * C, 8 * T * C * C + 4 * T * T * C


@wrong("24.3.5", names="cost.not-a-pair", says="two numbers")
def attention_cost(T, S, C, H):
    return 4 * C * C


@wrong("24.3.5", names="cost.not-a-pair", how="printed, not returned")
def attention_cost(T, S, C, H):
    print(4 * C * C, 4 * (T + S) * C * C + 4 * T * S * C)


@right("24.3.5", how="closed form")
def attention_cost(T, S, C, H):
    return 4 * C**2, 4 * C * (T * C + S * C + T * S)


@right("24.3.5", how="product by product")
def attention_cost(T, S, C, H):
    D = C // H
    shapes = [(T, C, C), (S, C, C), (S, C, C), (T, C, C)]
    shapes += [(T, D, S), (T, S, D)] * H
    return 4 * C * C, sum(2 * m * k * n for m, k, n in shapes)


@right("24.3.5", how="a loop over heads with their parts of the matrices")
def attention_cost(T, S, C, H):
    D, parameters, flops = C // H, 0, 0
    for _ in range(H):
        parameters += 4 * C * D
        flops += 2 * T * C * D + 2 * 2 * S * C * D
        flops += 2 * T * D * S + 2 * T * S * D
        flops += 2 * T * D * C
    return [parameters, flops]


@right("24.3.5", how="counted on a module")
def attention_cost(T, S, C, H):
    sizes = nn.ModuleList(nn.Linear(C, C, bias=False) for _ in range(4))
    parameters = sum(p.numel() for p in sizes.parameters())
    rows = {"W_Q": T, "W_K": S, "W_V": S, "W_O": T}
    flops = sum(2 * n * C * C for n in rows.values())
    return parameters, flops + 2 * (2 * T * S * C)


@wrong("24.3.5", names="cost.one-head-only", how="matrices of C × D, FLOPs only")
def attention_cost(T, S, C, H):
    D = C // H
    return 4 * C * C, 4 * C * D * (T + S) + 4 * T * S * C


@wrong("24.3.5", names="cost.matrices-twice", says="for the rows of x and")
def attention_cost(T, S, C, H):
    C // H
    return 4 * C * C, 8 * C * C * (T + S) + 4 * T * S * C


@wrong("24.3.5", names="cost.keys-counted-for-x", how="W_O on the context's rows")
def attention_cost(T, S, C, H):
    C // H
    return 4 * C * C, 2 * T * C * C + 6 * S * C * C + 4 * T * S * C


@wrong("24.3.5", names="cost.keys-counted-for-x", how="W_V on the rows of x")
def attention_cost(T, S, C, H):
    C // H
    return 4 * C * C, 6 * T * C * C + 2 * S * C * C + 4 * T * S * C


@wrong("24.3.5", names="cost.softmax-counted", says="the softmax or the scale")
def attention_cost(T, S, C, H):
    C // H
    return 4 * C * C, 4 * C * C * (T + S) + 4 * T * S * C + H * T * S


@wrong("24.3.5", names="cost.one-addition-less", says="one addition less")
def attention_cost(T, S, C, H):
    D = C // H
    return 4 * C * C, 2 * (2 * C - 1) * C * (T + S) + T * S * (
        2 * D - 1
    ) * H + T * D * (2 * S - 1) * H


@wrong("24.3.5", names="cost.work-times-H", how="values of width C in each head")
def attention_cost(T, S, C, H):
    D = C // H
    return 4 * C * C, 4 * C * C * (T + S) + H * (2 * T * S * D + 2 * T * S * C)


@right("24.3.5", how="counted by torch")
def attention_cost(T, S, C, H):
    from torch.utils.flop_counter import FlopCounterMode

    layer = MultiHeadAttention(C, H)
    from torch.nn.attention import SDPBackend, sdpa_kernel

    with FlopCounterMode(display=False) as c, sdpa_kernel(SDPBackend.MATH):
        layer(torch.ones(1, T, C), torch.ones(1, S, C))
    return sum(p.numel() for p in layer.parameters()), c.get_total_flops()


@right("24.3.5", how="floats")
def attention_cost(T, S, C, H):
    C // H
    return 4.0 * C * C, 4.0 * C * (C * (T + S) + T * S)
