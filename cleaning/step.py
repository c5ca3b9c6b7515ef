"""What a cleaning step is: a function of a document and its parameters, that rewrites it or drops it, never both."""

import importlib
import pkgutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, partial, wraps
from inspect import unwrap
from typing import Any, get_args, get_type_hints

import msgspec

from cleaning.errors import CleanError
from scrapers.record import Document, Dropped
from scrapers.source import did_you_mean


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a step drops a document: what it measured, and what it asked."""

    value: str
    threshold: str


# A step with its parameters bound: of many documents at once, what becomes of each, in their order.
Step = Callable[[Sequence[Document]], Sequence[Document | Reason]]


@cache
def known_steps() -> Mapping[str, Callable[..., Sequence[Document | Reason]]]:
    """Every step of the modules of `cleaning/steps/`, by its function's name, as a function of many documents.

    Those in a module's `STEPS` are written for one document, those in its `BATCH_STEPS` for many.
    """
    package = importlib.import_module("cleaning.steps")
    modules = [importlib.import_module(info.name) for info in pkgutil.iter_modules(package.__path__, "cleaning.steps.")]
    steps = [each(step) for module in modules for step in module.STEPS]
    batch_steps = [step for module in modules for step in getattr(module, "BATCH_STEPS", ())]
    return {step.__name__: step for step in (*steps, *batch_steps)}


def each(function: Callable[..., Document | Reason]) -> Callable[..., list[Document | Reason]]:
    """A step of many documents that does with each what `function` does with one."""

    @wraps(function)
    def step(documents: Sequence[Document], **parameters: Any) -> list[Document | Reason]:
        return [function(document, **parameters) for document in documents]

    return step


def bind(entries: Sequence[Mapping[str, Any]]) -> tuple[tuple[str, Step], ...]:
    """The steps of a profile, `{"step": name, parameter: value, ...}` each, in their order, parameters bound.

    Raises CleanError on an unknown step or parameter, or a value of another type than the parameter.
    """
    bound = []
    for entry in entries:
        if not isinstance(entry, Mapping):
            raise CleanError(f"a cleaning step is a table with a key `step`, found {entry!r}")
        parameters = dict(entry)
        name = parameters.pop("step", None)
        if name not in known_steps():
            raise CleanError(f"there is no cleaning step {name!r}{did_you_mean(str(name), list(known_steps()))}")
        step = known_steps()[name]
        bound.append((name, partial(step, **checked(step, parameters))))
    return tuple(bound)


def checked(step: Callable[..., Any], parameters: Mapping[str, Any]) -> dict[str, Any]:
    """The parameters of a step as the types that it declares. Raises CleanError on an unknown one or another type."""
    name, function = step.__name__, unwrap(step)
    defaults, types = function.__kwdefaults__ or {}, get_type_hints(function, include_extras=True)
    values = {}
    for parameter, value in parameters.items():
        if parameter not in defaults:
            hint = did_you_mean(parameter, list(defaults)) if defaults else "; it has none"
            raise CleanError(f"cleaning step {name} has no parameter {parameter!r}{hint}")
        try:
            values[parameter] = msgspec.convert(value, types[parameter])
        except msgspec.ValidationError as error:
            keys = [key for kind in get_args(types[parameter]) for key in getattr(kind, "__struct_fields__", ())]
            wanted = f"tables with the keys {', '.join(keys)}" if keys else f"one such as {defaults[parameter]!r}"
            raise CleanError(f"{name}.{parameter} is {value!r}: expected {wanted} ({error})") from error
    return values


def clean(documents: Sequence[Document], steps: Sequence[tuple[str, Step]]) -> list[Document | Dropped]:
    """Each document after all steps, or with the reason of the first that drops it, in their order.

    A step does not see what those before it dropped.
    """
    left = dict(enumerate(documents))
    dropped = {}
    for name, step in steps:
        for place, result in zip(list(left), step(list(left.values())), strict=True):
            if isinstance(result, Reason):
                dropped[place] = Dropped(left.pop(place), "clean", name, result.value, result.threshold)
            else:
                left[place] = result
    return [left[place] if place in left else dropped[place] for place in range(len(documents))]
