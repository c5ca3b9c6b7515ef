"""What a cleaning step is: a function of a document and its parameters, that rewrites it or judges it, never both.

Annotate first, cut second: every rule is asked of every document, whatever others say; then the first that objects, in
the order of the profile, is the reason why a document goes.
"""

import importlib
import logging
import pkgutil
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cache, partial
from itertools import groupby
from typing import Annotated, Any, get_args, get_type_hints

import msgspec

from cleaning.changes import concealed_part, concealed_value
from cleaning.errors import CleanError
from scrapers.record import Document, Dropped
from scrapers.source import did_you_mean

log = logging.getLogger(__name__)

FAILED = "failed"
Length = Annotated[int, msgspec.Meta(ge=0)]


class Finding(msgspec.Struct, frozen=True, gc=False):
    """What a rule saw in a document: what it measured, what it asks, and whether the document stays.

    rule: the step's name where it is empty. part: what of the text it looked at, where it looked at a part; in it, and
    in a value that is text, `note` hides personal data. start, end: its place, where that is known, in the text that
    the step was shown; of `mask_personal_data`, that of the placeholder in the text that it returns.
    """

    value: float | str
    threshold: str
    kept: bool
    rule: str = ""
    part: str = ""
    start: int | None = None
    end: int | None = None

    def shown(self) -> str:
        """The value as it is read: numbers of four digits."""
        return f"{self.value:.4g}" if isinstance(self.value, float) else str(self.value)


class Rewritten(msgspec.Struct, frozen=True):
    """A document that a step rewrote, and what it has to say of it."""

    document: Document
    findings: tuple[Finding, ...]


Result = Document | Rewritten | Finding | tuple[Finding, ...]


