"""Find a published model: a folder of this machine, or by its name on the hub.

Nothing is fetched unless `download=True` is said.
"""

import os
import re
import shutil
from pathlib import Path

from llmlab.i18n import _
from llmlab.models.published import ModelError

# what reading a model and its words needs, and nothing else
WANTED = ("config.json", "model*.safetensors", "model.safetensors.index.json")
WANTED += ("tokenizer.json", "vocab.json")
_NAME = re.compile(r"[\w.-]+(/[\w.-]+)?")


def find(name: str | Path, download: bool = False) -> Path:
    """The folder of a model: a path, or a name such as "gpt2" or "owner/model".

    A path is used as it is. A name is looked up among the models that Hugging Face's
    tools have fetched before; only with `download=True` is it fetched, and the size
    is printed first. Some models need an account that accepted a licence: its token
    is taken from where `hf auth login` puts it.
    Errors: ModelError, which says what to do.
    """
    path = Path(name).expanduser()
    if path.is_dir():
        return path
    if path.exists():
        message = _("{path} is a file. Give the folder that holds config.json.")
        raise ModelError(message.format(path=path))
    if not _NAME.fullmatch(str(name)) or str(name).startswith("."):
        message = _("There is no folder {path}.")
        raise ModelError(message.format(path=path))
    return Path(_fetch(str(name), download))


def _fetch(name: str, download: bool) -> str:
    try:
        from huggingface_hub import snapshot_download
    except ImportError as error:
        message = _(
            "There is no folder {name} here, and to look for a model of that name the "
            "package huggingface-hub is needed: `pip install huggingface-hub`."
        )
        raise ModelError(message.format(name=name)) from error
    wanted = {"repo_id": name, "allow_patterns": [*WANTED]}
    try:
        if download:
            _announce(name, snapshot_download(**wanted, dry_run=True))
        return snapshot_download(**wanted, local_files_only=not download)
    except OSError as error:
        raise ModelError(_reason(name, download, error)) from error


def _announce(name: str, files: list) -> None:
    """Print how much will be fetched; stop if the disk cannot hold it."""
    from huggingface_hub import constants

    missing = sum(file.file_size for file in files if file.will_download)
    if not missing:
        return
    place = Path(constants.HF_HUB_CACHE)
    while not place.exists():
        place = place.parent
    free = shutil.disk_usage(place).free
    if missing > free:
        message = _("{name} takes {size:.1f} GB, and {place} has {free:.1f} GB left.")
        raise ModelError(
            message.format(name=name, size=missing / 1e9, free=free / 1e9, place=place)
        )
    message = _("Fetching {name}: {size:.2f} GB, once; it is kept in {place}.")
    print(message.format(name=name, size=missing / 1e9, place=place))


def _reason(name: str, download: bool, error: OSError) -> str:
    """What went wrong, and what to do about it."""
    from huggingface_hub import errors

    # a dry run wraps what the hub said
    wrapped = error.__cause__
    if isinstance(wrapped, errors.RepositoryNotFoundError):
        error = wrapped
    if isinstance(error, errors.GatedRepoError):
        message = _(
            "{name} is behind a licence. Accept it on huggingface.co/{name}, then run "
            "`hf auth login` in a terminal."
        )
    elif isinstance(error, errors.RepositoryNotFoundError):
        message = _("There is no model {name} on the hub, or it is not public.")
    elif not download:
        message = _(
            "There is no folder {name}, and no model of that name was fetched before. "
            'With a network, `find("{name}", download=True)` fetches it.'
        )
    elif isinstance(error, errors.OfflineModeIsEnabled) or os.environ.get(
        "HF_HUB_OFFLINE"
    ):
        message = _("HF_HUB_OFFLINE forbids the network, so {name} cannot be fetched.")
    else:
        message = _("{name} could not be fetched: {error}")
    return message.format(name=name, error=_short(error))


def _short(error: OSError) -> str:
    lines = str(error).strip().splitlines()
    return lines[0] if lines else type(error).__name__
