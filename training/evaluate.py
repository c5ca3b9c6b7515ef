"""A model beside its baselines on the test split, every score with its interval."""

import csv
import io
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from scrapers import store
from scrapers.spreadsheet import safe_cell
from training import metrics
from training.baselines import MAJORITY, TFIDF, predict_majority, predict_tfidf
from training.data import Labelled, labelled_rows
from training.predict import PredictError, load_classifier
from training.settings import EvaluateSettings
from training.task import Task, find_task

SCORES = {"macro_f1": metrics.macro_f1, "accuracy": metrics.accuracy, "mcc": metrics.mcc}
CLASS_SCORES = {"precision": metrics.precision, "recall": metrics.recall, "f1": metrics.f1}


@dataclass(frozen=True, slots=True)
class System:
    """A model or baseline and its predictions: (n,) places in the task's labels."""

    name: str
    kind: str
    predicted: NDArray[np.int64]


def evaluate(model_dir: Path, dataset: str, out_dir: Path, settings: EvaluateSettings) -> dict[str, Any]:
    """What it writes to `out_dir`/metrics.json; also writes predictions.csv, one line a test document, without text.

    The baselines are trained on the rows the model was trained on. Raises PredictError, TaskError, TrainError.
    """
    training = training_of(model_dir)
    task = find_task(training["task"])
    classifier = load_classifier(model_dir)
    if classifier.labels != task.labels:
        raise PredictError(f"{model_dir} knows the labels {classifier.labels}, task {task.name} has {task.labels}")
    train, test = labelled_rows(dataset, "train", task), labelled_rows(dataset, "test", task)
    probabilities = classifier.probabilities(test.texts, settings.batch_size)
    majority = System(MAJORITY, "baseline", predict_majority(train.labels, len(test.texts)))
    tfidf = System(TFIDF, "baseline", predict_tfidf(train.texts, train.labels, test.texts))
    model = System(model_name(training), "model", probabilities.argmax(-1))
    scored = {
        "task": task.name,
        "labels": list(task.labels),
        "confidence": settings.confidence,
        "resamples": settings.resamples,
        "split": "test",
        "documents": len(test.texts),
        "documents_per_language": dict(sorted(Counter(test.languages).items())),
        "no_label": test.no_label,
        "training_documents": len(train.texts),
        "systems": [score_system(system, test, task, settings) for system in (majority, tfidf, model)],
        "comparison": compare(model, tfidf, test, task, settings),
    }
    with store.open_atomic(str(out_dir / "predictions.csv")) as stream:
        stream.write(predictions_csv(test, task, probabilities, tfidf.predicted).encode())
    store.write_json(str(out_dir / "metrics.json"), scored)
    return scored


def training_of(model_dir: Path) -> dict[str, Any]:
    """The training.json of a model folder. Raises PredictError where there is none."""
    try:
        training: dict[str, Any] = store.read_json(str(model_dir / "training.json"))
    except store.StoreError as error:
        raise PredictError(f"{model_dir} is no folder that `kvern train` wrote: {error}") from error
    return training


def model_name(training: Mapping[str, Any]) -> str:
    """What to call the model in a table."""
    start: str = training["started_from"]
    return "small BERT trained from scratch" if start == "random weights" else start.partition("@")[0]


def score_system(system: System, test: Labelled, task: Task, settings: EvaluateSettings) -> dict[str, Any]:
    """All scores of a system, as they stand in metrics.json."""
    k = len(task.labels)
    confusion = metrics.confusion_matrix(test.labels, system.predicted, k)
    drawn = metrics.resample(confusion, settings.resamples, settings.seed)
    per_class = {
        name: metrics.class_intervals(score, confusion, drawn, settings.confidence)
        for name, score in CLASS_SCORES.items()
    }
    languages = np.array(test.languages)
    per_language = {}
    for language in sorted(set(test.languages)):
        of = languages == language
        matrix = metrics.confusion_matrix(test.labels[of], system.predicted[of], k)
        per_language[language] = {"documents": int(of.sum()), **intervals(matrix, settings)}
    return {
        "name": system.name,
        "kind": system.kind,
        **intervals(confusion, settings),
        "per_class": {
            label: {**{name: per_class[name][i] for name in CLASS_SCORES}, "support": int(confusion[i].sum())}
            for i, label in enumerate(task.labels)
        },
        "per_language": per_language,
        "confusion": confusion.tolist(),
    }


