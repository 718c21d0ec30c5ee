"""The bank of 26.2.4, kv_cache_bytes."""
# ruff: noqa: F811, F821

import torch

from autograde.mistakes import right, wrong


@wrong("26.2.4", names="bytes.query-heads", says="the cache holds G")
def kv_cache_bytes(L, H, G, D, N, each=2):
    return 2 * L * H * D * N * each


@wrong("26.2.4", names="bytes.group-size", says="in place of G")
def kv_cache_bytes(L, H, G, D, N, each=2):
    return 2 * L * (H // G) * D * N * each


@wrong("26.2.4", names="bytes.keys-only", says="A key *and* a value")
def kv_cache_bytes(L, H, G, D, N, each=2):
    return L * G * D * N * each


@wrong("26.2.4", names="bytes.no-layers", says="one layer")
def kv_cache_bytes(L, H, G, D, N, each=2):
    return 2 * G * D * N * each


@wrong("26.2.4", names="bytes.fixed-width", says="do not use `each`")
def kv_cache_bytes(L, H, G, D, N, each=2):
    return 2 * L * G * D * N * 2


@wrong("26.2.4", names="bytes.fixed-width", how="numbers, not bytes")
def kv_cache_bytes(L, H, G, D, N, each=2):
    return 2 * L * G * D * N


@wrong("26.2.4", names="bytes.fixed-width", how="always fp32")
def kv_cache_bytes(L, H, G, D, N, each=2):
    return 2 * L * G * D * N * 4


@wrong("26.2.4", names="bytes.one-head", says="one head of each layer")
def kv_cache_bytes(L, H, G, D, N, each=2):
    return 2 * L * D * N * each


@wrong("26.2.4", names="bytes.one-head", how="D forgotten")
def kv_cache_bytes(L, H, G, D, N, each=2):
    return 2 * L * G * N * each


@wrong("26.2.4", names="bytes.one-token", says="count one token")
def kv_cache_bytes(L, H, G, D, N, each=2):
    return 2 * L * G * D * each


@wrong("26.2.4", names="bytes.squared", says="a table of pairs")
def kv_cache_bytes(L, H, G, D, N, each=2):
    return 2 * L * G * D * N**2 * each


@wrong("26.2.4", names="bytes.squared", how="in the width")
def kv_cache_bytes(L, H, G, D, N, each=2):
    return 2 * L * G * D**2 * N * each


@wrong("26.2.4", names="bytes.unit", says="not in bytes")
def kv_cache_bytes(L, H, G, D, N, each=2):
    return 2 * L * G * D * N * each / 2**30


@wrong("26.2.4", names="bytes.unit", how="KiB")
def kv_cache_bytes(L, H, G, D, N, each=2):
    return 2 * L * G * D * N * each / 1024


@wrong("26.2.4", names="bytes.unit", how="bits")
def kv_cache_bytes(L, H, G, D, N, each=2):
    return 2 * L * G * D * N * each * 8


@wrong("26.2.4", names="bytes.unit", how="bytes taken for bits")
def kv_cache_bytes(L, H, G, D, N, each=2):
    return 2 * L * G * D * N * each // 8


@wrong("26.2.4", names="bytes.unit", how="whole MiB")
def kv_cache_bytes(L, H, G, D, N, each=2):
    return 2 * L * G * D * N * each // 2**20


@wrong("26.2.4", names="bytes.queries-too", says="count queries")
def kv_cache_bytes(L, H, G, D, N, each=2):
    return L * (2 * G + H) * D * N * each


@wrong("26.2.4", names="bytes.twice", says="factor of two")
def kv_cache_bytes(L, H, G, D, N, each=2):
    return 2 * 2 * L * G * D * N * each


@wrong("26.2.4", names="bytes.divided-width", says="divide D by the number of heads")
def kv_cache_bytes(L, H, G, D, N, each=2):
    return 2 * L * G * (D // H) * N * each


@wrong("26.2.4", names="bytes.divided-width", how="from left to right")
def kv_cache_bytes(L, H, G, D, N, each=2):
    return 2 * L * G * D // H * N * each


@right("26.2.4", how="closed form")
def kv_cache_bytes(L, H, G, D, N, each=2):
    return 2 * L * G * D * N * each


@right("26.2.4", how="a loop over layers, keys and values")
def kv_cache_bytes(L, H, G, D, N, each=2):
    total = 0
    for _layer in range(L):
        for _kind in ("keys", "values"):
            total += G * D * N * each
    return total


@right("26.2.4", how="counted on a tensor without memory")
def kv_cache_bytes(L, H, G, D, N, each=2):
    shape = (L, 2, G, N, D)
    return torch.empty(shape, device="meta").numel() * each


@right("26.2.4", how="a float")
def kv_cache_bytes(L, H, G, D, N, each=2):
    return float(each) * N * (L * G * D) * 2


@right("26.2.4", how="a tensor")
def kv_cache_bytes(L, H, G, D, N, each=2):
    sizes = torch.tensor([2, L, G, D, N, each])
    return sizes.prod()
