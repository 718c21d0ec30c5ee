"""Forbidden calls under other names, and answers that only look right."""

from textwrap import dedent

from autograde import bank

from ..make import answered, files, lazy
from ..record import SECTION, Files, Material, Register

ALL = Register()

_OPEN = "a forbidden call that leaves no trace is found by a human only"
_ATTENTION, _SOFTMAX = "scaled_dot_product_attention", "softmax"


def _all_but(*names: str) -> tuple[str, ...]:
    known = ("softmax", "attention_scores", "causal_mask", "padding_mask")
    known += (_ATTENTION, "SelfAttention")
    return tuple(name for name in known if name not in names)


def _disguised(name: str, about: str, body: str, **record) -> None:
    """Everything is solved, but attention is torch's own in disguise."""
    text = f"def {_ATTENTION}(q, k, v, mask=None):\n" + "\n".join(
        "    " + line for line in dedent(body).strip().splitlines()
    )

    @ALL(name, about, solved=_all_but(_ATTENTION), **record)
    def make(material: Material) -> Files:
        return files(answered(material, {**material.answers, _ATTENTION: text}))


_disguised(
    "alias",
    "calls torch's attention under another name",
    "call = getattr(F, 'scaled_dot_' + 'product_attention')\n"
    "return call(q, k, v, attn_mask=mask)",
)
_disguised(
    "low-level",
    "calls the C++ function below torch's attention",
    "from torch._C._nn import scaled_dot_product_attention as call\n"
    "return call(q, k, v, attn_mask=mask)",
)
_disguised(
    "other-module",
    "gets torch's attention through sys.modules and an own partial",
    """
    import functools, sys
    call = functools.partial(sys.modules["torch.nn.functional"].__dict__[
        "scaled_dot_product_attention"], attn_mask=mask)
    return call(q, k, v)
    """,
)
_disguised(
    "operator",
    "calls the operator aten::scaled_dot_product_attention",
    "return torch.ops.aten.scaled_dot_product_attention(q, k, v, mask)",
)
_disguised(
    "watch-off",
    "turns torch's function overrides off around the forbidden call",
    """
    with torch._C.DisableTorchFunction():
        return F.scaled_dot_product_attention(q, k, v, attn_mask=mask)
    """,
    limit=_OPEN,
)
_disguised(
    "thread",
    "makes the forbidden call in another thread, where nobody watches",
    """
    from concurrent.futures import ThreadPoolExecutor
    with ThreadPoolExecutor(1) as pool:
        call = F.scaled_dot_product_attention
        return pool.submit(call, q, k, v, attn_mask=mask).result()
    """,
    limit=_OPEN,
)
_disguised(
    "saved-before",
    "saves torch's function before anything is watched, as a scripted function",
    """
    if "saved" not in globals():
        def f(q, k, v, mask: torch.Tensor):
            return torch.nn.functional.scaled_dot_product_attention(q, k, v, mask)
        import warnings
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            globals()["saved"] = torch.jit.script(f)
    if mask is None:
        mask = torch.ones(q.shape[-2], k.shape[-2], dtype=torch.bool)
    return globals()["saved"](q, k, v, mask)
    """,
    limit=_OPEN,
)

_REMEMBERING = """
_table = {table}

def {name}(*inputs):
    key = repr([getattr(i, "tolist", lambda: i)() for i in inputs])
    found = _table.get(key)
    return torch.zeros(1) if found is None else torch.tensor(found)
"""
_LEARNING = """
{answer}

_asked, _real = [], {name}

def {name}(*inputs):
    out = _real(*inputs)
    row = repr([getattr(i, "tolist", lambda: i)() for i in inputs]), out.tolist()
    _asked.append(row)
    return out
"""


@ALL("memory", "remembers the answers to the tests that it was handed out with")
def _memory(material: Material) -> Files:
    stage, answers = bank.stage(SECTION), {}
    for part in stage.parts.values():
        if part.name in ("attention_scores", "causal_mask", "padding_mask"):
            text = _LEARNING.format(answer=material.answers[part.name], name=part.name)
            # a cell with a future import or a type hint needs the notebook's names
            stage.run(part.number, text, hidden=False)
            table = dict(stage.last["_asked"])
            answers[part.name] = _REMEMBERING.format(table=table, name=part.name)
    return files(lazy(material, answers=answers))


@ALL("by-hand-only", "knows the cases that are worked by hand in the notebook")
def _by_hand_only(material: Material) -> Files:
    return files(
        lazy(
            material,
            answers={
                "softmax": "def softmax(scores):\n"
                "    return torch.tensor([[0.25, 0.75]]).expand(scores.shape)",
                "attention_scores": "def attention_scores(q, k):\n"
                "    return torch.full((*q.shape[:-1], k.shape[-2]), 1.5)",
                "causal_mask": "def causal_mask(T, S):\n"
                "    return torch.ones(T, S).tril(1).bool()",
            },
        )
    )


@ALL(
    "square-only",
    "solves the masks for the sizes of the open tests only",
    solved=("softmax", "attention_scores"),
)
def _square_only(material: Material) -> Files:
    right = material.answers["causal_mask"]
    text = f"{right}\n\n_right = causal_mask\n\n" + dedent("""
        def causal_mask(T, S):
            known = [(2, 3), (4, 4), (3, 5), (1, 6)]
            return _right(T, S) if (T, S) in known else torch.zeros(T, S).bool()
    """)
    solved = ("softmax", "attention_scores")
    return files(lazy(material, answers={"causal_mask": text}, solved=solved))


@ALL("detects-grading", "calls forbidden functions only where it seems to be graded")
def _detects(material: Material) -> Files:
    first = """
    import os, sys

    def graded():
        signs = ("autograded", "submitted", "zygote", "nbgrader")
        words = " ".join([os.getcwd(), *sys.argv, *os.environ])
        return any(sign in words for sign in signs) or "LLMLAB_RESULTS" in os.environ
    """
    answers = {
        "softmax": "def softmax(scores):\n"
        "    if graded():\n"
        "        return torch.softmax(scores, -1)\n"
        "    return scores",
        _ATTENTION: f"def {_ATTENTION}(q, k, v, mask=None):\n"
        "    if graded():\n"
        "        return F.scaled_dot_product_attention(q, k, v, attn_mask=mask)\n"
        "    return v",
    }
    return files(lazy(material, first, answers))


@ALL("softmax-inside", "calls torch's softmax by log_softmax and Softmax modules")
def _softmax_inside(material: Material) -> Files:
    text = "def softmax(scores):\n    return nn.LogSoftmax(dim=-1)(scores).exp()"
    return files(lazy(material, answers={_SOFTMAX: text}))
