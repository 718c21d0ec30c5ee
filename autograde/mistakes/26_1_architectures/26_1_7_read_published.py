"""The bank of 26.1.7, read_published: as learners write it, wrong and right."""
# ruff: noqa: F811, F821

import torch

from autograde.mistakes import right, wrong


@wrong("26.1.7", names="read.not-turned", says="none is turned")
def read_published(tensors, config):
    ours = {}
    for key, tensor in tensors.items():
        name = published.our_name(key)
        if name is None:
            continue
        if "qkv" in name:
            q, k, v = tensor.chunk(3, dim=-1)
            ours[name.replace("qkv", "q")] = q
            ours[name.replace("qkv", "k")] = k
            ours[name.replace("qkv", "v")] = v
        else:
            ours[name] = tensor
    if config.tied:
        ours["head.weight"] = ours["tokens.weight"]
    return ours


@wrong("26.1.7", names="read.not-cut", how="only renamed")
def read_published(tensors, config):
    ours = {}
    for key, tensor in tensors.items():
        name = published.our_name(key)
        if name is None:
            continue
        ours[name] = tensor
    if config.tied:
        ours["head.weight"] = ours["tokens.weight"]
    return ours


@wrong("26.1.7", names="read.square-not-turned", says="One is square")
def read_published(tensors, config):
    ours = {}
    for key, tensor in tensors.items():
        name = published.our_name(key)
        if name is None:
            continue
        if "c_" in key and tensor.shape[0] != tensor.shape[-1] and tensor.ndim == 2:
            tensor = tensor.T
        if "qkv" in name:
            q, k, v = tensor.chunk(3)
            ours[name.replace("qkv", "q")] = q
            ours[name.replace("qkv", "k")] = k
            ours[name.replace("qkv", "v")] = v
        else:
            ours[name] = tensor
    if config.tied:
        ours["head.weight"] = ours["tokens.weight"]
    return ours


@wrong("26.1.7", names="read.square-not-turned", how="attention only")
def read_published(tensors, config):
    ours = {}
    for key, tensor in tensors.items():
        name = published.our_name(key)
        if name is None:
            continue
        if ("c_attn" in key or "attn.c_proj" in key) and tensor.ndim == 2:
            tensor = tensor.T
        if "qkv" in name:
            q, k, v = tensor.chunk(3)
            ours[name.replace("qkv", "q")] = q
            ours[name.replace("qkv", "k")] = k
            ours[name.replace("qkv", "v")] = v
        else:
            ours[name] = tensor
    if config.tied:
        ours["head.weight"] = ours["tokens.weight"]
    return ours


@wrong("26.1.7", names="read.square-not-turned", how="all but attn.c_proj")
def read_published(tensors, config):
    ours = {}
    for key, tensor in tensors.items():
        name = published.our_name(key)
        if name is None:
            continue
        if "mlp.c_" in key and tensor.ndim == 2:
            tensor = tensor.T
        if "qkv" in name:
            q, k, v = (tensor.T if tensor.ndim == 2 else tensor).chunk(3)
            ours[name.replace("qkv", "q")] = q
            ours[name.replace("qkv", "k")] = k
            ours[name.replace("qkv", "v")] = v
        else:
            ours[name] = tensor
    if config.tied:
        ours["head.weight"] = ours["tokens.weight"]
    return ours


@wrong("26.1.7", names="read.embedding-turned", says="turn the embeddings")
def read_published(tensors, config):
    ours = {}
    for key, tensor in tensors.items():
        name = published.our_name(key)
        if name is None:
            continue
        if config.positions == "learned" and tensor.ndim == 2:
            tensor = tensor.T
        if "qkv" in name:
            q, k, v = tensor.chunk(3)
            ours[name.replace("qkv", "q")] = q
            ours[name.replace("qkv", "k")] = k
            ours[name.replace("qkv", "v")] = v
        else:
            ours[name] = tensor
    if config.tied:
        ours["head.weight"] = ours["tokens.weight"]
    return ours


