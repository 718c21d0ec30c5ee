"""Graded checks: say what is wrong, where it starts, and which mistake it is.

A test cell has probes and a verdict. A *probe* runs beside the learner's code and
returns plain values. The *verdict* compares them with an independent oracle. Only
values pass between the two, so that a grader can run them in two processes.
"""

from . import draws, routing
from .backward import with_gradients
from .cases import Case, case, odd_cases
from .exercise import exercise
from .message import CheckFailed
from .modules import blocking, run_module, with_weights
from .probe import Probe, probe
from .run import last
from .session import Session, session, use
from .toys import TableModel, token_loss

__all__ = [
    "Case",
    "CheckFailed",
    "Probe",
    "Session",
    "TableModel",
    "blocking",
    "case",
    "draws",
    "exercise",
    "last",
    "odd_cases",
    "probe",
    "routing",
    "run_module",
    "session",
    "token_loss",
    "use",
    "with_gradients",
    "with_weights",
]
