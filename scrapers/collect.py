"""Collects one source of a recipe into `raw/<name>/`: the first stage of every run."""

import logging
import shutil
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from functools import partial
from itertools import islice

from scrapers import store
from scrapers.fingerprint import code_of
from scrapers.manifest import Outcome, Run, Stage, Workspace, run_stage
from scrapers.record import Document, Dropped, dropped_table
from scrapers.source import CollectError, Collecting, Mirrors, NotCollectable, Source
from scrapers.spool import Spool
from scrapers.takedown import taken_down

log = logging.getLogger(__name__)

DOCUMENTS_A_PART = 2000


def collect(
    run: Run,
    name: str,
    source: Source,
    *,
    mirrors: Mirrors,
    contact: str = "",
    limit: int | None = None,
    order: Sequence[str] = (),
) -> Stage | None:
    """The stage `collect/<name>`, whose outputs are the parts of `raw/<name>/`.

    None, and a line in the manifest's `not_collected`, where this machine cannot collect the source and the recipe does
    not require it. Raises CollectError where the source gave less than expected, or more.
    """
    work = partial(collect_source, name=name, source=source, mirrors=mirrors, contact=contact, limit=limit)
    parameters = asdict(source) | {
        "code": code_of(sys.modules[type(source).__module__]),
        "digest": source.digest(),
        "mirrored": mirrors.content,
        "limit": limit,
    }
    try:
        stage = run_stage(run, f"collect/{name}", work, parameters=parameters, order=order)
    except NotCollectable as error:
        if source.required:
            raise CollectError(f"source {name} cannot be collected here: it {error}") from error
        log.warning("%s NOT COLLECTED: it %s", name, error)
        if run.not_collected.get(name) != f"it {error}":
            run.forget(f"collect/{name}")  # of a machine that could
            run.not_collected[name] = f"it {error}"
            run.record(order=order)
        return None
    if run.not_collected.pop(name, None):
        run.record(order=order)
    return stage


def collect_source(
    workspace: Workspace, *, name: str, source: Source, mirrors: Mirrors, contact: str, limit: int | None
) -> Outcome:
    """Collects `source` into parts in the workspace. Raises CollectError, with all got so far left there."""
    folder = workspace.local()
    for left in folder.glob("spool.sqlite*"):  # of an interrupted collection; its downloads stay and are resumed
        left.unlink()
    tally: Counter[str] = Counter()
    with Spool(folder / "spool.sqlite") as spool:
        try:
            source.collect(Collecting(folder, spool, mirrors, contact, limit, tally))
            outcome = write_parts(workspace, name, spool)
            check_expected(source, outcome, limited=limit is not None)
        except NotCollectable:
            shutil.rmtree(folder)
            raise
        except CollectError as error:
            raise CollectError(f"{name}: {error}; the {spool.count()} documents got so far are in {folder}") from error
    shutil.rmtree(folder)
    detail = {"licence": source.licence, "source": source.name, "expected": list(source.expected), **tally}
    detail["stopped"] = "finished" if limit is None else f"finished, or after {limit}"
    if mirrors.prefixes:
        detail["mirrors"] = sorted(mirrors.prefixes)
    return Outcome(outcome.files, outcome.received, outcome.kept, outcome.dropped, detail)


def write_parts(workspace: Workspace, name: str, spool: Spool) -> Outcome:
    """Writes what is in the spool, in the order of id, as parts of `raw/<name>/` and of `dropped/`.

    Documents under a takedown are counted and written nowhere.
    """
    taken = taken_down(workspace.run)
    dropped: list[Dropped] = []
    rules: Counter[str] = Counter()

    def kept() -> Iterator[Document]:
        for item in spool.items(f"collect/{name}"):
            document = item.document if isinstance(item, Dropped) else item
            if document.id in taken:
                rules["takedown"] += 1
            elif isinstance(item, Dropped):
                rules[item.rule] += 1
                dropped.append(item)
            else:
                yield item

    files: dict[str, int | None] = {}
    documents = kept()
    while part := list(islice(documents, DOCUMENTS_A_PART)):
        path = f"raw/{name}/part-{len(files):05d}.jsonl.zst"
        files[path] = store.write_documents(workspace.path(path), part)
    count = sum(records or 0 for records in files.values())
    if dropped:
        path = f"dropped/part-collect-{name}-00000.parquet"
        store.write_table(workspace.path(path), dropped_table(dropped))
        files[path] = len(dropped)
    return Outcome(files, spool.count(), count, rules)


def check_expected(source: Source, outcome: Outcome, *, limited: bool) -> None:
    """Raises CollectError where the source gave fewer documents than it should, or more."""
    fewest, most = source.expected
    got = outcome.received - outcome.dropped.get("repeated", 0)
    if got > most or (got < fewest and not limited):
        raise CollectError(
            f"expected {fewest:,} to {most:,} documents, got {got:,}. If the source has really changed, "
            f"set expected = [fewest, most] in the recipe"
        )