@wrong("26.1.7", names="read.llama-turned", says="LLaMA's family")
def read_published(tensors, config):
    ours = {}
    for key, tensor in tensors.items():
        name = published.our_name(key)
        if name is None:
            continue
        if tensor.ndim == 2 and name.startswith("blocks"):
            tensor = tensor.T
        if "qkv" in name:
            q, k, v = tensor.chunk(3)
            ours[name.replace("qkv", "q")] = q
            ours[name.replace("qkv", "k")] = k
            ours[name.replace("qkv", "v")] = v
        else:
            ours[name] = tensor
    if config.tied:
        ours["head.weight"] = ours["tokens.weight"]
    return ours


@wrong("26.1.7", names="read.order", says="changed places")
def read_published(tensors, config):
    ours = {}
    for key, tensor in tensors.items():
        name = published.our_name(key)
        if name is None:
            continue
        if "c_" in key and tensor.ndim == 2:
            tensor = tensor.T
        if "qkv" in name:
            k, q, v = tensor.chunk(3)
            ours[name.replace("qkv", "q")] = q
            ours[name.replace("qkv", "k")] = k
            ours[name.replace("qkv", "v")] = v
        else:
            ours[name] = tensor
    if config.tied:
        ours["head.weight"] = ours["tokens.weight"]
    return ours


@wrong("26.1.7", names="read.order", how="k and v")
def read_published(tensors, config):
    ours = {}
    for key, tensor in tensors.items():
        name = published.our_name(key)
        if name is None:
            continue
        if "c_" in key and tensor.ndim == 2:
            tensor = tensor.T
        if "qkv" in name:
            q, v, k = tensor.chunk(3)
            ours[name.replace("qkv", "q")] = q
            ours[name.replace("qkv", "k")] = k
            ours[name.replace("qkv", "v")] = v
        else:
            ours[name] = tensor
    if config.tied:
        ours["head.weight"] = ours["tokens.weight"]
    return ours


@wrong("26.1.7", names="read.dealt-out", says="in turn")
def read_published(tensors, config):
    ours = {}
    for key, tensor in tensors.items():
        name = published.our_name(key)
        if name is None:
            continue
        if "c_" in key and tensor.ndim == 2:
            tensor = tensor.T
        if "qkv" in name:
            q, k, v = (tensor[i::3] for i in range(3))
            ours[name.replace("qkv", "q")] = q
            ours[name.replace("qkv", "k")] = k
            ours[name.replace("qkv", "v")] = v
        else:
            ours[name] = tensor
    if config.tied:
        ours["head.weight"] = ours["tokens.weight"]
    return ours


@wrong("26.1.7", names="read.dealt-out", how="head by head")
def read_published(tensors, config):
    ours = {}
    for key, tensor in tensors.items():
        name = published.our_name(key)
        if name is None:
            continue
        if "c_" in key and tensor.ndim == 2:
            tensor = tensor.T
        if "qkv" in name:
            heads = tensor.unflatten(0, (config.H, 3, config.D))
            q, k, v = (heads[:, i].flatten(0, 1) for i in range(3))
            ours[name.replace("qkv", "q")] = q
            ours[name.replace("qkv", "k")] = k
            ours[name.replace("qkv", "v")] = v
        else:
            ours[name] = tensor
    if config.tied:
        ours["head.weight"] = ours["tokens.weight"]
    return ours


@wrong("26.1.7", names="read.not-cut", says="still one tensor")
def read_published(tensors, config):
    ours = {}
    for key, tensor in tensors.items():
        name = published.our_name(key)
        if name is None:
            continue
        if "c_" in key and tensor.ndim == 2:
            tensor = tensor.T
        ours[name] = tensor
    if config.tied:
        ours["head.weight"] = ours["tokens.weight"]
    return ours