def intervals(confusion: metrics.Counts, settings: EvaluateSettings) -> dict[str, metrics.Interval]:
    """Macro-F1, accuracy and MCC of a confusion matrix, each with its interval."""
    drawn = metrics.resample(confusion, settings.resamples, settings.seed)
    return {
        name: metrics.score_with_interval(score, confusion, drawn, settings.confidence)
        for name, score in SCORES.items()
    }


def compare(model: System, baseline: System, test: Labelled, task: Task, settings: EvaluateSettings) -> dict[str, Any]:
    """Whether the model is better than the baseline on the same documents."""
    difference = metrics.paired_difference(
        metrics.macro_f1,
        test.labels,
        model.predicted,
        baseline.predicted,
        len(task.labels),
        resamples=settings.resamples,
        confidence=settings.confidence,
        seed=settings.seed,
    )
    return {
        "baseline": baseline.name,
        "macro_f1_difference": difference,
        "verdict": metrics.verdict(difference),
    }


def predictions_csv(test: Labelled, task: Task, probabilities: NDArray[np.float64], baseline: NDArray[np.int64]) -> str:
    """The predictions as CSV, by id: without text, which may be personal or not ours to give."""
    lines = io.StringIO()
    writer = csv.writer(lines, lineterminator="\n")
    names = [f"probability_{label}" for label in task.labels]
    writer.writerow(["id", "source", "lang", "gold", "predicted", *names, "baseline", "correct"])
    for i in sorted(range(len(test.ids)), key=test.ids.__getitem__):
        gold, predicted = task.labels[test.labels[i]], task.labels[int(probabilities[i].argmax())]
        cells = [test.ids[i], test.sources[i], test.languages[i], gold, predicted]
        shares = [f"{share:.4f}" for share in probabilities[i]]
        correct = str(gold == predicted).lower()
        writer.writerow([safe_cell(cell) for cell in (*cells, *shares, task.labels[baseline[i]], correct)])
    return lines.getvalue()


def score_table(scored: Mapping[str, Any]) -> list[list[str]]:
    """metrics.json as a table: a header and a line a system, the intervals in brackets, macro-F1 also by language."""
    languages = list(scored["documents_per_language"])
    table = [["system", "macro-F1", "accuracy", "MCC", *(f"macro-F1 {language}" for language in languages)]]
    for system in scored["systems"]:
        by_language = [system["per_language"][language]["macro_f1"] for language in languages]
        cells = [system["macro_f1"], system["accuracy"], system["mcc"], *by_language]
        table.append([system["name"], *map(show, cells)])
    return table


def class_table(scored: Mapping[str, Any]) -> list[list[str]]:
    """The F1 of each class in metrics.json as a table: a header with the documents, and a line a system."""
    labels = scored["labels"]
    supports = scored["systems"][0]["per_class"]
    table = [["system", *(f"F1 {label} (n = {supports[label]['support']})" for label in labels)]]
    for system in scored["systems"]:
        table.append([system["name"], *(show(system["per_class"][label]["f1"]) for label in labels)])
    return table


def show(score: metrics.Interval) -> str:
    """A score and its interval to three decimals: "0.612 [0.583, 0.640]"; a dash where there is none."""
    value, low, high = score["value"], score["low"], score["high"]
    if value is None:
        return "–"
    return f"{value:.3f}" if low is None or high is None else f"{value:.3f} [{low:.3f}, {high:.3f}]"
