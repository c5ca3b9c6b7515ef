"""The stages `train`, `evaluate` and `report` of a run."""

import shutil
from collections.abc import Sequence
from dataclasses import asdict
from functools import partial
from importlib.resources import files
from pathlib import Path

from scrapers import store
from scrapers.fingerprint import code_of
from scrapers.manifest import Outcome, Run, Stage, Workspace, run_stage
from training.card import write_model_card
from training.checkpoints import digest
from training.evaluate import evaluate
from training.report import read_run, render_report
from training.settings import EvaluateSettings, ScratchSettings, TrainSettings
from training.task import find_task
from training.train import fine_tune
from training.watch import Progress

CARD = "model/README.md"
REPORT = "report.html"


def train_model(
    run: Run,
    settings: TrainSettings,
    scratch: ScratchSettings,
    *,
    inputs: Sequence[str],
    progress: Progress | None = None,
    order: Sequence[str] = (),
) -> Stage:
    """The stage `train`: the classifier in `model/`, all but its card. inputs: the shards of train and validation."""
    work = partial(train_in, settings=settings, scratch=scratch, progress=progress)
    task = code_of(find_task(settings.task).label_of)  # found by name, so not among what this module imports
    start = digest(Path(settings.model)) if Path(settings.model).is_dir() else None
    parameters = {"train": asdict(settings), "scratch": asdict(scratch), "task": task, "start": start}
    return run_stage(run, "train", work, inputs=inputs, parameters=parameters, order=order)


def train_in(
    workspace: Workspace, *, settings: TrainSettings, scratch: ScratchSettings, progress: Progress | None
) -> Outcome:
    """Trains in the workspace; what an interrupted run had trained is not trained again."""
    out = workspace.local().parent / "model"
    checkpoints = workspace.local() / "checkpoints"
    result = fine_tune(
        workspace.run.path("dataset"), out, settings, scratch, checkpoints=checkpoints, progress=progress
    )
    written = {f"model/{path.relative_to(out).as_posix()}": None for path in sorted(out.rglob("*")) if path.is_file()}
    del written[CARD]  # comes with the scores
    rows = result.rows
    dropped = {"no_label": rows["no_label"]} if rows["no_label"] else {}
    return Outcome(written, rows["in"], rows["labelled"], dropped, {"started_from": result.training["started_from"]})


def evaluate_model(run: Run, settings: EvaluateSettings, *, inputs: Sequence[str], order: Sequence[str] = ()) -> Stage:
    """The stage `evaluate`: `metrics.json`, `predictions.csv` and the model's card with its scores.

    inputs: the shards of train and test, and the files of the model.
    """
    work = partial(evaluate_in, settings=settings)
    return run_stage(run, "evaluate", work, inputs=inputs, parameters=asdict(settings), order=order)


def evaluate_in(workspace: Workspace, *, settings: EvaluateSettings) -> Outcome:
    """Scores the run's model and its baselines into the workspace."""
    run, out = workspace.run, workspace.local().parent
    model = Path(run.path("model"))
    scores = evaluate(model, run.path("dataset"), out, settings)
    training = store.read_json(run.path("model/training.json"))
    (out / "model").mkdir(exist_ok=True)
    write_model_card(out / "model", training, scores, training["licences"], training["languages"])
    shutil.rmtree(workspace.local())
    written = {"metrics.json": None, "predictions.csv": scores["documents"], CARD: None}
    dropped = {"no_label": scores["no_label"]} if scores["no_label"] else {}
    return Outcome(written, scores["documents"] + scores["no_label"], scores["documents"], dropped)


def report_run(run: Run, *, inputs: Sequence[str], order: Sequence[str] = ()) -> Stage:
    """The stage `report`: `report.html`. inputs: the files it shows."""
    stages = [stage.to_json() | {"seconds": None} for name, stage in run.stages.items() if name != "report"]
    template = (files("training") / "report.html.j2").read_text("utf-8")
    judged = [store.sha256(run.path(path)) for path in run.files("inspection") if path.endswith(".json")]
    parameters = {
        "stages": stages,
        "recipe": run.recipe,
        "not_collected": run.not_collected,
        "template": template,
        "judged": judged,
    }
    return run_stage(run, "report", report_in, inputs=inputs, parameters=parameters, order=order)


def report_in(workspace: Workspace) -> Outcome:
    """Writes the report into the workspace."""
    run = workspace.run
    with store.open_atomic(workspace.path(REPORT)) as stream:
        stream.write(render_report(read_run(Path(run.url))).encode())
    documents = run.stages["shard"].kept if "shard" in run.stages else 0
    return Outcome({REPORT: None}, documents, documents)