@wrong("26.1.7", names="read.not-cut", how="the bias")
def read_published(tensors, config):
    ours = {}
    for key, tensor in tensors.items():
        name = published.our_name(key)
        if name is None:
            continue
        if "c_" in key and tensor.ndim == 2:
            tensor = tensor.T
        if "qkv.weight" in name:
            q, k, v = tensor.chunk(3)
            ours[name.replace("qkv", "q")] = q
            ours[name.replace("qkv", "k")] = k
            ours[name.replace("qkv", "v")] = v
        else:
            ours[name] = tensor
    if config.tied:
        ours["head.weight"] = ours["tokens.weight"]
    return ours


@wrong("26.1.7", names="read.no-head", says="is missing")
def read_published(tensors, config):
    ours = {}
    for key, tensor in tensors.items():
        name = published.our_name(key)
        if name is None:
            continue
        if "c_" in key and tensor.ndim == 2:
            tensor = tensor.T
        if "qkv" in name:
            q, k, v = tensor.chunk(3)
            ours[name.replace("qkv", "q")] = q
            ours[name.replace("qkv", "k")] = k
            ours[name.replace("qkv", "v")] = v
        else:
            ours[name] = tensor
    return ours


@wrong("26.1.7", names="read.always-tied", says="of its own")
def read_published(tensors, config):
    ours = {}
    for key, tensor in tensors.items():
        name = published.our_name(key)
        if name is None:
            continue
        if "c_" in key and tensor.ndim == 2:
            tensor = tensor.T
        if "qkv" in name:
            q, k, v = tensor.chunk(3)
            ours[name.replace("qkv", "q")] = q
            ours[name.replace("qkv", "k")] = k
            ours[name.replace("qkv", "v")] = v
        else:
            ours[name] = tensor
    ours["head.weight"] = ours["tokens.weight"]
    return ours


@wrong("26.1.7", names="read.buffers", says="nobody learned")
def read_published(tensors, config):
    ours = {}
    for key, tensor in tensors.items():
        name = published.our_name(key)
        if name is None:
            name = key
        if "c_" in key and tensor.ndim == 2:
            tensor = tensor.T
        if "qkv" in name:
            q, k, v = tensor.chunk(3)
            ours[name.replace("qkv", "q")] = q
            ours[name.replace("qkv", "k")] = k
            ours[name.replace("qkv", "v")] = v
        else:
            ours[name] = tensor
    if config.tied:
        ours["head.weight"] = ours["tokens.weight"]
    return ours


@wrong("26.1.7", names="read.buffers", how="None is no text")
def read_published(tensors, config):
    ours = {}
    for key, tensor in tensors.items():
        name = published.our_name(key)
        if "c_" in key and tensor.ndim == 2:
            tensor = tensor.T
        if "qkv" in name:
            q, k, v = tensor.chunk(3)
            ours[name.replace("qkv", "q")] = q
            ours[name.replace("qkv", "k")] = k
            ours[name.replace("qkv", "v")] = v
        else:
            ours[name] = tensor
    if config.tied:
        ours["head.weight"] = ours["tokens.weight"]
    return ours


@wrong("26.1.7", names="read.dtype", says="another dtype")
def read_published(tensors, config):
    ours = {}
    for key, tensor in tensors.items():
        tensor = tensor.float()
        name = published.our_name(key)
        if name is None:
            continue
        if "c_" in key and tensor.ndim == 2:
            tensor = tensor.T
        if "qkv" in name:
            q, k, v = tensor.chunk(3)
            ours[name.replace("qkv", "q")] = q
            ours[name.replace("qkv", "k")] = k
            ours[name.replace("qkv", "v")] = v
        else:
            ours[name] = tensor
    if config.tied:
        ours["head.weight"] = ours["tokens.weight"]
    return ours


