"""Cleans the collected parts: `raw/` to `cleaned/` and `dropped/`, a part at a time."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import Any

from cleaning.profile import Profile
from cleaning.step import clean
from scrapers import store
from scrapers.manifest import Outcome, Run, Stage, Workspace, once, run_stage
from scrapers.record import Document, dropped_table, table

# How the parts are spread over workers: any function with the meaning of the built-in `map`.
Mapper = Callable[[Callable[[Any], Any], Iterable[Any]], Iterable[Any]]


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
    parameters = {"steps": profile.entries, "target": target}
    return run_stage(run, "clean", work, inputs=inputs, parameters=parameters, order=order)


def clean_parts(
    workspace: Workspace, *, inputs: Sequence[str], profile: Profile, target: str, mapper: Mapper
) -> Outcome:
    """Cleans every input part in the workspace; those an interrupted run had done are not done again."""
    parts = [(workspace.run.path(path), workspace.path(""), number) for number, path in enumerate(inputs)]
    tallies = list(mapper(partial(clean_part, profile=profile, target=target), parts))
    files = {path: records for tally in tallies for path, records in tally["files"].items()}
    dropped: Counter[str] = Counter()
    for tally in tallies:
        dropped.update(tally["dropped"])
    received, kept = (sum(tally[key] for tally in tallies) for key in ("received", "kept"))
    return Outcome(files, received, kept, dropped, {"profile": profile.name})


def clean_part(part: tuple[str, str, int], *, profile: Profile, target: str) -> dict[str, Any]:
    """Cleans one part (URL of the raw part, URL of the workspace, its number); returns where its documents went."""
    source, workspace, number = part

    def work() -> dict[str, Any]:
        steps = profile.steps()
        results = [clean(document, steps) for document in store.read_documents(source)]
        kept = [result for result in results if isinstance(result, Document)]
        dropped = [result for result in results if not isinstance(result, Document)]
        path = f"{target}/part-{number:05d}.parquet"
        files = {path: len(kept)}
        store.write_table(workspace + path, table(kept))
        if dropped:
            path = f"dropped/part-clean-{number:05d}.parquet"
            files[path] = len(dropped)
            store.write_table(workspace + path, dropped_table(dropped))
        rules = Counter(item.rule for item in dropped)
        return {"received": len(results), "kept": len(kept), "dropped": rules, "files": files}

    return once(f"{workspace}part-{number:05d}.json", work)
