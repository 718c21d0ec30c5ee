"""Doctor's checks of the course's files, the learner's folder and the language."""

import locale
import os
import sys
import tempfile
import tomllib
from importlib.metadata import PackageNotFoundError, version

from llmlab.cli import places
from llmlab.cli.errors import LearnerError, free, free_megabytes
from llmlab.cli.finding import BAD, GOOD, WARN, Finding
from llmlab.cli.places import Places
from llmlab.cli.target import notebooks_in
from llmlab.i18n import LANGUAGES, _, language
from llmlab.notebooks import UnreadableNotebook, read

# families with Chinese letters on the systems learners have
FAMILIES = (
    "Noto Sans CJK",
    "Noto Serif CJK",
    "Noto Sans SC",
    "Source Han",
    "PingFang",
    "Hiragino Sans GB",
    "Heiti",
    "STHeiti",
    "Songti",
    "Arial Unicode",
    "Microsoft YaHei",
    "SimHei",
    "SimSun",
    "WenQuanYi",
    "Droid Sans Fallback",
)
LITTLE, FULL = 1000, 100  # megabytes


def course_version(where: Places) -> Finding:
    """The package, the list of sections and the folder are of one release."""
    try:
        contents = places.load_course()
        installed = version("llmlab")
    except LearnerError as error:
        return Finding(BAD, str(error))
    except PackageNotFoundError:
        text = _("The course's package is not installed.")
        return Finding(BAD, text, "python -m pip install --no-deps -e .")
    project = where.root / "pyproject.toml"
    names = {installed, contents.version}
    if project.is_file():
        names.add(tomllib.loads(project.read_text("utf-8"))["project"]["version"])
    if len(names) > 1:
        text = _("Parts of the course are of different releases: {names}.")
        text = text.format(names=", ".join(sorted(names)))
        return Finding(WARN, text, _("`make lab` installs the present one."))
    count = sum(section.built for section in contents.sections)
    text = _("Course release {version}, {count} sections")
    return Finding(GOOD, text.format(version=installed, count=count))


def work_folder(where: Places) -> Finding:
    """The learner's folder can be written."""
    folder = where.work
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder) as file:
            file.write(b"1")
    except OSError as error:
        text = _("{folder} cannot be written: {reason}")
        text = text.format(folder=folder, reason=error.strerror or error)
        advice = _("Give yourself the right to write there, or use `--work FOLDER`.")
        return Finding(BAD, text, advice)
    text = _("Your notebooks are in {folder}")
    return Finding(GOOD, text.format(folder=where.shown(folder)))


def disk(where: Places) -> Finding:
    """There is room to save notebooks and figures."""
    room = free_megabytes(where.work)
    text = _("Free disk space: {free}").format(free=free(where.work))
    if room is not None and room < LITTLE:
        state = BAD if room < FULL else WARN
        advice = _("Make room: notebooks are lost when they cannot be saved.")
        return Finding(state, text, advice)
    return Finding(GOOD, text)


def notebooks(where: Places) -> Finding:
    """Every notebook can be read: those handed out and those in work/."""
    found = [*(where.root / "notebooks").rglob("*.ipynb"), *notebooks_in(where)]
    bad, advice = [], []
    for path in found:
        try:
            read(path)
        except UnreadableNotebook as error:
            bad.append(where.shown(path))
            advice.append(error.message)
    if bad:
        text = _("Notebooks that cannot be read: {names}").format(names=", ".join(bad))
        more = _("`llmlab check FILE` says how to get a copy back.")
        return Finding(BAD, text, "\n".join([*advice[:3], more]))
    if not found:
        text = _("There are no notebooks in {folder}.")
        text = text.format(folder=where.root / "notebooks")
        return Finding(BAD, text, "make build")
    return Finding(
        GOOD, _("All {count} notebooks can be read").format(count=len(found))
    )


def fonts(where: Places) -> Finding:
    """Figures can show Chinese letters."""
    from matplotlib import font_manager  # slow, and needed here only

    names = {font.name for font in font_manager.fontManager.ttflist}
    found = sorted(n for n in names if n.startswith(FAMILIES))
    if found:
        text = _("Chinese letters in figures: {font}").format(font=found[0])
        return Finding(GOOD, text)
    text = _("No font with Chinese letters: figures show boxes in their place.")
    advice = _(
        "Install “Noto Sans CJK” (Debian and Ubuntu: fonts-noto-cjk). English figures "
        "need nothing."
    )
    return Finding(WARN, text, advice)


def language_used(where: Places) -> Finding:
    """Messages come in a known language, and the terminal can show them."""
    variables = ("LLMLAB_LANG", "LC_ALL", "LC_MESSAGES", "LANG")
    source = next((name for name in variables if os.environ.get(name)), _("default"))
    text = _("Language: {language} (from {source})")
    text = text.format(language=LANGUAGES[language()], source=source)
    encoding = (sys.stdout.encoding or "ascii").lower().replace("-", "")
    preferred = locale.getpreferredencoding(False).lower().replace("-", "")
    if "utf8" not in encoding or "utf8" not in preferred:
        text += " " + _("but this terminal is not UTF-8: some signs show as “?”.")
        return Finding(WARN, text, _("Set LANG=C.UTF-8, on Windows PYTHONUTF8=1."))
    return Finding(GOOD, text)
