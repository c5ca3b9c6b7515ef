"""Fine-tuning, from a dataset folder to a model folder, top to bottom."""

import logging
from collections.abc import Callable
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import torch
import transformers
from numpy.typing import NDArray
from transformers import EvalPrediction, PreTrainedModel, PreTrainedTokenizerBase, set_seed

from scrapers import store
from training import metrics
from training.batches import pad
from training.card import write_model_card
from training.checkpoints import discard, folder_atomic, open_checkpoints
from training.data import (
    Labelled,
    TrainError,
    demand_all_labels,
    encode,
    labelled_rows,
    length_from_data,
    split_files,
)
from training.loop import Finished, precision, quiet, run
from training.model import find_model, load_model, load_tokenizer, longest_input
from training.pretrain import pretrain
from training.settings import SCRATCH, ScratchSettings, TrainSettings
from training.task import find_task
from training.watch import Plan, Progress

__all__ = ["TrainError", "TrainResult", "fine_tune"]

log = logging.getLogger(__name__)

ENCODER = "encoder"  # in the folder of checkpoints: what the warm-up ends in


@dataclass(frozen=True, slots=True)
class TrainResult:
    """The model's folder, what its training.json says, and the train split: in = labelled + no_label."""

    folder: Path
    training: dict[str, Any]
    rows: dict[str, int]


def fine_tune(
    dataset: str,
    out: Path,
    settings: TrainSettings,
    scratch: ScratchSettings,
    *,
    checkpoints: Path,
    progress: Progress | None = None,
) -> TrainResult:
    """Trains a classifier on the train split, keeps the best by macro-F1 on validation, writes it to `out`.

    Killed at any instant and called again with the same arguments, it goes on from the last complete checkpoint and
    ends in the same weights, byte for byte, on the same machine. progress: called with the share done of the warm-up
    or of the fine-tuning, and a line of text. Raises TaskError, TrainError.
    """
    task = find_task(settings.task)
    train, validation = labelled_rows(dataset, "train", task), labelled_rows(dataset, "validation", task)
    demand_all_labels(train, task, "train")
    start = None if settings.model == SCRATCH else find_model(settings.model, settings.revision)
    origin = start.origin if start else "random weights"
    open_checkpoints(checkpoints, arguments_of(dataset, origin, settings, scratch))
    with quiet():
        pretraining = None if start else warm_up(dataset, settings, scratch, checkpoints, progress)
        start = start or find_model(str(checkpoints / ENCODER))
        tokenizer = load_tokenizer(start)
        set_seed(settings.seed)  # the head is new: its weights are random
        model = load_model(start, task.labels)
        tokenizer.model_max_length = max_length_of(settings, train.texts, tokenizer, model)
        done = tune(model, tokenizer, train, validation, settings, checkpoints / "fine-tuning", progress)
        training = {
            "task": task.name,
            "labels": list(task.labels),
            "started_from": origin,
            "tokenizer": {"vocab_size": len(tokenizer)},
            "parameters": model.num_parameters(),
            "max_length": tokenizer.model_max_length,
            **machine(),
            "seed": settings.seed,
            "languages": sorted(set(train.languages) - {"und"}),
            "licences": sorted(train.licences),
            "pretraining": pretraining,
            "training": summary(done, train),
        }
        save(done, tokenizer, training, out)
    discard(checkpoints)
    return TrainResult(out, training, train.counts())


def warm_up(
    dataset: str, settings: TrainSettings, scratch: ScratchSettings, checkpoints: Path, progress: Progress | None
) -> dict[str, Any]:
    """How the warm-up of a small BERT went, which is then in `checkpoints`/encoder."""
    return pretrain(
        dataset,
        checkpoints / ENCODER,
        scratch,
        checkpoints=checkpoints,
        log_every=settings.log_every,
        checkpoint_seconds=settings.checkpoint_seconds,
        progress=progress,
    )


def max_length_of(
    settings: TrainSettings, texts: list[str], tokenizer: PreTrainedTokenizerBase, model: PreTrainedModel
) -> int:
    """The tokens a text is cut at: as set, or as the texts need, and no more than the model takes."""
    longest = longest_input(model, tokenizer)
    return min(settings.max_length or length_from_data(tokenizer, texts, longest), longest)


