"""The main job: collect, clean, shard, fine-tune, evaluate, report."""

from typing import Any

from prefect import flow

from flows.artifacts import publish
from flows.build_corpus import build_corpus
from flows.collect_corpus import collect_corpus
from flows.job import Job
from flows.train_and_evaluate import train_and_evaluate
from scrapers.record import now


@flow(name="scrape-and-train", flow_run_name="{recipe}")
def scrape_and_train(
    recipe: str = "recipes/demo.toml",
    runs: str = "runs",
    name: str | None = None,
    overrides: dict[str, Any] | None = None,
    mirrors: dict[str, str] | None = None,
) -> dict[str, Any]:
    """Does all that a recipe asks for; what is done already, from the same inputs by the same code, is skipped.

    Args:
        recipe: path of the recipe, a TOML file.
        runs: folder that holds the runs.
        name: name of the run; the recipe's name where it is empty. May hold the date, as `reviews-%G-W%V` for the week.
        overrides: dotted recipe keys and the values to set, such as {"train.epochs": 5}.
        mirrors: address prefixes and what stands in for them.

    Returns the run's folder, its report, the sources that could not be collected, the splits' sizes and the metrics.
    """
    stamped = now().strftime(name) if name else None
    job = Job(recipe=recipe, runs=runs, name=stamped, overrides=overrides or {}, mirrors=mirrors or {})
    with job.opened():
        collect_corpus(job)
        splits = build_corpus(job)
        metrics = train_and_evaluate(job)
        with job.opened() as (_, run):
            publish(run, metrics)
    return {
        "run": run.url,
        "report": run.path("report.html"),
        "not_collected": run.not_collected,
        "splits": splits,
        "metrics": metrics,
    }


if __name__ == "__main__":
    scrape_and_train()
