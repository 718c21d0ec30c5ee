"""What a student does with nbgrader: fetch a chapter, submit it, fetch feedback."""

from dataclasses import dataclass
from pathlib import Path

from nbgrader.auth import Authenticator
from nbgrader.coursedir import CourseDirectory
from nbgrader.exchange.default import (
    ExchangeFetchAssignment,
    ExchangeFetchFeedback,
    ExchangeSubmit,
)
from traitlets.config import Config


@dataclass(frozen=True)
class Student:
    """One student with a home folder; several may share one user of the machine."""

    name: str
    home: Path
    exchange: Path
    course: str

    def fetch(self, chapter: str) -> Path:
        """Fetch a released chapter; returns the folder with its notebooks."""
        self.home.mkdir(parents=True, exist_ok=True)
        self._step(ExchangeFetchAssignment, chapter)
        return self.home / chapter

    def submit(self, chapter: str) -> None:
        """Hand the chapter's folder in, as it is now."""
        self._step(ExchangeSubmit, chapter)

    def fetch_feedback(self, chapter: str) -> list[Path]:
        """Fetch the pages that were released for this student's submissions."""
        self._step(ExchangeFetchFeedback, chapter)
        return sorted((self.home / chapter / "feedback").rglob("*.html"))

    def _step(self, step, chapter: str) -> None:
        config = Config()
        config.CourseDirectory.course_id = self.course
        config.CourseDirectory.student_id = self.name
        config.CourseDirectory.assignment_id = chapter
        config.Exchange.root = str(self.exchange)
        config.Exchange.cache = str(self.home / ".cache")
        config.Exchange.assignment_dir = str(self.home)
        course = CourseDirectory(config=config)
        step(
            coursedir=course, authenticator=Authenticator(config=config), config=config
        ).start()
