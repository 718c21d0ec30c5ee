"""Modules and data beside the notebook, and answers written in other ways."""

from ..make import answered, files, insert, own, perfect
from ..record import Files, Material, Register

ALL = Register(kind="odd", all_solved=True)


@ALL("own-module", "a module of its own beside the notebook, imported in a cell")
def _own_module(material: Material) -> Files:
    module = f"import torch\n\n{_untyped(material, 'softmax')}"
    nb = answered(
        material, {**material.answers, "softmax": "from helpers import softmax"}
    )
    return files(nb, {"helpers.py": module.encode()})


def _untyped(material: Material, name: str) -> str:
    """An answer without its hints, which need the notebook's imports."""
    body = material.answers[name].split("\n", 1)[1]
    return f"def {name}(scores):\n{body}\n"


@ALL("own-package", "a package of its own in a subfolder, put on the path")
def _own_package(material: Material) -> Files:
    module = f"import torch\n\n{_untyped(material, 'softmax')}"
    text = "import sys\nsys.path.insert(0, 'src')\nfrom mine.parts import softmax"
    nb = answered(material, {**material.answers, "softmax": text})
    extra = {"src/mine/__init__.py": b"", "src/mine/parts.py": module.encode()}
    return files(nb, extra)


@ALL("data-files", "reads its own csv and picture beside the notebook")
def _data_files(material: Material) -> Files:
    code = """
        import csv
        with open("data/my data.csv", encoding="utf-8") as stream:
            rows = list(csv.reader(stream))
        picture = open("图.png", "rb").read()
        assert rows[1] == ["1", "汉字"], rows
    """
    extra = {"data/my data.csv": "a,b\n1,汉字\n".encode(), "图.png": b"\x89PNG\r\n"}
    return files(insert(perfect(material), "setup", own(code)), extra)


def _banked(material: Material, backwards: bool) -> Files:
    """One right way of the bank for every exercise, without the bank's own mark."""
    entries = [e for e in material.bank.right if not e.dtypes]
    answers = dict(material.answers)
    for entry in reversed(entries) if backwards else entries:
        lines = entry.source.splitlines()
        kept = [x for x in lines if not x.startswith("from autograde.mistakes ")]
        answers[entry.exercise] = "\n".join(kept).strip()
    return files(answered(material, answers))


@ALL("other-ways", "the last right way of the mistake bank for every exercise")
def _other_ways(material: Material) -> Files:
    return _banked(material, backwards=False)


@ALL("first-ways", "the first right way of the mistake bank for every exercise")
def _first_ways(material: Material) -> Files:
    return _banked(material, backwards=True)
