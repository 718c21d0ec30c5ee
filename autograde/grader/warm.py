"""Load and touch, before the first fork, what every notebook needs."""

from .limits import TESTER


def warm_up(role: str):
    """Load and touch once what every notebook needs; a student's shell, or None."""
    import torch

    torch.set_num_threads(1)
    import einops  # noqa: F401
    import jaxtyping  # noqa: F401
    import torch._dynamo  # noqa: F401 - 1.5 s in every process with an optimizer

    from llmlab import check, claims, count, mistakes, plot  # noqa: F401

    layer = torch.nn.Linear(2, 2)
    layer(torch.ones(1, 2)).sum().backward()
    torch.optim.Adam(layer.parameters()).step()
    if role == TESTER:
        from . import submission, tester  # noqa: F401

        return None
    from . import student  # noqa: F401
    from .shell import make_shell

    figure = plot.heatmap(torch.eye(2), ["a", "b"], ["a", "b"], "warm")
    figure.canvas.draw()
    import matplotlib.pyplot as plt

    plt.close("all")
    return make_shell()
