"""Small random models of `transformers`, written as they are published.

`python tests/published_checkpoints.py` writes those that the library ships, with ids
and the logits that `transformers` computes for them. Nothing is downloaded.
"""

import json
import os
from pathlib import Path

os.environ["HF_HUB_OFFLINE"] = "1"

import torch
import transformers
from safetensors.torch import save_file

SIZES = dict(hidden_size=16, intermediate_size=24, num_hidden_layers=2)
SIZES |= dict(num_attention_heads=4, num_key_value_heads=2, vocab_size=40)
SIZES |= dict(max_position_embeddings=32, bos_token_id=1, eos_token_id=2)
GPT2 = dict(n_embd=16, n_head=4, n_layer=2, n_positions=32, vocab_size=40)
GPT2 |= dict(bos_token_id=1, eos_token_id=2)
KINDS = {
    "gpt2": (transformers.GPT2Config, transformers.GPT2LMHeadModel, GPT2),
    "llama": (transformers.LlamaConfig, transformers.LlamaForCausalLM, SIZES),
    "mistral": (
        transformers.MistralConfig,
        transformers.MistralForCausalLM,
        SIZES | {"sliding_window": 5},
    ),
    "mixtral": (
        transformers.MixtralConfig,
        transformers.MixtralForCausalLM,
        SIZES | {"num_local_experts": 4},
    ),
}


def model(kind: str, seed: int = 0, **changes):
    """A random model whose every part matters: weights are large, norms are not 1."""
    config, make, sizes = KINDS[kind]
    made = make(config(**sizes | changes)).eval()
    draw = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for name, weight in made.named_parameters():
            value = torch.randn(weight.shape, generator=draw)
            if weight.ndim == 1:
                # scales lie around 1, biases around 0
                value = value * 0.3 + (1.0 if name.endswith("weight") else 0.0)
            else:
                value = value * (0.5 if "emb" in name or ".wt" in name else 0.3)
            weight.copy_(value)
    return made


def write(made, folder: Path, **options) -> Path:
    """Save as published: config.json and safetensors."""
    made.save_pretrained(folder, **options)
    (folder / "generation_config.json").unlink(missing_ok=True)
    return folder


def ids(B: int = 3, T: int = 16, V: int = 40) -> torch.Tensor:
    """Random token ids (B, T)."""
    return torch.randint(V, (B, T), generator=torch.Generator().manual_seed(1))


@torch.no_grad()
def logits(made, tokens: torch.Tensor) -> torch.Tensor:
    """What `transformers` says, (B, T, V)."""
    return made(tokens, use_cache=False).logits


def main() -> None:
    """Write the library's tiny models."""
    target = Path(__file__).parents[1] / "lib/llmlab/models/tiny"
    for kind in KINDS:
        made, tokens = model(kind), ids()
        folder = write(made, target / kind)
        path = folder / "config.json"
        config = json.loads(path.read_text())
        path.write_text(json.dumps(config, indent=1, sort_keys=True) + "\n")
        reference = {"ids": tokens, "logits": logits(made, tokens)}
        save_file(reference, folder / "reference.safetensors")


if __name__ == "__main__":
    main()
