"""Clean, drop duplicates, shard: from what was collected to a dataset."""

from typing import Any

from prefect import flow

from cleaning.clean import clean_corpus
from cleaning.dedup import dedup_corpus
from cleaning.shard import shard_corpus
from flows.job import Job
from flows.workers import spread, task_runner
from scrapers.manifest import Run


@flow(name="build-corpus", flow_run_name="build {job.recipe}")
def build_corpus(job: Job) -> dict[str, Any]:
    """Makes the dataset of what was collected, and returns the documents in each of its splits."""
    with job.opened() as (recipe, _):
        return spread_over_workers.with_options(task_runner=task_runner(recipe))(job)


@flow(name="spread-over-workers", flow_run_name="build {job.recipe}")
def spread_over_workers(job: Job) -> dict[str, Any]:
    """The stages `clean`, `dedup` and `shard`, the first two on the workers of this flow's task runner."""
    with job.opened() as (recipe, run):
        order = recipe.order()
        collected = [name for name in recipe.collect if name not in run.not_collected]
        inputs = raw(run, collected)
        clean_corpus(run, recipe.profile(), recipe.clean, inputs=inputs, mapper=spread, order=order)
        dedup_corpus(run, recipe.dedup, inputs=folder(run, "clean", "cleaned"), mapper=spread, order=order)
        inputs = [*folder(run, "dedup", "kept"), "duplicates.parquet"]
        shard = shard_corpus(run, recipe.shard, inputs=inputs, name=run.name, order=order)
        return dict(shard.detail["splits"])


def raw(run: Run, sources: list[str]) -> list[str]:
    """The parts that were collected from these sources."""
    return [path for name in sources for path in folder(run, f"collect/{name}", "raw")]


def folder(run: Run, stage: str, name: str) -> list[str]:
    """The files of one folder among those that a stage published."""
    return [path for path in run.outputs(stage) if path.startswith(f"{name}/")]
