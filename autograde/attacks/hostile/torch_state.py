"""Settings of torch and of the process that are shared with whatever runs after."""

from ..make import cell_attack
from ..record import Register

ALL = Register()

cell_attack(
    ALL,
    "default-dtype",
    "sets the default dtype to float64 and then to bfloat16",
    "torch.set_default_dtype(torch.float64); torch.set_default_dtype(torch.bfloat16)",
)
cell_attack(
    ALL,
    "default-device",
    "sets the default device to meta, where tensors have no values",
    "torch.set_default_device('meta')",
)
cell_attack(
    ALL,
    "seeds",
    "fixes every random source, so that drawn inputs are the same each time",
    """
    import random
    torch.manual_seed(0)
    torch.manual_seed = lambda *a: None
    torch.randn = lambda *size, **k: torch.zeros(*[s for s in size if type(s) is int])
    torch.rand = torch.randn
    random.random = lambda: 0.5
    """,
)
cell_attack(
    ALL,
    "no-grad",
    "turns gradients off for good and makes every gradient zero",
    """
    torch.set_grad_enabled(False)
    torch.is_grad_enabled = lambda: True
    torch.autograd.backward = lambda *a, **k: None
    torch.Tensor.backward = lambda *a, **k: None
    """,
)
cell_attack(
    ALL,
    "deterministic",
    "asks for deterministic algorithms, anomaly mode and 64 threads",
    """
    torch.use_deterministic_algorithms(True)
    torch.autograd.set_detect_anomaly(True)
    torch.set_num_threads(64)
    """,
)
cell_attack(
    ALL,
    "no-gc",
    "turns the garbage collector off and keeps cycles of 100 MB",
    """
    import gc
    gc.disable()
    gc.set_threshold(0)
    for _n in range(10):
        ring = [torch.ones(2_500_000)]
        ring.append(ring)
    """,
)
cell_attack(
    ALL,
    "stdout-closed",
    "closes sys.stdout and sys.stderr and puts None in their place",
    """
    import sys
    for name in ("stdout", "stderr", "__stdout__", "__stderr__", "stdin"):
        stream = getattr(sys, name)
        setattr(sys, name, None)
        if stream is not None:
            try:
                stream.close()
            except Exception:
                pass
    """,
    ungraded_ok=True,
)
cell_attack(
    ALL,
    "fds-closed",
    "closes the file descriptors 0 to 100",
    """
    import os
    os.closerange(0, 101)
    """,
    ungraded_ok=True,
)
cell_attack(
    ALL,
    "cwd-removed",
    "works in a folder that it then removes",
    """
    import os, tempfile
    folder = tempfile.mkdtemp()
    os.chdir(folder)
    os.rmdir(folder)
    """,
)
cell_attack(
    ALL,
    "cwd-elsewhere",
    "goes to the course's root and to /",
    """
    import os
    for place in (ROOT, "/", "/proc/1/root"):
        try:
            os.chdir(place)
        except OSError as error:
            print(error)
    """,
)
cell_attack(
    ALL,
    "limits-raised",
    "raises its resource limits and lowers its niceness",
    """
    import os, resource
    for name in dir(resource):
        if name.startswith("RLIMIT_"):
            kind = getattr(resource, name)
            for value in (resource.RLIM_INFINITY, 10 ** 12):
                try:
                    resource.setrlimit(kind, (value, value))
                except (ValueError, OSError):
                    pass
    for change in (lambda: os.nice(-10), lambda: os.sched_setaffinity(0, {0}),
                   lambda: os.setuid(0), lambda: os.chroot("/"),
                   lambda: os.setpgid(0, 0)):
        try:
            change()
        except OSError as error:
            print(error)
    """,
)
cell_attack(
    ALL,
    "environment",
    "changes environment variables that the grader or its children may read",
    """
    import os
    print({n: v for n, v in os.environ.items() if "LLMLAB" in n or "GRADE" in n})
    for name in list(os.environ):
        if name.startswith(("LLMLAB", "PYTHON", "NBGRADER", "JUPYTER")):
            os.environ.pop(name)
    os.environ.update(PATH="", HOME="/", LLMLAB_SEED="0", LLMLAB_LANG="../../etc",
                      PYTHONPATH=".", LD_PRELOAD="./evil.so", LLMLAB_RESULTS="/")
    """,
)