def tune(
    model: PreTrainedModel,
    tokenizer: PreTrainedTokenizerBase,
    train: Labelled,
    validation: Labelled,
    settings: TrainSettings,
    folder: Path,
    progress: Progress | None,
) -> Finished:
    """Trains all weights of the model on the train split; its checkpoints are in `folder`."""
    rows, unseen = (
        encode(tokenizer, split.texts, tokenizer.model_max_length, split.labels) for split in (train, validation)
    )
    log.info("fine-tuning: %d documents, cut at %d tokens", len(rows), tokenizer.model_max_length)
    return run(
        plan_of(settings),
        model,
        rows,
        folder,
        collate=partial(pad, pad_id=tokenizer.pad_token_id),
        progress=progress,
        validation=unseen,
        compute_metrics=scores,
        compute_loss_func=weighted_loss(train.labels) if settings.class_weights else None,
    )


def arguments_of(dataset: str, origin: str, settings: TrainSettings, scratch: ScratchSettings) -> dict[str, Any]:
    """All that decides what a training ends in, as JSON values."""
    files = [*split_files(dataset, "train"), *split_files(dataset, "validation")]
    return {
        "data": [store.sha256(url) for url in files],
        "settings": asdict(settings),
        "scratch": asdict(scratch) if settings.model == SCRATCH else None,
        "started_from": origin,
        **machine(),
    }


def machine() -> dict[str, str]:
    """What the training runs on."""
    return {
        "device": "cuda" if torch.cuda.is_available() else "cpu",
        "precision": precision(),
        "torch": torch.__version__,
        "transformers": transformers.__version__,
    }


def plan_of(settings: TrainSettings) -> Plan:
    """The fine-tuning as a plan for the loop."""
    return Plan(
        name="fine-tuning",
        epochs=settings.epochs,
        max_steps=settings.max_steps,
        batch_size=settings.batch_size,
        learning_rate=settings.learning_rate,
        warmup=settings.warmup,
        weight_decay=settings.weight_decay,
        max_grad_norm=settings.max_grad_norm,
        evaluations=settings.epochs * settings.evaluations_per_epoch,
        patience=settings.early_stopping_patience,
        log_every=settings.log_every,
        checkpoint_seconds=settings.checkpoint_seconds,
        seed=settings.seed,
    )


def scores(prediction: EvalPrediction) -> dict[str, float]:
    """Macro-F1, accuracy and MCC of the logits. logits: (n, labels); gold: (n,)."""
    logits, gold = np.asarray(prediction.predictions), np.asarray(prediction.label_ids)
    confusion = metrics.confusion_matrix(gold, logits.argmax(-1), logits.shape[-1])
    return {score.__name__: float(score(confusion)) for score in (metrics.macro_f1, metrics.accuracy, metrics.mcc)}


def weighted_loss(labels: NDArray[np.int64]) -> Callable[..., torch.Tensor]:
    """Cross-entropy in which all classes together weigh the same: n / (classes * documents of the class)."""
    counts = np.bincount(labels)
    weights = torch.tensor(len(labels) / (len(counts) * counts), dtype=torch.float32)

    def loss(outputs: Any, labels: torch.Tensor, num_items_in_batch: Any = None) -> torch.Tensor:
        return torch.nn.functional.cross_entropy(outputs.logits.float(), labels, weights.to(labels.device))

    return loss


def summary(done: Finished, train: Labelled) -> dict[str, Any]:
    """The fine-tuning as it stands in training.json."""
    return {
        "rows": train.counts(),
        "steps": done.steps,
        "seconds": done.seconds,
        "history": done.history,
        "validation": done.validation,
        "best_step": done.best_step,
    }


def save(done: Finished, tokenizer: PreTrainedTokenizerBase, training: dict[str, Any], out: Path) -> None:
    """Writes the model folder, whole or not at all."""
    model = load_model(find_model(str(done.weights)), training["labels"])
    with folder_atomic(out) as folder:
        model.save_pretrained(folder)
        tokenizer.save_pretrained(folder)
        store.write_json(str(folder / "training.json"), training)
        write_model_card(folder, training, None, training["licences"], training["languages"])
