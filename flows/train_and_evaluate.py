"""Train, evaluate, report: from a dataset to a classifier and a page about it."""

import time
from typing import Any, cast
from uuid import UUID

from prefect import flow
from prefect.artifacts import create_progress_artifact, update_progress_artifact

from flows.artifacts import key
from flows.build_corpus import folder
from flows.job import Job
from scrapers import store
from training.stages import evaluate_model, report_run, train_model
from training.watch import Progress


@flow(name="train-and-evaluate", flow_run_name="train {job.recipe}")
def train_and_evaluate(job: Job) -> dict[str, Any]:
    """Trains and scores the recipe's classifier, if it has one, then writes the report. Returns the metrics."""
    with job.opened() as (recipe, run):
        order = recipe.order()
        if recipe.train:
            shards = [path for path in folder(run, "shard", "dataset") if path.endswith(".parquet")]
            train, validation, test = ([p for p in shards if f"/{s}-" in p] for s in ("train", "validation", "test"))
            train_model(
                run,
                recipe.train,
                recipe.scratch,
                inputs=[*train, *validation],
                progress=progress_bar(run.name),
                order=order,
            )
            inputs = [*train, *test, *folder(run, "train", "model")]
            evaluate_model(run, recipe.evaluate, inputs=inputs, order=order)
        shown = [name for name in order if name in run.stages and name not in ("train", "report")]
        report_run(run, inputs=run.outputs(*shown), order=order)
        return dict(store.read_json(run.path("metrics.json"))) if recipe.train else {}


SECONDS_A_MOVE = 5.0  # each is a request to the server


def progress_bar(name: str) -> Progress:
    """A function of the share done and a line of text that moves a progress bar in Prefect's page of the run."""
    artifact: UUID | None = None
    moved = 0.0

    def move(share: float, text: str) -> None:
        nonlocal artifact, moved
        if artifact is None:
            artifact = cast(UUID, create_progress_artifact(progress=0.0, key=f"{key(name)}-training", description=text))
        if share == 1 or time.monotonic() - moved > SECONDS_A_MOVE:
            update_progress_artifact(artifact, progress=round(100 * share, 1), description=text)
            moved = time.monotonic()

    return move
