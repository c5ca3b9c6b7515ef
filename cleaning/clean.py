"""Cleans the collected parts: `raw/` to `cleaned/` and `dropped/`, a part at a time, and says why in `annotations/`."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import chain
from typing import Any

from cleaning import annotations
from cleaning.errors import CleanError
from cleaning.language import fingerprint_of
from cleaning.lines import FILE as LINES
from cleaning.lines import learn_lines
from cleaning.part import Mapper, Part, outcome_of, parts_of, read_part, write_results
from cleaning.profile import Profile
from cleaning.step import FAILED, annotate, cut
from cleaning.steps.lines import repeated_lines
from scrapers import store
from scrapers.fingerprint import code_of
from scrapers.manifest import Outcome, Run, Stage, Workspace, once, run_stage
from scrapers.record import Document


@dataclass(frozen=True)
class CleanSettings:
    """max_bad: the share of the documents that may break a step; with more the stage fails."""

    max_bad: float = 0.01

    def __post_init__(self) -> None:
        if not 0 <= self.max_bad <= 1:
            raise ValueError(f"clean.max_bad is {self.max_bad}: expected a share, 0 to 1")


def clean_corpus(
    run: Run,
    profile: Profile,
    settings: CleanSettings | None = None,
    *,
    inputs: Sequence[str],
    target: str = "cleaned",
    mapper: Mapper = map,
    order: Sequence[str] = (),
) -> Stage:
    """The stage `clean`: every document of the raw parts `inputs` in `<target>/`, or in `dropped/` with the reason.

    Raises CleanError where more documents break a step than the settings allow.
    """
    work = partial(clean_parts, inputs=inputs, profile=profile, target=target, mapper=mapper)
    # Steps and engines are found by name, so no import shows that this stage runs their code.
    code = [code_of(step.function) for step in profile.steps()]
    engines = [fingerprint_of(name) for name in profile.engines()]
    parameters = {"profile": profile.name, "steps": profile.entries, "code": code, "engines": engines, "target": target}
    stage = run_stage(run, "clean", work, inputs=inputs, parameters=parameters, order=order)
    check_failures(run, stage, settings or CleanSettings())
    return stage


def clean_parts(
    workspace: Workspace, *, inputs: Sequence[str], profile: Profile, target: str, mapper: Mapper
) -> Outcome:
    """Cleans every input part in the workspace; those an interrupted run had done are not done again."""
    parts = parts_of(workspace, inputs)
    learned = with_repeated_lines(workspace, parts, profile, mapper)
    tallies = list(mapper(partial(clean_part, profile=learned, target=target), parts))
    rules = annotations.added(tally["rules"] for tally in tallies)
    sizes: Counter[str] = Counter()
    for source, _, _, count in chain.from_iterable(tally["flow"] for tally in tallies):
        sizes[source] += count
    by_source = annotations.added_by_source([tally["sources"] for tally in tallies], sizes)
    said = {"profile": profile.name, "masked": profile.masks(), "rules": rules, "rules_by_source": by_source}
    outcome = outcome_of(tallies, said)
    return outcome if learned is profile else replace(outcome, files={**outcome.files, LINES: None})


def with_repeated_lines(workspace: Workspace, parts: Sequence[Part], profile: Profile, mapper: Mapper) -> Profile:
    """The profile whose step `repeated_lines` knows the lines that the sources of these parts repeat.

    They are counted in texts as the steps before leave them. The same profile, where it has no such step.
    """
    before = profile.until(repeated_lines.__name__)
    if before is None or not parts:
        return profile
    asked = {**(repeated_lines.__kwdefaults__ or {}), **profile.entries[len(before.entries)]}
    least = {name: asked[name] for name in ("min_documents", "min_share")}
    url = learn_lines(workspace, parts, prepare=partial(rewritten, profile=before), mapper=mapper, **least)
    return profile.changed(repeated_lines.__name__, lines_url=url)


def rewritten(documents: Sequence[Document], *, profile: Profile) -> list[Document]:
    """The documents as the steps of the profile leave their texts, whatever its rules find."""
    return [annotation.document for annotation in annotate(documents, profile.steps())]


def clean_part(part: Part, *, profile: Profile, target: str) -> dict[str, Any]:
    """Cleans one part; returns where its documents went, and what each rule said."""

    def work() -> dict[str, Any]:
        annotated = annotate(list(read_part(part.source)), profile.steps())
        path = f"{annotations.FOLDER}/part-{part.number:05d}.parquet"
        store.write_table(part.workspace + path, annotations.table(annotated))
        tally = write_results(part, [cut(annotation) for annotation in annotated], stage="clean", target=target)
        tally["files"][path] = None  # its rows are documents that are counted where they went
        return tally | {"rules": annotations.tally(annotated), "sources": annotations.tally_by_source(annotated)}

    return once(part.url("part", "json"), work)


def check_failures(run: Run, stage: Stage, settings: CleanSettings) -> None:
    """Raises CleanError where more documents than the settings allow broke a step.

    The stage is published by then: a run with a higher limit goes on with it.
    """
    failed = stage.detail["rules"].get(FAILED, {}).get("asked", 0)
    if failed > settings.max_bad * stage.received:
        share = f"{failed:,} of {stage.received:,} documents, {failed / stage.received:.2%},"
        raise CleanError(
            f"{share} broke a cleaning step: clean.max_bad allows {settings.max_bad:.2%}. They are in "
            f"{run.path('dropped/')}, rule {FAILED}; the log of the run names each with its error"
        )
