"""The model card: what a model was made from, how it scores beside its baselines, and what it is not for."""

from collections.abc import Mapping, Sequence
from html import escape
from pathlib import Path
from typing import Any

from huggingface_hub import EvalResult, ModelCardData

from scrapers import store
from training.evaluate import model_name, score_table
from training.task import find_task

# Our name, the type the Hub knows it by, what a reader calls it.
METRICS = (("macro_f1", "f1", "macro-F1"), ("accuracy", "accuracy", "accuracy"), ("mcc", "matthews_correlation", "MCC"))


def write_model_card(
    model_dir: Path,
    training: Mapping[str, Any],
    metrics: Mapping[str, Any] | None,
    dataset_licences: Sequence[str],
    languages: Sequence[str],
) -> None:
    """Writes `model_dir`/README.md; with the scores, where `metrics` (metrics.json) is given."""
    data = card_data(training, metrics, languages)
    sections = [
        f"# {model_name(training)}, {training['task']}",
        description(training),
        "## Scores\n\n" + (scores(metrics) if metrics else "Not evaluated yet."),
        "## Training\n\n" + made_from(training),
        "## Use\n\n" + usage(training),
        "## Licences\n\n" + licences(dataset_licences),
    ]
    card = f"---\n{data.to_yaml()}\n---\n\n" + "\n\n".join(sections) + "\n"
    with store.open_atomic(str(model_dir / "README.md")) as stream:
        stream.write(card.encode())


def card_data(
    training: Mapping[str, Any], metrics: Mapping[str, Any] | None, languages: Sequence[str]
) -> ModelCardData:
    """What the Hub reads of a card; "no" is quoted, which YAML would take for false."""
    start, _, commit = training["started_from"].partition("@")
    from_hub = bool(commit) and not commit.startswith("sha256:")
    return ModelCardData(
        language=list(languages) or None,
        license="other",
        license_name="licences-of-the-training-data",
        license_link="README.md#licences",
        library_name="transformers",
        pipeline_tag="text-classification",
        tags=["kvern", "text-classification", training["task"]],
        base_model=start if from_hub else None,
        model_name=model_name(training) if metrics else None,
        eval_results=eval_results(metrics) if metrics else None,
    )


def eval_results(metrics: Mapping[str, Any]) -> list[EvalResult]:
    """The model's scores in the form of the Hub's model index."""
    model = next(system for system in metrics["systems"] if system["kind"] == "model")
    return [
        EvalResult(
            task_type="text-classification",
            dataset_type="kvern",
            dataset_name=f"{metrics['task']}, {metrics['split']} split",
            metric_type=kind,
            metric_name=name,
            metric_value=model[key]["value"],
        )
        for key, kind, name in METRICS
        if model[key]["value"] is not None
    ]


def description(training: Mapping[str, Any]) -> str:
    """What the model tells apart."""
    labels = ", ".join(f"`{label}`" for label in training["labels"])
    return f"Classifies a text as one of {labels}: {find_task(training['task']).description}. Made with Kvern."


def scores(metrics: Mapping[str, Any]) -> str:
    """The score table, and what its intervals are."""
    header, *lines = score_table(metrics)
    table = [header, ["---"] * len(header), *lines]
    comparison = metrics["comparison"]
    difference = comparison["macro_f1_difference"]
    bounds = [difference[name] for name in ("value", "low", "high")]
    shown = "undefined" if None in bounds else "{:+.3f} [{:+.3f}, {:+.3f}]".format(*bounds)
    return "\n".join(["| " + " | ".join(line) + " |" for line in table]) + (
        f"\n\n{metrics['documents']} documents of the {metrics['split']} split, which shares no near-duplicate and no "
        f"group with training. In brackets the {metrics['confidence']:.0%} interval of {metrics['resamples']} "
        f"bootstrap resamples of documents. Macro-F1 less that of {comparison['baseline']}, on the same documents: "
        f"{shown}, {comparison['verdict']}."
    )


def made_from(training: Mapping[str, Any]) -> str:
    """What the weights were made from, as a list."""
    tuning, warm_up = training["training"], training["pretraining"]
    lines = [f"started from {training['started_from']}"]
    if warm_up:
        lines.append(
            f"warmed up by masked-language modelling on {warm_up['documents']:,} documents of the train split in "
            f"{warm_up['steps']:,} steps"
        )
    lines.append(
        f"fine-tuned on {tuning['rows']['labelled']:,} labelled documents in {tuning['steps']:,} steps; these are the "
        f"weights of step {tuning['best_step']:,}, the best by macro-F1 on validation; seed {training['seed']}"
    )
    lines.append(
        f"{training['parameters']:,} parameters, a vocabulary of {training['tokenizer']['vocab_size']:,}, texts cut at "
        f"{training['max_length']} tokens"
    )
    versions = ("torch", "transformers", "device", "precision")
    lines.append(", ".join(f"{name} {training[name]}" for name in versions))
    return "\n".join(f"- {line}" for line in lines)


def usage(training: Mapping[str, Any]) -> str:
    """How to call the model, and what it was not made for."""
    return (
        "```python\nfrom transformers import pipeline\n\n"
        'classify = pipeline("text-classification", model="path/to/this/folder", truncation=True)\n'
        'classify("Maten var god, men vi ventet lenge.")\n```\n\n'
        f"Where a text has a title, training put it on a line before the text. The model knows the "
        f"{len(training['labels'])} labels above and gives one of them to any text, also to one in another language "
        "or of another kind than it was trained on. It was not made to judge people."
    )


def licences(dataset_licences: Sequence[str]) -> str:
    """Under which licences the training data came."""
    listed = "\n".join(f"- {escape(licence)}" for licence in dataset_licences)
    return (
        f"The training data came under these licences:\n\n{listed}\n\n"
        "`unknown`: the source names none. Whether they bind the weights, and what of, is for whoever publishes "
        "them to find out."
    )
