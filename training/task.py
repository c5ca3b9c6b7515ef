"""Tasks: what a classifier is asked to tell apart. One file each in `training/tasks/`."""

import difflib
import importlib
import pkgutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from training import tasks as package


class TaskError(Exception):
    """A task that does not exist, or does not hold together."""


@dataclass(frozen=True, slots=True)
class Task:
    """A single-label classification: `label_of` gives the label of a row of the dataset, or None where it has none.

    A row without a label is counted, not trained on.
    """

    name: str
    labels: tuple[str, ...]
    description: str
    label_of: Callable[[Mapping[str, Any]], str | None]

    def __post_init__(self) -> None:
        if len(self.labels) < 2 or len(set(self.labels)) != len(self.labels):
            raise TaskError(f"task {self.name}: labels must be two or more different names, not {list(self.labels)}")

    def index_of(self, row: Mapping[str, Any]) -> int | None:
        """The place of the row's label in `labels`. Raises TaskError for a label that is not among them."""
        label = self.label_of(row)
        if label is None:
            return None
        if label not in self.labels:
            raise TaskError(f"task {self.name}: label_of gave {label!r} for row {row['id']}, expected {self.labels}")
        return self.labels.index(label)


def tasks() -> dict[str, Task]:
    """All tasks by name: the `TASK` of every module in `training/tasks/`."""
    found: dict[str, Task] = {}
    for module in pkgutil.iter_modules(package.__path__, f"{package.__name__}."):
        task = getattr(importlib.import_module(module.name), "TASK", None)
        if not isinstance(task, Task) or task.name != module.name.rpartition(".")[2]:
            raise TaskError(f"{module.name} must define TASK = Task(...) with the name of its file")
        found[task.name] = task
    return found


def find_task(name: str) -> Task:
    """The task of that name. Raises TaskError that names the nearest one, or all of them."""
    found = tasks()
    if name in found:
        return found[name]
    near = difflib.get_close_matches(name, found, n=1)
    hint = f"did you mean {near[0]!r}?" if near else f"there are: {', '.join(sorted(found))}"
    raise TaskError(f"no task is called {name!r}; {hint}")
