"""Cleans the collected parts: `raw/` to `cleaned/` and `dropped/`, a part at a time."""

from collections.abc import Sequence
from functools import partial
from typing import Any

from cleaning.language import fingerprint_of
from cleaning.part import Mapper, Part, outcome_of, parts_of, sort_part
from cleaning.profile import Profile
from cleaning.step import clean
from scrapers.fingerprint import code_of
from scrapers.manifest import Outcome, Run, Stage, Workspace, once, run_stage


def clean_corpus(
    run: Run,
    profile: Profile,
    *,
    inputs: Sequence[str],
    target: str = "cleaned",
    mapper: Mapper = map,
    order: Sequence[str] = (),
) -> Stage:
    """The stage `clean`: every document of the raw parts `inputs` in `<target>/`, or in `dropped/` with the reason."""
    work = partial(clean_parts, inputs=inputs, profile=profile, target=target, mapper=mapper)
    # Steps and engines are found by name, so no import shows that this stage runs their code.
    code = [code_of(step) for _, step in profile.steps()]
    engines = [fingerprint_of(name) for name in profile.engines()]
    parameters = {"profile": profile.name, "steps": profile.entries, "code": code, "engines": engines, "target": target}
    return run_stage(run, "clean", work, inputs=inputs, parameters=parameters, order=order)


def clean_parts(
    workspace: Workspace, *, inputs: Sequence[str], profile: Profile, target: str, mapper: Mapper
) -> Outcome:
    """Cleans every input part in the workspace; those an interrupted run had done are not done again."""
    tallies = mapper(partial(clean_part, profile=profile, target=target), parts_of(workspace, inputs))
    return outcome_of(tallies, {"profile": profile.name})


def clean_part(part: Part, *, profile: Profile, target: str) -> dict[str, Any]:
    """Cleans one part; returns where its documents went."""
    work = partial(sort_part, part, partial(clean, steps=profile.steps()), stage="clean", target=target)
    return once(part.url("part", "json"), work)
