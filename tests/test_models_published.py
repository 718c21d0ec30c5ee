"""Model folders: found by path or by name, read offline, with errors that say why."""

import dataclasses
import doctest
import hashlib
import json
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
import torch
from safetensors.torch import save_file

from llmlab import prose
from llmlab.models import architecture, hub, layout, published, words
from llmlab.models.published import ModelError

LLAMA = json.loads((published.tiny("llama") / "config.json").read_text())


def folder(tmp_path, tensors=True, **changes):
    config = {name: v for name, v in (LLAMA | changes).items() if v != "gone"}
    (tmp_path / "config.json").write_text(json.dumps(config))
    if tensors:
        save_file({"x": torch.ones(2)}, tmp_path / "model.safetensors")
    return tmp_path


def test_doctests():
    for module in (architecture, published, words):
        found = doctest.testmod(module)
        assert found.attempted and not found.failed


def test_a_configuration_is_frozen_and_checked():
    with pytest.raises(dataclasses.FrozenInstanceError):
        architecture.GPT_2.C = 1
    with pytest.raises(ValueError, match="norm='batch' is not known"):
        architecture.Config(V=2, C=4, L=1, H=2, norm="batch")
    with pytest.raises(ValueError, match="cannot share G = 3"):
        architecture.Config(V=2, C=4, L=1, H=4, G=3)
    with pytest.raises(ValueError, match="K = 3"):
        architecture.Config(V=2, C=4, L=1, H=4, E=2, K=3)


def test_older_configurations_are_read_alike(tmp_path):
    """Before transformers 5 RoPE's base stood alone, and other keys were missing."""
    old = folder(
        tmp_path,
        rope_parameters="gone",
        rope_theta=500.0,
        head_dim="gone",
        num_key_value_heads="gone",
    )
    config = published.read_config(old)
    assert (config.base, config.D, config.G) == (500.0, 4, 4)
    assert config.window is None and not config.tied


@pytest.mark.parametrize(
    "changes, said",
    [
        ({"model_type": "bert"}, "type 'bert'. Known are: gpt2, llama"),
        ({"hidden_act": "gelu"}, "hidden_act = 'gelu'"),
        ({"attention_bias": True}, "attention_bias = True"),
        ({"rope_parameters": {"rope_type": "llama3"}}, "rope_type = 'llama3'"),
        (
            {"rope_parameters": None, "rope_scaling": {"rope_type": "yarn"}},
            "rope_type = 'yarn'",
        ),
        (
            {"rope_parameters": None, "rope_scaling": {"type": "linear"}},
            "rope_type = 'linear'",
        ),
    ],
)
def test_what_the_decoder_cannot_do_is_said(tmp_path, changes, said):
    with pytest.raises(ModelError, match=said):
        published.read_config(folder(tmp_path, **changes))


def test_troubles_of_a_folder_are_said(tmp_path):
    with pytest.raises(ModelError, match="no config.json"):
        published.read_config(tmp_path)
    with pytest.raises(ModelError, match="no file ends in .safetensors"):
        published.read_tensors(tmp_path)
    (tmp_path / "pytorch_model.bin").write_bytes(b"")
    with pytest.raises(ModelError, match="pickled weights only"):
        published.read_tensors(tmp_path)
    (tmp_path / "model.safetensors").write_bytes(b"no tensors")
    with pytest.raises(ModelError, match="cannot be read"):
        published.read_tensors(tmp_path)
    index = {"weight_map": {"a": "one.safetensors", "b": "two.safetensors"}}
    (tmp_path / "model.safetensors.index.json").write_text(json.dumps(index))
    save_file({"a": torch.ones(1)}, tmp_path / "one.safetensors")
    with pytest.raises(ModelError, match="missing: two.safetensors"):
        published.read_tensors(tmp_path)
    (tmp_path / "config.json").write_text("{")
    with pytest.raises(ModelError, match="cannot be read"):
        published.read_config(tmp_path)
    with pytest.raises(ModelError, match="There are: gpt2, llama, mistral, mixtral"):
        published.tiny("bert")


def test_a_path_is_used_as_it_is(tmp_path):
    assert hub.find(folder(tmp_path)) == tmp_path
    with pytest.raises(ModelError, match="is a file"):
        hub.find(tmp_path / "config.json")
    for gone in ("/no/such/folder", "./gone", "a/b/c", "~/nothing/here/at/all"):
        with pytest.raises(ModelError, match="There is no folder"):
            hub.find(gone)


def test_without_the_hubs_package_it_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "huggingface_hub", None)
    with pytest.raises(ModelError, match="pip install huggingface-hub"):
        hub.find("gpt2-of-nobody")