class Scope(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which documents a step is for: of sources that match, with wildcards, and with texts of so many characters."""

    sources: tuple[str, ...] = ()
    min_chars: Length = 0
    max_chars: Length | None = None

    def covers(self, document: Document) -> bool:
        """Whether the step is for the document."""
        length = len(document.text)
        if length < self.min_chars or (self.max_chars is not None and length > self.max_chars):
            return False
        return not self.sources or any(fnmatchcase(document.source, glob) for glob in self.sources)


EVERYTHING = Scope()
SCOPE_EXAMPLE = 'sources = ["oscar*"], min_chars = 500, max_chars = 5000'
# What is wrong with the profile, the disk or the machine, and not with a document.
PASSED_ON = (CleanError, OSError, MemoryError)


@dataclass(frozen=True, slots=True)
class Step:
    """A step of a profile, its parameters bound.

    function: of one document, or, where the step is `batched`, of many at once, with a result for each in their order.
    """

    name: str
    function: Callable[..., Any]
    batched: bool = False
    scope: Scope = EVERYTHING


class Annotation(msgspec.Struct):
    """A document as the steps leave it, and what they found in it, each finding with the name of its rule."""

    document: Document
    findings: list[Finding]
    failed: bool = False


@cache
def known_steps() -> Mapping[str, Step]:
    """Every step of the modules of `cleaning/steps/`, by its function's name, without parameters.

    Those in a module's `STEPS` are of one document, those in its `BATCH_STEPS` of many.
    """
    package = importlib.import_module("cleaning.steps")
    modules = [importlib.import_module(info.name) for info in pkgutil.iter_modules(package.__path__, "cleaning.steps.")]
    single = [Step(step.__name__, step) for module in modules for step in getattr(module, "STEPS", ())]
    batched = [Step(step.__name__, step, True) for module in modules for step in getattr(module, "BATCH_STEPS", ())]
    return {step.name: step for step in (*single, *batched)}


def bind(entries: Sequence[Mapping[str, Any]]) -> tuple[Step, ...]:
    """The steps of a profile, `{"step": name, parameter: value, ...}` each, in their order, parameters bound.

    The keys of `Scope` say for which documents a step is. Raises CleanError on an unknown step or parameter, or a value
    of another type than the parameter.
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
        own = step.function.__kwdefaults__ or {}
        scope = {key: parameters.pop(key) for key in Scope.__struct_fields__ if key in parameters and key not in own}
        function = partial(step.function, **checked(step, parameters))
        bound.append(Step(name, function, step.batched, scoped(name, scope)))
    return tuple(bound)


def scoped(name: str, values: Mapping[str, Any]) -> Scope:
    """The scope that an entry of the step `name` asks for. Raises CleanError on a value of another type."""
    try:
        return msgspec.convert(values, Scope)
    except msgspec.ValidationError as error:
        raise CleanError(f"cleaning step {name}: {error}; expected such as {SCOPE_EXAMPLE}") from error


def checked(step: Step, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """The parameters of a step as the types that it declares. Raises CleanError on an unknown one or another type."""
    name, defaults = step.name, step.function.__kwdefaults__ or {}
    types = get_type_hints(step.function, include_extras=True)
    values = {}
    for parameter, value in parameters.items():
        if parameter not in defaults:
            hint = did_you_mean(parameter, [*defaults, *Scope.__struct_fields__])
            raise CleanError(f"cleaning step {name} has no parameter {parameter!r}{hint}")
        try:
            values[parameter] = msgspec.convert(value, types[parameter])
        except msgspec.ValidationError as error:
            keys = [key for kind in get_args(types[parameter]) for key in getattr(kind, "__struct_fields__", ())]
            wanted = f"tables with the keys {', '.join(keys)}" if keys else f"one such as {defaults[parameter]!r}"
            raise CleanError(f"{name}.{parameter} is {value!r}: expected {wanted} ({error})") from error
    return values


def clean(documents: Sequence[Document], steps: Sequence[Step]) -> list[Document | Dropped]:
    """Each document after all steps, or with the first rule that objects to it, in their order."""
    return [cut(annotation) for annotation in annotate(documents, steps)]


def cut(annotation: Annotation) -> Document | Dropped:
    """The document, or why it goes: the first finding against it."""
    for finding in annotation.findings:
        if not finding.kept:
            reason = (finding.rule, finding.shown(), finding.threshold, finding.part)
            return Dropped(annotation.document, "clean", *reason)
    return annotation.document


def annotate(documents: Sequence[Document], steps: Sequence[Step]) -> list[Annotation]:
    """The documents after all steps, with all that these found, in their order."""
    seen = [Annotation(document, []) for document in documents]
    for batched, group in groupby(steps, key=lambda step: step.batched):
        if batched:
            for step in group:
                ask_together(step, seen)
        else:  # document by document, so that what its words are is found out once for all rules
            ask_each(list(group), seen)
    return seen


def ask_together(step: Step, annotations: Iterable[Annotation]) -> None:
    """Asks the step of all the documents it is for, at once; one by one where that fails, to find the cause."""
    asked = [item for item in annotations if not item.failed and step.scope.covers(item.document)]
    try:
        results = step.function([item.document for item in asked])
    except PASSED_ON:
        raise
    except Exception:
        alone = Step(step.name, lambda document: step.function([document])[0])
        ask_each([alone], asked)
        return
    for item, result in zip(asked, results, strict=True):
        note(step.name, item, result)


def ask_each(steps: Sequence[Step], annotations: Iterable[Annotation]) -> None:
    """Asks the steps of one document after the other. One on which a step breaks is not shown to those that follow."""
    for item in annotations:
        for step in steps:
            if item.failed or not step.scope.covers(item.document):
                continue
            try:
                note(step.name, item, step.function(item.document))
            except PASSED_ON:
                raise
            except Exception as error:
                log.exception("document %r of %r breaks the step %s", item.document.id, item.document.source, step.name)
                item.failed = True
                item.findings.append(Finding(f"{step.name}: {type(error).__name__}", "no error", False, FAILED))


def note(name: str, annotation: Annotation, result: Result) -> None:
    """Adds to the annotation what the step `name` gave for its document, with no personal data in clear."""
    text = annotation.document.text
    if isinstance(result, Document):
        annotation.document = result
        return
    if isinstance(result, Rewritten):
        annotation.document, found = result.document, result.findings
    else:
        found = (result,) if isinstance(result, Finding) else result
    for finding in found:
        rule, value, part = finding.rule or name, finding.value, finding.part
        if part:
            part = concealed_part(part, text)
        if isinstance(value, str):
            value = concealed_value(value)
        if (rule, value, part) != (finding.rule, finding.value, finding.part):
            finding = msgspec.structs.replace(finding, rule=rule, value=value, part=part)
        annotation.findings.append(finding)


def against(annotation: Annotation) -> Iterator[str]:
    """The rules that object to the document, each once, in order."""
    return iter(dict.fromkeys(finding.rule for finding in annotation.findings if not finding.kept))
