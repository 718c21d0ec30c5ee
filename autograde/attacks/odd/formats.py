"""File names, folders, formats and metadata that other tools leave behind."""

import copy
import json

import nbformat

from ..make import Notebook, answered, changed, files, insert, own, perfect, to_bytes
from ..record import FILE, SECTION, Files, Material, Register

ALL = Register(kind="odd", all_solved=True)


def _named(name: str, about: str, path: str, **record) -> None:
    @ALL(name, about, **record)
    def make(material: Material) -> Files:
        return {path: to_bytes(perfect(material))}


_named("browser-copy", "downloaded twice: (1)", f"{SECTION} (1).ipynb")
_named("lab-copy", "JupyterLab's -Copy1", f"{SECTION}-Copy1.ipynb")
_named("renamed", "renamed to the student's name", "作业 李雷 final v2.ipynb")
_named("subfolder", "in a subfolder", f"my work/{FILE}")
_named("own-folder", "in a folder that bears its name", f"{FILE}/{FILE}")
_named("chinese-folder", "in the folder of the Chinese edition", f"zh/{FILE}")
_named("upper-case", "an upper-case extension", f"{SECTION}.IPYNB")
_named("chinese-name", "a student with a Chinese name", FILE, student="李雷")
_named("odd-name", "a student id with dots, blanks and a plus", FILE,
       student="o'neil.x+y @z")  # fmt: skip


def _bytes(name: str, about: str, content) -> None:
    @ALL(name, about)
    def make(material: Material) -> Files:
        return {FILE: content(to_bytes(perfect(material)))}


_bytes("windows", "Windows line ends", lambda text: text.replace(b"\n", b"\r\n"))
_bytes("byte-order-mark", "a byte order mark", lambda text: b"\xef\xbb\xbf" + text)
_bytes("utf-16", "UTF-16", lambda text: text.decode().encode("utf-16"))
_bytes("one-line", "JSON in one line, escaped", lambda t: json.dumps(json.loads(t)).encode())  # fmt: skip  # noqa: E501
_bytes(
    "windows-sources",
    "Windows line ends inside the cells",
    lambda text: text.replace(b"\\n", b"\\r\\n"),
)


def _changed(name: str, about: str):
    def mark(change):
        @ALL(name, about)
        def make(material: Material) -> Files:
            return files(changed(change, perfect(material)))

        return change

    return mark


@_changed("colab", "Colab's metadata on notebook and cells")
def _colab(nb: Notebook) -> None:
    nb.metadata |= {
        "colab": {"provenance": [], "name": FILE, "toc_visible": True},
        "accelerator": "GPU",
        "kernelspec": {"name": "python3", "display_name": "Python 3"},
        "language_info": {"name": "python"},
    }
    for n, cell in enumerate(nb.cells):
        cell.metadata["id"] = f"aB{n}"
        cell.metadata["colab"] = {"base_uri": "https://localhost:8080/"}
        cell["id"] = f"aB{n}"
        if cell.cell_type == "code":
            cell.metadata["outputId"] = "x"
    first = own("from google.colab import drive\ndrive.mount('/content/drive')")
    insert(nb, "", first)


@_changed("vs-code", "VS Code's metadata, and ids of its own")
def _vs_code(nb: Notebook) -> None:
    nb.metadata["vscode"] = {"interpreter": {"hash": "0" * 64}}
    nb.metadata["orig_nbformat"] = 4
    nb.metadata["kernelspec"] = {"name": ".venv", "display_name": ".venv (3.11)"}
    for n, cell in enumerate(nb.cells):
        cell["id"] = f"{n:08x}"
        cell.metadata["vscode"] = {"languageId": "python"}


@_changed("kaggle", "Kaggle's and Deepnote's metadata")
def _kaggle(nb: Notebook) -> None:
    nb.metadata["kaggle"] = {"dataSources": [], "isGpuEnabled": True}
    for cell in nb.cells:
        cell.metadata["_uuid"] = cell.metadata["deepnote_cell_type"] = "x"
        cell.metadata["trusted"] = True


def _kernel(name: str, kernel: str, language: str = "python") -> None:
    @_changed(f"kernel-{name}", f"the kernel's name is {kernel}")
    def change(nb: Notebook) -> None:
        nb.metadata["kernelspec"] = {
            "name": kernel,
            "display_name": kernel,
            "language": language,
        }


_kernel("conda", "conda-env-llm-py")
_kernel("julia", "julia-1.10", "julia")


@_changed("no-metadata", "no metadata on the notebook at all")
def _no_metadata(nb: Notebook) -> None:
    nb.metadata.clear()


@ALL("format-4.4", "format 4.4, where cells have no ids")
def _format_4_4(material: Material) -> Files:
    nb = perfect(material)
    nb.nbformat_minor = 4
    for cell in nb.cells:
        cell.pop("id", None)
    return files(nb)


@ALL("format-3", "notebook format 3 of the year 2014")
def _format_3(material: Material) -> Files:
    old = nbformat.convert(copy.deepcopy(perfect(material)), 3)
    return {FILE: nbformat.writes(old, version=3).encode()}


@ALL("chinese", "the Chinese edition")
def _chinese(material: Material) -> Files:
    edition = Material(
        material.chinese,
        material.chinese,
        material.answers,
        material.bank,
        material.aim,
    )
    return files(answered(edition, material.answers))


@ALL("blank-beside", "the blank notebook beside the written, renamed one")
def _blank_beside(material: Material) -> Files:
    written = to_bytes(perfect(material))
    return {FILE: to_bytes(material.english), f"{SECTION}_done.ipynb": written}


@ALL("extra-files", "a checkpoint, a virtual environment, pictures, an archive")
def _extra_files(material: Material) -> Files:
    checkpoint = f".ipynb_checkpoints/{SECTION}-checkpoint.ipynb"
    extra = {
        checkpoint: to_bytes(material.english),
        ".venv/pyvenv.cfg": b"home = /usr/bin\n",
        ".git/HEAD": b"ref: refs/heads/main\n",
        "__pycache__/helpers.cpython-311.pyc": b"\0" * 100,
        "photo.jpg": b"\xff\xd8\xff" + b"\0" * 200_000,
        "all.zip": b"PK\x03\x04",
        "report.docx": b"PK\x03\x04",
        "other.ipynb": to_bytes(nbformat.v4.new_notebook()),
        ".DS_Store": b"\0",
    }
    return files(perfect(material), extra)


@ALL("time-offset", "a time stamp with an offset and without fractions")
def _time_offset(material: Material) -> Files:
    return files(perfect(material), {"timestamp.txt": b"2026-03-01 09:00:00 +08:00\n"})