@wrong("26.1.7", names="read.names", says="published names")
def read_published(tensors, config):
    ours = {}
    for key, tensor in tensors.items():
        name = published.our_name(key)
        if name is None:
            continue
        if "c_" in key and tensor.ndim == 2:
            tensor = tensor.T
        if "qkv" in name:
            q, k, v = tensor.chunk(3)
            ours[name.replace("qkv", "q")] = q
            ours[name.replace("qkv", "k")] = k
            ours[name.replace("qkv", "v")] = v
        else:
            ours[key] = tensor
    if config.tied:
        ours["head.weight"] = ours["tokens.weight"]
    return ours


@wrong("26.1.7", names="read.shapes", says="do not fit", how="the bias turned")
def read_published(tensors, config):
    ours = {}
    for key, tensor in tensors.items():
        name = published.our_name(key)
        if name is None:
            continue
        if "c_attn" in key:
            tensor = tensor.transpose(0, 1)
        if "qkv" in name:
            q, k, v = tensor.chunk(3)
            ours[name.replace("qkv", "q")] = q
            ours[name.replace("qkv", "k")] = k
            ours[name.replace("qkv", "v")] = v
        else:
            ours[name] = tensor
    if config.tied:
        ours["head.weight"] = ours["tokens.weight"]
    return ours


@wrong("26.1.7", names="type", says="return statement")
def read_published(tensors, config):
    ours = {}
    for key, tensor in tensors.items():
        name = published.our_name(key)
        if name is None:
            continue
        if "c_" in key and tensor.ndim == 2:
            tensor = tensor.T
        if "qkv" in name:
            q, k, v = tensor.chunk(3)
            ours[name.replace("qkv", "q")] = q
            ours[name.replace("qkv", "k")] = k
            ours[name.replace("qkv", "v")] = v
        else:
            ours[name] = tensor
    if config.tied:
        ours["head.weight"] = ours["tokens.weight"]


@right("26.1.7", how="three lines for q, k, v")
def read_published(tensors, config):
    ours = {}
    for key, tensor in tensors.items():
        name = published.our_name(key)
        if name is None:
            continue
        if "c_" in key and tensor.ndim == 2:
            tensor = tensor.T
        if "qkv" in name:
            q, k, v = tensor.chunk(3)
            ours[name.replace("qkv", "q")] = q
            ours[name.replace("qkv", "k")] = k
            ours[name.replace("qkv", "v")] = v
        else:
            ours[name] = tensor
    if config.tied:
        ours["head.weight"] = ours["tokens.weight"]
    return ours


@right("26.1.7", how="all names first, then the turns")
def read_published(tensors, config):
    gpt2 = config.positions == "learned"
    pairs = [(published.our_name(n), t) for n, t in tensors.items()]
    ours = {n: t for n, t in pairs if n is not None}
    turned = [n for n, t in ours.items() if n.startswith("blocks") and t.dim() == 2]
    for name in turned if gpt2 else []:
        ours[name] = ours[name].transpose(0, 1).contiguous()
    for name in [n for n in ours if "qkv" in n]:
        joined = ours.pop(name)
        C = joined.shape[0] // 3
        for i, letter in enumerate("qkv"):
            ours[name.replace("qkv", letter)] = joined[i * C : (i + 1) * C].clone()
    if config.tied:
        ours.setdefault("head.weight", ours["tokens.weight"])
    return ours


