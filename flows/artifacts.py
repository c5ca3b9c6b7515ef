"""What Prefect's page of a run shows: the waterfall, the scores, the way to the report."""

import re
from pathlib import Path
from typing import Any

from prefect.artifacts import create_link_artifact, create_markdown_artifact, create_table_artifact

from scrapers import store
from scrapers.manifest import Run
from training.evaluate import score_table


def publish(run: Run, metrics: dict[str, Any]) -> None:
    """Creates the artifacts of a finished run, keyed by its name."""
    create_table_artifact(
        waterfall(run), key=f"{key(run.name)}-waterfall", description="in = kept + dropped, at every stage"
    )
    if metrics:
        create_table_artifact(
            score_table(metrics), key=f"{key(run.name)}-metrics", description=f"test split, {metrics['task']}"
        )
    if run.not_collected:
        lines = [f"- **{name}** {reason}" for name, reason in run.not_collected.items()]
        create_markdown_artifact("\n".join(["Not collected:", *lines]), key=f"{key(run.name)}-not-collected")
    local = store.local_path(run.path("report.html"))
    link = Path(local).absolute().as_uri() if local else run.path("report.html")
    create_link_artifact(
        link, link_text="report.html", key=f"{key(run.name)}-report", description=f"report of {run.name}"
    )


def key(name: str) -> str:
    """The name of a run as Prefect allows it in the key of an artifact."""
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")


def waterfall(run: Run) -> list[dict[str, Any]]:
    """A row a stage: what came in, what was kept, what was dropped by which rule."""
    return [
        {
            "stage": stage.name,
            "in": stage.received,
            "kept": stage.kept,
            "dropped": ", ".join(f"{count} {rule}" for rule, count in sorted(stage.dropped.items())),
            "seconds": stage.seconds,
        }
        for stage in run.stages.values()
    ]
