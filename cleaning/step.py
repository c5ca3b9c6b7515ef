"""What a cleaning step is: a function of one document and its parameters, that rewrites it or drops it, never both."""

import importlib
import pkgutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, partial
from typing import Any

from scrapers.record import Document, Dropped
from scrapers.source import did_you_mean


class CleanError(Exception):
    """A profile, a rule or an input of cleaning is not what it should be."""


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a step drops a document: what it measured, and what it asked."""

    value: str
    threshold: str


Step = Callable[[Document], Document | Reason]


# What a profile may give for a parameter, by the type of its default.
KINDS = {tuple: (list, tuple), float: (int, float), int: (int,), str: (str,), bool: (bool,)}


@cache
def known_steps() -> Mapping[str, Callable[..., Document | Reason]]:
    """Every step named in the `STEPS` of a module of `cleaning/steps/`, by its function's name."""
    package = importlib.import_module("cleaning.steps")
    modules = [importlib.import_module(info.name) for info in pkgutil.iter_modules(package.__path__, "cleaning.steps.")]
    return {step.__name__: step for module in modules for step in module.STEPS}


def bind(entries: Sequence[Mapping[str, Any]]) -> tuple[tuple[str, Step], ...]:
    """The steps of a profile, `{"step": name, parameter: value, ...}` each, in their order, parameters bound.

    Raises CleanError on an unknown step or parameter, or a value of another kind than its default.
    """
    bound = []
    for entry in entries:
        if not isinstance(entry, Mapping):
            raise CleanError(f"a cleaning step is a table with a key `step`, found {entry!r}")
        parameters = dict(entry)
        name = parameters.pop("step", None)
        if name not in known_steps():
            raise CleanError(f"there is no cleaning step {name!r}{did_you_mean(str(name), list(known_steps()))}")
        function = known_steps()[name]
        defaults = function.__kwdefaults__ or {}
        for parameter, value in parameters.items():
            if parameter not in defaults:
                hint = did_you_mean(parameter, list(defaults)) if defaults else "; it has none"
                raise CleanError(f"cleaning step {name} has no parameter {parameter!r}{hint}")
            if not isinstance(value, KINDS.get(type(defaults[parameter]), object)):
                raise CleanError(f"{name}.{parameter} is {value!r}: expected one such as {defaults[parameter]!r}")
        bound.append((name, partial(function, **parameters)))
    return tuple(bound)


def clean(document: Document, steps: Sequence[tuple[str, Step]]) -> Document | Dropped:
    """The document after all steps, or with the reason of the first that drops it."""
    for name, step in steps:
        result = step(document)
        if isinstance(result, Reason):
            return Dropped(document, "clean", name, result.value, result.threshold)
        document = result
    return document
