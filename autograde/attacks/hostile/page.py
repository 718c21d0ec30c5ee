"""Scripts for whoever opens the feedback; the answers themselves are right."""

from nbformat.v4 import new_markdown_cell

from ..make import Notebook, changed, files, insert, own, perfect
from ..record import Files, Material, Register

ALL = Register(all_solved=True)
# every script holds this word, so that it can be found in a page
SCRIPT = "llmlab_script_ran"


def _page(name: str, about: str):
    def mark(change):
        @ALL(name, about)
        def make(material: Material) -> Files:
            return files(changed(change, perfect(material)))

        return change

    return mark


@_page("html-output", "displays HTML with scripts, handlers, frames and forms")
def _html_output(nb: Notebook) -> None:
    code = f"""
        from IPython.display import HTML, Javascript, display
        display(HTML("<script>{SCRIPT}()</script><img src=x onerror='{SCRIPT}()'>"))
        display(HTML("<iframe srcdoc='<script>{SCRIPT}()</script>'></iframe>"))
        display(HTML("<a href='javascript:{SCRIPT}()'>click</a><form action=/x>"))
        display(HTML("<meta http-equiv=refresh content='0;url=javascript:{SCRIPT}()'>"))
        display(HTML("<style>@import '//127.0.0.1/{SCRIPT}';</style><base href=//x>"))
        display(Javascript("{SCRIPT}()"))
    """
    insert(nb, "setup", own(code))


@_page("svg-output", "displays SVG with onload, scripts and foreign objects")
def _svg_output(nb: Notebook) -> None:
    code = f"""
        from IPython.display import SVG, display
        head = '<svg xmlns="http://www.w3.org/2000/svg" onload="{SCRIPT}()">'
        body = ('<script>{SCRIPT}()</script><foreignObject><body '
                'onload="{SCRIPT}()"/></foreignObject><a href="javascript:{SCRIPT}()">'
                '<text>x</text></a></svg>')
        display(SVG(head + body))
        display({{"image/svg+xml": head + body, "text/plain": "svg"}}, raw=True)
    """
    insert(nb, "setup", own(code))


@_page("markdown", "scripts in text cells, links, attachments and formulas")
def _markdown(nb: Notebook) -> None:
    text = (
        f"<script>{SCRIPT}()</script>\n\n<img src=x onerror={SCRIPT}()>\n\n"
        f"[a](javascript:{SCRIPT}())\n\n"
        f"[b](data:text/html,<script>{SCRIPT}()</script>)\n\n"
        f"$\\href{{javascript:{SCRIPT}()}}{{x}}$ <svg onload={SCRIPT}()>\n\n"
        f"<details open ontoggle={SCRIPT}()>x</details> ![p](attachment:p.svg)"
    )
    cell = new_markdown_cell(text, id="scripts")
    svg = f"<svg xmlns='http://www.w3.org/2000/svg' onload='{SCRIPT}()'/>"
    cell["attachments"] = {"p.svg": {"image/svg+xml": svg}}
    insert(nb, "setup", cell)


@_page("terminal-codes", "prints escape codes that retitle, clear and answer back")
def _terminal_codes(nb: Notebook) -> None:
    code = r"""
        import sys
        codes = "\x1b]0;title\x07\x1b[2J\x1b[6n\x1b]8;;javascript:%s()\x1b\\x\x1b]8;;"
        for stream in (sys.stdout, sys.stderr):
            print(codes % "llmlab_script_ran", "\x9b31m\x07\x00", file=stream)
        print("\u202e reversed \u200b" + "a\u0301" * 500)
    """
    insert(nb, "setup", own(code))


@_page("html-errors", "errors whose names, texts and lines are HTML")
def _html_errors(nb: Notebook) -> None:
    code = f"""
        Evil = type("<script>{SCRIPT}()</script>", (Exception,), {{}})
        raise Evil("<img src=x onerror={SCRIPT}()>")  # <script>{SCRIPT}()</script>
    """
    insert(nb, "setup", own(code))


@_page("html-metadata", "scripts in titles, tags, names of kernels and languages")
def _html_metadata(nb: Notebook) -> None:
    script = f"\"'><script>{SCRIPT}()</script>"
    nb.metadata["title"] = nb.metadata["authors"] = script
    nb.metadata["language_info"] = {"name": script, "mimetype": script}
    nb.metadata["kernelspec"] = {"name": "python3", "display_name": script}
    for cell in nb.cells:
        cell.metadata["tags"] = [*cell.metadata.get("tags", []), script]
        cell.metadata["name"] = script


@_page("widget-state", "saved widget states and custom formats with scripts")
def _widget_state(nb: Notebook) -> None:
    script = f"</script><script>{SCRIPT}()</script>"
    state = {"m": {"model_name": "HTMLModel", "state": {"value": script}}}
    kind = "application/vnd.jupyter.widget-state+json"
    nb.metadata["widgets"] = {kind: {"version_major": 2, "state": state}}
    code = f"""
        from IPython.display import display
        script = "</script><script>{SCRIPT}()</script>"
        for kind in ("application/vnd.jupyter.widget-view+json", "text/latex",
                     "application/javascript", "text/markdown", "text/vnd.mermaid",
                     "application/pdf", "image/png", "application/json"):
            data = {{"model_id": script}} if kind.endswith("json") else script
            display({{kind: data, "text/plain": "x"}}, raw=True)
    """
    insert(nb, "setup", own(code))
