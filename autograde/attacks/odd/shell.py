"""Magics, commands, other languages, and cells that end with an error."""

from functools import partial

from ..record import Register
from . import noise

ALL = Register(kind="odd", all_solved=True)
_scratch = partial(noise.scratch, register=ALL)

_scratch(
    "magics",
    "autoreload, time, timeit, env, who, and a magic that does not exist",
    """
    %load_ext autoreload
    %autoreload 2
    %time sum(range(10))
    %timeit -n1 -r1 sum(range(10))
    %env MY_VARIABLE=1
    %who
    %no_such_magic
    """,
)
_scratch("cell-time", "a cell that is timed with %%time", "%%time\nsum(range(10))")
_scratch(
    "cell-bash",
    "a cell in another language by %%bash",
    "%%bash\necho hello\nexit 3",
)
_scratch(
    "pip-fails",
    "%pip install of a package that cannot be had, and !pip",
    "%pip install --no-index no-such-package-at-all\n!pip --version\n!ls",
)
_scratch(
    "input",
    "asks for input in a cell of its own",
    "name = input('Your name? ')\nprint(name)",
)
_scratch(
    "breakpoint",
    "a breakpoint() that was left in",
    "breakpoint()\nx_after = 1",
)
_scratch(
    "syntax-error",
    "a cell that is no Python",
    "this is no python at all (",
)
_scratch(
    "own-error",
    "a cell that raises, and a %debug below it",
    "1 / 0\n",
)
_scratch(
    "sys-exit-cell",
    "sys.exit() at the end of an own experiment",
    "import sys\nsys.exit()",
)
_scratch("quit", "quit() in a cell of its own", "quit()", after="end")
_scratch(
    "await",
    "top-level await and async definitions",
    """
    import asyncio

    async def wait():
        await asyncio.sleep(0.01)
        return 1

    await wait()
    asyncio.get_event_loop()
    """,
)
