"""Collect: every source of a recipe, one after the other."""

from collections.abc import Sequence
from typing import Any

from prefect import flow, task
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import State, TaskRun
from prefect.tasks import Task

from flows.job import Job, mirrors_of
from scrapers import collect
from scrapers.manifest import Run
from scrapers.source import FetchError, Mirrors, Source


async def host_failed(task: Task[Any, Any], run: TaskRun, state: State[Any]) -> bool:
    """Whether another try may help: a host did not answer. A source that gave too little will not give more."""
    error = await state.aresult(raise_on_failure=False)
    return isinstance(error, FetchError) or isinstance(error.__cause__, FetchError)


@task(
    name="collect-source",
    task_run_name="collect-{name}",
    retries=1,
    retry_delay_seconds=20,
    retry_condition_fn=host_failed,
    cache_policy=NO_CACHE,
)
def collect_source(
    run: Run, name: str, source: Source, mirrors: Mirrors, contact: str, archive: str, order: Sequence[str]
) -> int | None:
    """How many documents the source gave; None where this machine cannot collect it."""
    stage = collect.collect(run, name, source, mirrors=mirrors, contact=contact, archive=archive, order=order)
    return stage.kept if stage else None


@flow(name="collect-corpus", flow_run_name="collect {job.recipe}")
def collect_corpus(job: Job) -> dict[str, int | None]:
    """Collects every source of the recipe, and returns how many documents each gave."""
    with job.opened() as (recipe, run), mirrors_of(recipe, job) as mirrors:
        return {
            name: collect_source(run, name, source, mirrors, recipe.contact, recipe.archive, recipe.order())
            for name, source in recipe.sources().items()
        }
