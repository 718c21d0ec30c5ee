"""A JupyterLab server of its own and a headless Chromium, for tests of pages.

Nothing of the developer's own Jupyter is read or written: settings, workspaces,
kernels' files and trust all live in the test's folder. Use it like this:

    from browser import chromium, lab   # noqa: F401 - fixtures

    @pytest.mark.browser
    def test_page(lab, chromium, tmp_path):
        server = lab(tmp_path)
        page = chromium(server)
        page.goto(server.url("/lab/tree/notebook.ipynb?reset"))
"""

import contextlib
import os
import secrets
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path

import pytest

CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")
SECONDS = 120
FLAGS = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-sync"
    " --disable-background-networking --disable-component-update"
).split()
# JupyterLab's news toast covers a corner of the page
PAGE_CONFIG = (
    '{"disabledExtensions": {"@jupyterlab/apputils-extension:announcements": true}}'
)
# the page of the current notebook answers with its kernel's state once all is ready
READY = """async () => {
  const app = window.jupyterapp; await app.restored;
  const widget = app.shell.currentWidget;
  if (!widget || !widget.sessionContext) return null;
  await widget.context.ready; await widget.sessionContext.ready;
  const session = widget.sessionContext.session;
  if (!session || !session.kernel) return null;
  await session.kernel.info; return session.kernel.status; }"""


@dataclass(frozen=True)
class Server:
    """A running JupyterLab."""

    port: int
    token: str
    log: Path

    def url(self, path: str) -> str:
        """The address of a page of this server, with the key to it."""
        sign = "&" if "?" in path else "?"
        return f"http://127.0.0.1:{self.port}{path}{sign}token={self.token}"


@dataclass
class Watch:
    """What went wrong in a page, and whom it asked for something."""

    errors: list[str] = field(default_factory=list)
    remote: list[str] = field(default_factory=list)


def find_chromium() -> str | None:
    """Path of an installed Chromium."""
    named = os.environ.get("CHROMIUM")
    return named or next(filter(None, map(shutil.which, CHROMIUM_NAMES)), None)


def isolated(folder: Path) -> dict[str, str]:
    """Environment of a Jupyter that knows this folder only."""
    home = folder / "home"
    env = {k: v for k, v in os.environ.items() if not k.startswith(("JUPYTER", "LLM"))}
    env.update(HOME=str(home), LLMLAB_LANG="en", JUPYTER_PREFER_ENV_PATH="1")
    for name in ("CONFIG", "DATA", "RUNTIME"):
        env[f"JUPYTER_{name}_DIR"] = str(home / name.lower())
    env["IPYTHONDIR"] = str(home / "ipython")
    env["MPLCONFIGDIR"] = str(home / "matplotlib")
    # nbgrader starts `alembic` by name
    env["PATH"] = str(Path(sys.executable).parent) + os.pathsep + env["PATH"]
    labconfig = home / "config" / "labconfig"
    labconfig.mkdir(parents=True, exist_ok=True)
    (labconfig / "page_config.json").write_text(PAGE_CONFIG)
    return env


def free_port() -> int:
    """A port that nothing listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextlib.contextmanager
def serve(root: Path, folder: Path, env: dict[str, str] | None = None):
    """Run JupyterLab with its files at `root` and its own settings in `folder`."""
    port = free_port()
    server = Server(port, secrets.token_hex(16), folder / "jupyter.log")
    command = [sys.executable, "-m", "jupyter", "lab", "--no-browser", "--allow-root"]
    command += [f"--port={port}", "--ip=127.0.0.1", "--expose-app-in-browser"]
    command += ["--ServerApp.port_retries=0", f"--ServerApp.root_dir={root}"]
    command += [f"--IdentityProvider.token={server.token}"]
    command += ["--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate"]
    env = {**isolated(folder), **(env or {})}
    with server.log.open("wb") as log:
        process = subprocess.Popen(
            command, cwd=root, env=env, stdout=log, stderr=subprocess.STDOUT
        )
        try:
            _wait_until_up(server, process)
            yield server
        finally:
            _stop(server, process)


def _wait_until_up(server: Server, process) -> None:
    deadline = time.monotonic() + SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        with contextlib.suppress(OSError):
            urllib.request.urlopen(server.url("/api/status"), timeout=5).close()
            return
        time.sleep(0.2)
    raise RuntimeError("JupyterLab did not start:\n" + server.log.read_text()[-2000:])


def _stop(server: Server, process) -> None:
    # asked politely, the server ends its kernels too
    request = urllib.request.Request(server.url("/api/shutdown"), method="POST")
    request.add_header("Authorization", f"token {server.token}")
    with contextlib.suppress(OSError, urllib.error.HTTPError):
        urllib.request.urlopen(request, timeout=10).close()
    try:
        process.wait(30)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


@pytest.fixture
def lab(tmp_path):
    """Start JupyterLab: `lab(root)` gives a Server that ends with the test."""
    with contextlib.ExitStack() as stack:

        def start(root: Path, **env: str) -> Server:
            return stack.enter_context(serve(root, tmp_path, env))

        yield start


@pytest.fixture
def chromium():
    """Open an empty browser: `chromium()` gives a page; `page.watch` has its errors."""
    path = find_chromium() or _missing()
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=path, headless=True, args=FLAGS
        )

        def open_page(width: int = 1400, height: int = 1000, **options):
            size = {"width": width, "height": height}
            page = browser.new_context(viewport=size, **options).new_page()
            page.set_default_timeout(SECONDS * 1000)
            page.watch = Watch()
            page.on("pageerror", lambda error: page.watch.errors.append(str(error)))
            page.on("request", lambda request: _note_remote(page.watch, request.url))
            return page

        yield open_page
        browser.close()


def _missing():
    """Skip the test loudly, or fail where a browser is promised, as on CI."""
    text = "NO CHROMIUM: this test needs one; install the package `chromium`"
    if os.environ.get("REQUIRE_BROWSER"):
        pytest.fail(text)
    pytest.skip(text)


def _note_remote(watch: Watch, url: str) -> None:
    if not url.startswith(("http://127.0.0.1", "ws://127.0.0.1", "data:", "blob:")):
        watch.remote.append(url)


def wait_for_kernel(page) -> None:
    """Wait until the current notebook of JupyterLab has an idle kernel."""
    page.wait_for_function(
        "() => window.jupyterapp?.shell?.currentWidget?.sessionContext"
    )
    deadline = time.monotonic() + SECONDS
    while page.evaluate(READY) != "idle":
        if time.monotonic() > deadline:
            raise TimeoutError("the notebook's kernel is not ready")
        time.sleep(0.1)


def keep_screenshot(page, name: str) -> Path | None:
    """Save a picture of the page where LLMLAB_SCREENSHOTS says, if it says so."""
    folder = os.environ.get("LLMLAB_SCREENSHOTS")
    if not folder:
        return None
    path = Path(folder, f"{name}.png")
    path.parent.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=path)
    return path