@pytest.fixture
def server(tmp_path):
    """A hub of one model, at localhost, as far as fetching needs it."""
    source = published.tiny("llama")
    names = ("config.json", "model.safetensors", "reference.safetensors")
    files = {name: (source / name).read_bytes() for name in names}
    commit, asked = "0" * 40, []

    class Hub(BaseHTTPRequestHandler):
        def do_GET(self, body=True):
            asked.append(self.path)
            path = self.path.split("?")[0]
            name = path.rsplit("/", 1)[-1]
            if "gated" in path:
                headers = {"X-Error-Code": "GatedRepo", "X-Error-Message": "no"}
                return self.answer(403, b"{}", body, headers)
            if "course/tiny" not in path:
                headers = {"X-Error-Code": "RepoNotFound"}
                return self.answer(404, b"{}", body, headers)
            if "/tree/" in path:
                rows = [
                    {
                        "type": "file",
                        "path": name,
                        "size": len(data),
                        "oid": hashlib.sha1(data).hexdigest(),
                    }
                    for name, data in files.items()
                ]
                return self.answer(200, json.dumps(rows).encode(), body)
            if path.startswith("/api/"):
                siblings = [{"rfilename": name} for name in files]
                found = {"id": "course/tiny", "sha": commit, "siblings": siblings}
                return self.answer(200, json.dumps(found).encode(), body)
            if name not in files:
                return self.answer(404, b"", body, {"X-Error-Code": "EntryNotFound"})
            tag = hashlib.sha1(files[name]).hexdigest()
            headers = {"ETag": f'"{tag}"', "X-Repo-Commit": commit}
            return self.answer(200, files[name], body, headers)

        def do_HEAD(self):
            self.do_GET(body=False)

        def answer(self, status, data, body, headers=()):
            self.send_response(status)
            for name, value in {**dict(headers)}.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            if body:
                self.wfile.write(data)

        def log_message(self, *words):
            pass

    running = ThreadingHTTPServer(("127.0.0.1", 0), Hub)
    threading.Thread(target=running.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{running.server_port}", asked
    running.shutdown()


def ask(server, tmp_path, code, **more):
    """Run `code` in a process whose hub is the local one."""
    environment = {"PATH": "/usr/bin:/bin", "HF_ENDPOINT": server, "LANG": "C.UTF-8"}
    environment |= {"HF_HOME": str(tmp_path / "hub"), "HOME": str(tmp_path)}
    environment |= {"HF_HUB_DISABLE_XET": "1", "OMP_NUM_THREADS": "1", **more}
    head = "from llmlab.models import hub, published\n"
    return subprocess.run(
        [sys.executable, "-c", head + code],
        capture_output=True,
        text=True,
        env=environment,
        timeout=120,
        cwd=tmp_path,
    )


def test_by_name_it_is_fetched_once_and_only_on_demand(server, tmp_path):
    address, asked = server
    before = ask(address, tmp_path, 'hub.find("course/tiny")')
    assert "download=True" in before.stderr and asked == []
    code = 'f = hub.find("course/tiny", download=True)\n'
    code += "print(len(published.read_tensors(f)), published.read_config(f).G)"
    first = ask(address, tmp_path, code)
    assert first.returncode == 0, first.stderr
    said, read = first.stdout.strip().splitlines()
    assert said.startswith("Fetching course/tiny: 0.00 GB") and read == "21 2"
    # what is not needed is not fetched
    assert not any("reference" in path for path in asked)
    asked.clear()
    offline = ask(address, tmp_path, 'print(hub.find("course/tiny"))')
    assert offline.returncode == 0 and asked == []
    again = ask(address, tmp_path, code)
    assert again.stdout.strip() == "21 2"


@pytest.mark.parametrize(
    "name, said",
    [
        ("course/gated", "behind a licence. Accept it on huggingface.co/course/gated"),
        ("course/none", "There is no model course/none on the hub"),
    ],
)
def test_what_the_hub_refuses_is_said(server, tmp_path, name, said):
    found = ask(server[0], tmp_path, f'hub.find("{name}", download=True)')
    assert said in found.stderr.splitlines()[-1]


def test_no_network_is_said(server, tmp_path):
    code = 'hub.find("course/tiny", download=True)'
    found = ask("http://127.0.0.1:9", tmp_path, code)
    assert "could not be fetched" in found.stderr.splitlines()[-1]
    found = ask(server[0], tmp_path, code, HF_HUB_OFFLINE="1")
    assert "forbids the network" in found.stderr.splitlines()[-1]


def test_a_full_disk_is_said_before(monkeypatch):
    import shutil
    from types import SimpleNamespace

    file = SimpleNamespace(file_size=int(5e9), will_download=True)
    usage = SimpleNamespace(free=int(1e9))
    monkeypatch.setattr(shutil, "disk_usage", lambda place: usage)
    with pytest.raises(ModelError, match="takes 5.0 GB, and .* has 1.0 GB left"):
        hub._announce("big", [file])


def test_whole_words_are_tokens(tmp_path):
    with pytest.raises(ModelError, match="no vocabulary"):
        words.vocabulary(tmp_path)
    gpt2 = {"The": 0, "Ġcat": 1, "Ġsat": 2}
    (tmp_path / "vocab.json").write_text(json.dumps(gpt2))
    assert words.vocabulary(tmp_path) == gpt2
    llama = {"▁The": 0, "▁cat": 1}
    (tmp_path / "tokenizer.json").write_text(json.dumps({"model": {"vocab": llama}}))
    known = words.vocabulary(tmp_path)
    assert words.ids("The cat", known) == [0, 1] and words.text([0, 1], known)
    with pytest.raises(ModelError, match="no single token: dog"):
        words.ids("The dog", known)

    def model(ids):
        return torch.eye(3)[(ids + 1) % 3]

    (tmp_path / "tokenizer.json").unlink()
    assert words.continued(model, tmp_path, "The", 2) == "The cat sat"


def test_the_layouts_have_the_names_of_the_families():
    generator = torch.Generator().manual_seed(0)
    for kind in layout.KINDS:
        found = layout.publish(kind, layout.weights(kind, generator))
        if kind in ("gpt2", "llama", "mixtral"):
            shipped = published.read_tensors(published.tiny(kind))
            few = {n for n in shipped if ".2." not in n and ".3." not in n}
            assert {n for n in found} == few, kind


def test_prose_is_held_out_and_one_line():
    draw = torch.Generator().manual_seed(0)
    piece = prose.batch(4, 10, draw)
    assert piece.shape == (4, 11) and int(piece.max()) < prose.V
    assert "\n" not in prose.text() and len(prose.text()) > 100_000

    def model(ids):
        return torch.zeros(*ids.shape, prose.V)

    loss = prose.surprise(model, piece)
    torch.testing.assert_close(loss, torch.full((4, 10), prose.V).log())
