"""Grade on many machines: the same jobs, run by workers of a Dask cluster.

The workers need this course's environment and the course's folder under the same path
(a shared file system). Each has its own zygotes and its own sandbox. Results are files
as ever; this process alone writes the gradebook.
"""

from collections.abc import Callable
from contextlib import contextmanager

from autograde.grader.host import GraderError, Lost, TooWeak, shared
from llmlab.i18n import _

from .room import ClassroomError


def work(job: dict, seconds: float, level: str, floor: str) -> dict:
    """On a worker: run one job in this worker's own sandbox."""
    try:
        grader = shared(level)
        grader.require(floor)
        return grader.do({**job, "sandbox": grader.level}, seconds)
    except TooWeak as error:
        return {"weak": grader.level, "why": str(error)}
    except GraderError as error:
        return {"lost": str(error)}


@contextmanager
def cluster(address: str, seconds: float, level: str, floor: str):
    """A function that runs a job somewhere, and how many can run at a time.

    Errors: ClassroomError if Dask is not installed or the scheduler does not answer.
    """
    try:
        from distributed import Client
    except ImportError:
        text = _("--scheduler needs Dask: `pip install distributed`.")
        raise ClassroomError(text) from None
    try:
        client = Client(address, timeout=20, set_as_default=False)
    except (OSError, ValueError, TimeoutError) as error:
        text = _("No Dask scheduler answers at {address}: {why}")
        raise ClassroomError(text.format(address=address, why=error)) from None
    with client:
        threads = sum(client.nthreads().values())
        if not threads:
            text = _("The Dask scheduler at {address} has no workers yet.")
            raise ClassroomError(text.format(address=address))
        yield _runner(client, seconds, level, floor), 2 * threads


def _runner(client, seconds: float, level: str, floor: str) -> Callable:
    def do(job: dict) -> dict:
        # a worker that dies is no fault of the job's: it is run again elsewhere
        task = client.submit(work, job, seconds, level, floor, pure=False)
        try:
            answer = task.result()
        except Exception as error:
            raise Lost(f"{type(error).__name__}: {error}") from None
        if "weak" in answer:
            why = f"a worker's sandbox is '{answer['weak']}' only: {answer['why']}"
            raise GraderError(why)
        if "lost" in answer:
            raise Lost(answer["lost"])
        return answer

    return do
