"""What a person at a terminal sees of a run: lines as stages end, and a bar; plain lines where there is no terminal."""

import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.logging import RichHandler
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn

OURS = ("scrapers", "cleaning", "training", "flows")


class StageBar(logging.Handler):
    """Moves a bar as the log says that stages begin and end."""

    def __init__(self, bar: Progress, task: TaskID) -> None:
        super().__init__()
        self._bar, self._task = bar, task

    def emit(self, record: logging.LogRecord) -> None:
        """Shows the stage that a record names."""
        if stage := getattr(record, "stage", None):
            self._bar.update(self._task, description=stage)
        elif getattr(record, "stage_done", None):
            self._bar.advance(self._task)


@contextmanager
def shown(stages: int | None = None) -> Iterator[None]:
    """Shows the log of our packages on standard error, and a bar over `stages` stages where it is a terminal."""
    console = Console(stderr=True)
    if not console.is_terminal:
        handler: logging.Handler = logging.StreamHandler()
        handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)-7s %(message)s", "%H:%M:%S"))
        with handling([handler]):
            yield
        return
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=console, transient=True, disable=stages is None) as bar:
        rich = RichHandler(console=console, show_path=False, markup=False, log_time_format="%H:%M:%S")
        with handling([rich, StageBar(bar, bar.add_task("starting", total=stages))]):
            yield


def silence_prefect() -> None:
    """Keeps Prefect's own lines off the terminal; they stay in its page of the run. Before Prefect is imported."""
    os.environ.setdefault("PREFECT_LOGGING_HANDLERS_CONSOLE_LEVEL", "CRITICAL")


@contextmanager
def handling(handlers: list[logging.Handler]) -> Iterator[None]:
    """Gives our packages' log to these handlers, and to nobody else's on the terminal."""
    loggers = [logging.getLogger(name) for name in OURS]
    for logger in loggers:
        logger.setLevel(logging.INFO)
        logger.propagate = False
        for handler in handlers:
            logger.addHandler(handler)
    try:
        yield
    finally:
        for logger in loggers:
            logger.propagate = True
            for handler in handlers:
                logger.removeHandler(handler)
