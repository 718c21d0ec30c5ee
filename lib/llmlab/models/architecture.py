"""What tells one decoder from another: a frozen configuration, and well-known ones.

A configuration holds choices and sizes. It builds nothing: section 26.1 does.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from llmlab.i18n import _

NORMS, ACTIVATIONS, POSITIONS = (
    ("layer", "rms"),
    ("gelu", "swiglu"),
    ("learned", "rope"),
)


@dataclass(frozen=True)
class Config:
    """Sizes and choices of a decoder; G, D and F follow from the others if left out.

    V vocabulary, C model width, L layers, H query heads, G key/value heads, D head
    width, F feed-forward width, E experts, K experts per token (no experts: 0).
    `dataclasses.replace` keeps G, D and F: name them if C or H changes.
    `length` is the longest text: with learned positions it sizes their table.
    `window`: a token sees itself and window − 1 tokens before it; None: all before.
    `interleaved`: RoPE turns the pairs (0, 1), (2, 3), …, else (0, D/2), ….
    Errors: ValueError for a choice or a size that makes no model.

    >>> Config(V=50257, C=768, L=12, H=12).F
    3072
    """

    V: int
    C: int
    L: int
    H: int
    G: int = 0
    D: int = 0
    F: int = 0
    E: int = 0
    K: int = 0
    length: int = 1024
    norm: str = "layer"
    pre_norm: bool = True
    activation: str = "gelu"
    positions: str = "learned"
    bias: bool = True
    tied: bool = True
    window: int | None = None
    base: float = 10_000.0
    interleaved: bool = False
    eps: float = 1e-5

    def __post_init__(self) -> None:
        for name, value in {
            "G": self.G or self.H,
            "D": self.D or self.C // self.H,
            "F": self.F or 4 * self.C,
        }.items():
            object.__setattr__(self, name, value)
        for name, known in {
            "norm": NORMS,
            "activation": ACTIVATIONS,
            "positions": POSITIONS,
        }.items():
            if getattr(self, name) not in known:
                message = _("{name}={value} is not known. There are: {known}.")
                value = repr(getattr(self, name))
                raise ValueError(
                    message.format(name=name, value=value, known=", ".join(known))
                )
        if self.H % self.G or not 0 <= self.K <= self.E:
            message = _(
                "H = {H} heads cannot share G = {G} keys and values, or K = {K} of "
                "E = {E} experts cannot be chosen."
            )
            raise ValueError(message.format(H=self.H, G=self.G, K=self.K, E=self.E))


GPT_2 = Config(V=50257, C=768, L=12, H=12)
GPT_1 = replace(GPT_2, V=40478, length=512, pre_norm=False)
GPT_3 = Config(V=50257, C=12288, L=96, H=96, length=2048)
LLAMA_2_7B = Config(
    V=32000,
    C=4096,
    L=32,
    H=32,
    F=11008,
    length=4096,
    norm="rms",
    activation="swiglu",
    positions="rope",
    bias=False,
    tied=False,
)
LLAMA_1_7B = replace(LLAMA_2_7B, length=2048, eps=1e-6)
LLAMA_2_13B = replace(LLAMA_2_7B, C=5120, L=40, H=40, G=40, F=13824)
LLAMA_2_70B = replace(LLAMA_2_7B, C=8192, L=80, H=64, G=8, F=28672)
LLAMA_3_8B = replace(LLAMA_2_7B, V=128256, G=8, F=14336, length=8192, base=500_000.0)
MISTRAL_7B = replace(LLAMA_2_7B, G=8, F=14336, length=32768, window=4096)
MISTRAL_7B_V02 = replace(MISTRAL_7B, window=None, base=1_000_000.0)
MISTRAL_7B_V03 = replace(MISTRAL_7B_V02, V=32768)
MIXTRAL_8X7B = replace(MISTRAL_7B_V02, E=8, K=2)

KNOWN: Mapping[str, Config] = {
    "GPT-1": GPT_1,
    "GPT-2": GPT_2,
    "GPT-3 175B": GPT_3,
    "LLaMA 7B": LLAMA_1_7B,
    "LLaMA 2 7B": LLAMA_2_7B,
    "LLaMA 2 13B": LLAMA_2_13B,
    "LLaMA 2 70B": LLAMA_2_70B,
    "Llama 3 8B": LLAMA_3_8B,
    "Mistral 7B v0.1": MISTRAL_7B,
    "Mistral 7B v0.2": MISTRAL_7B_V02,
    "Mistral 7B v0.3": MISTRAL_7B_V03,
    "Mixtral 8x7B": MIXTRAL_8X7B,
}


def table(rows: Mapping[str, Config], columns: tuple[str, ...]) -> str:
    """Some columns of some configurations, as text with one line for each.

    >>> print(table({"GPT-2": GPT_2}, ("norm", "G")))
               norm   G
    GPT-2      layer  12
    """
    cells = [["", *columns]]
    cells += [
        [name, *(str(getattr(c, n)) for n in columns)] for name, c in rows.items()
    ]
    wide = [max(len(row[i]) for row in cells) for i in range(len(columns) + 1)]
    wide[0] = max(wide[0], 9)
    lines = [
        "  ".join(t.ljust(w) for t, w in zip(row, wide, strict=True)) for row in cells
    ]
    return "\n".join(line.rstrip() for line in lines)