@right("26.1.7", how="cut first, then turned")
def read_published(tensors, config):
    ours = {}
    for key, t in tensors.items():
        if (name := published.our_name(key)) is None:
            continue
        if "c_attn" in key:
            thirds = t.split(t.shape[-1] // 3, dim=-1)
            for part, third in zip("qkv", thirds, strict=True):
                ours[name.replace("qkv", part)] = third.mT if t.ndim > 1 else third
        elif "c_" in key and key.endswith("weight"):
            ours[name] = t.mT
        else:
            ours[name] = t
    return ours | ({"head.weight": ours["tokens.weight"]} if config.tied else {})


@right("26.1.7", how="by our names, einsum")
def read_published(tensors, config):
    out = {published.our_name(n): t for n, t in tensors.items()}
    out.pop(None, None)
    sideways = ("qkv.weight", "out.weight", "up.weight", "down.weight")
    for n in list(out):
        if config.bias and n.endswith(sideways):
            out[n] = torch.einsum("ij->ji", out[n])
        if ".qkv." in n:
            rows = out.pop(n).unflatten(0, (3, -1))
            out |= {n.replace("qkv", p): rows[i] for i, p in enumerate("qkv")}
    if config.tied:
        out["head.weight"] = out["tokens.weight"]
    return out


@wrong("26.1.7", names="read.reshaped", says="mixed up")
def read_published(tensors, config):
    ours = {}
    for key, tensor in tensors.items():
        name = published.our_name(key)
        if name is None:
            continue
        if "c_" in key and tensor.ndim == 2:
            tensor = tensor.reshape(tensor.shape[1], tensor.shape[0])
        if "qkv" in name:
            for part, third in zip("qkv", tensor.chunk(3), strict=True):
                ours[name.replace("qkv", part)] = third
        else:
            ours[name] = tensor
    if config.tied:
        ours["head.weight"] = ours["tokens.weight"]
    return ours


@wrong("26.1.7", names="read.reordered", says="stay as they are published")
def read_published(tensors, config):
    found = {}
    for name, tensor in tensors.items():
        ours = published.our_name(name)
        if ours is None:
            continue
        if "c_" in name:
            tensor = tensor.T
        if config.positions == "rope" and ours.endswith(
            ("attention.q.weight", "attention.k.weight")
        ):
            tensor = (
                tensor.unflatten(0, (-1, 2, config.D // 2))
                .transpose(1, 2)
                .flatten(0, 2)
            )
        if "attention.qkv" in ours:
            for letter, part in zip("qkv", tensor.chunk(3), strict=True):
                found[ours.replace("qkv", letter)] = part
        else:
            found[ours] = tensor
    if config.tied:
        found["head.weight"] = found["tokens.weight"]
    return found


@wrong("26.1.7", names="read.reordered", how="Mistral's own files", hidden=True)
def read_published(tensors, config):
    found = {}
    for name, tensor in tensors.items():
        ours = published.our_name(name)
        if ours is None:
            continue
        if "c_" in name:
            tensor = tensor.T
        if config.interleaved and ours.endswith(
            ("attention.q.weight", "attention.k.weight")
        ):
            rows = tensor.unflatten(0, (-1, config.D // 2, 2))
            tensor = rows.transpose(1, 2).flatten(0, 2)
        if "attention.qkv" in ours:
            for letter, part in zip("qkv", tensor.chunk(3), strict=True):
                found[ours.replace("qkv", letter)] = part
        else:
            found[ours] = tensor
    if config.tied:
        found["head.weight"] = found["tokens.weight"]
    return found


@wrong("26.1.7", names="read.not-turned", how="and cut in three")
def read_published(tensors, config):
    found = {}
    for name, tensor in tensors.items():
        ours = published.our_name(name)
        if ours is None:
            continue
        if "attention.qkv" in ours:
            for letter, part in zip("qkv", tensor.chunk(3), strict=True):
                found[ours.replace("qkv", letter)] = part
        else:
            found[ours] = tensor
    if config.tied:
        found["head.weight"] = found["tokens.weight"]
    return found


@wrong("26.1.7", names="read.cut-across", says="along its inputs")
def read_published(tensors, config):
    found = {}
    for name, tensor in tensors.items():
        ours = published.our_name(name)
        if ours is None:
            continue
        if "c_" in name:
            tensor = tensor.T
        if "attention.qkv" in ours:
            for letter, part in zip("qkv", tensor.chunk(3, -1), strict=True):
                found[ours.replace("qkv", letter)] = part
        else:
            found[ours] = tensor
    if config.tied:
        found["head.weight"] = found["tokens.weight"]
    return found


@wrong("26.1.7", names="read.square-not-turned", how="both c_proj")
def read_published(tensors, config):
    found = {}
    for name, tensor in tensors.items():
        ours = published.our_name(name)
        if ours is None:
            continue
        if "c_attn" in name or "c_fc" in name:
            tensor = tensor.T
        if "attention.qkv" in ours:
            for letter, part in zip("qkv", tensor.chunk(3), strict=True):
                found[ours.replace("qkv", letter)] = part
        else:
            found[ours] = tensor
    if config.tied:
        found["head.weight"] = found["tokens.weight"]
    return found


@wrong("26.1.7", names="read.embedding-turned", how="tokens only")
def read_published(tensors, config):
    found = {}
    for name, tensor in tensors.items():
        ours = published.our_name(name)
        if ours is None:
            continue
        if "c_" in name or "wte" in name:
            tensor = tensor.T
        if "attention.qkv" in ours:
            for letter, part in zip("qkv", tensor.chunk(3), strict=True):
                found[ours.replace("qkv", letter)] = part
        else:
            found[ours] = tensor
    if config.tied:
        found["head.weight"] = found["tokens.weight"]
    return found


@wrong("26.1.7", names="read.shapes", how="mT of a bias")
def read_published(tensors, config):
    found = {}
    for name, tensor in tensors.items():
        ours = published.our_name(name)
        if ours is None:
            continue
        if "c_" in name:
            tensor = tensor.mT
        if "attention.qkv" in ours:
            for letter, part in zip("qkv", tensor.chunk(3), strict=True):
                found[ours.replace("qkv", letter)] = part
        else:
            found[ours] = tensor
    if config.tied:
        found["head.weight"] = found["tokens.weight"]
    return found


@wrong("26.1.7", names="type", says="is nothing", how="the embedding renamed")
def read_published(tensors, config):
    found = {}
    for name, tensor in tensors.items():
        ours = published.our_name(name)
        if ours is None:
            continue
        if "c_" in name:
            tensor = tensor.T
        if "attention.qkv" in ours:
            for letter, part in zip("qkv", tensor.chunk(3), strict=True):
                found[ours.replace("qkv", letter)] = part
        else:
            found[ours] = tensor
    if config.tied:
        found["head.weight"] = found.pop("tokens.weight")
    return found


@right("26.1.7", how="cut along the columns, each third turned")
def read_published(tensors, config):
    found = {}
    for name, tensor in tensors.items():
        ours = published.our_name(name)
        if ours is None:
            continue
        if ".c_" in name and "qkv" not in ours:
            tensor = tensor.T
        if "attention.qkv" in ours:
            q, k, v = tensor.chunk(3, dim=-1)
            for letter, part in dict(q=q, k=k, v=v).items():
                found[ours.replace("qkv", letter)] = part.T if part.ndim == 2 else part
        else:
            found[ours] = tensor
    if config.tied:
        found["head.weight"] = found["tokens.weight"]
    return found


@right("26.1.7", how="permute and slices")
def read_published(tensors, config):
    names = {n: published.our_name(n) for n in tensors}
    side = ("c_attn.weight", "c_proj.weight", "c_fc.weight")
    out = {
        o: (tensors[n].permute(1, 0) if n.endswith(side) else tensors[n])
        for n, o in names.items()
        if o
    }
    for key in [k for k in out if ".qkv." in k]:
        t = out.pop(key)
        C = t.shape[0] // 3
        for i, letter in enumerate("qkv"):
            out[key.replace(".qkv.", f".{letter}.")] = t[i * C : (i + 1) * C].clone()
    if config.tied:
        out["head.weight"] = out["tokens.weight"]
    return out
