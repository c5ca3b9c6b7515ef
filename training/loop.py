"""A training that can be killed at any step: its order is known before it starts, its checkpoints are whole."""

import logging
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from transformers import (
    PreTrainedModel,
    PrinterCallback,
    ProgressCallback,
    Trainer,
    TrainingArguments,
)
from transformers.utils import logging as transformers_logging

from training import checkpoints
from training.batches import Batch, Batches, batch_order
from training.data import Rows
from training.watch import Plan, Progress, Watch, seconds_of, state_of

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Finished:
    """How a training went. best_step: of the best evaluation, or else the last. weights: the folder with its model."""

    steps: int
    best_step: int
    weights: Path
    history: list[dict[str, float]]
    validation: list[dict[str, float]]
    seconds: float


def run(
    plan: Plan,
    model: PreTrainedModel,
    rows: Rows,
    folder: Path,
    *,
    collate: Callable[[list[Any]], Batch],
    progress: Progress | None = None,
    validation: Rows | None = None,
    **trainer_options: Any,
) -> Finished:
    """Trains `model` on `rows`, from the last complete checkpoint in `folder` if there is one.

    validation: scored by the option compute_metrics, which must give "macro_f1". Raises TrainError where loss is lost.
    """
    order = batch_order(rows.lengths, plan.batch_size, plan.epochs, plan.seed)[: plan.max_steps]
    watch = Watch(plan, folder, [len(batch) for batch in order], progress)
    done = checkpoints.sealed(folder)
    if done:
        log.info("%s: resumes from %s", plan.name, done[-1].name)
    if not done or not watch.is_over(state_of(done[-1])):
        trainer = Trainer(
            model=model,
            args=arguments(plan, folder),
            train_dataset=Batches(rows, order),
            eval_dataset=validation.by_length() if validation else None,
            data_collator=collate,
            callbacks=[watch],
            **trainer_options,
        )
        trainer.remove_callback(ProgressCallback)
        trainer.remove_callback(PrinterCallback)
        with deterministic():
            trainer.train(resume_from_checkpoint=str(done[-1]) if done else None)
    return finished(plan, folder)


def arguments(plan: Plan, folder: Path) -> TrainingArguments:
    """The plan as the Trainer takes it: the batches of all epochs are its one epoch, in the order they come."""
    cuda = torch.cuda.is_available()
    return TrainingArguments(
        output_dir=str(folder),
        num_train_epochs=1,
        per_device_train_batch_size=1,  # an item of the dataset is a batch
        per_device_eval_batch_size=plan.batch_size,
        train_sampling_strategy="sequential",
        learning_rate=plan.learning_rate,
        lr_scheduler_type="linear",
        warmup_steps=plan.warmup,
        weight_decay=plan.weight_decay,
        max_grad_norm=plan.max_grad_norm,
        optim="adamw_torch_fused",
        bf16=precision() == "bf16",
        use_cpu=not cuda,
        logging_strategy="no",  # `Watch` says when to log, evaluate and save
        save_strategy="steps",
        metric_for_best_model="macro_f1",
        greater_is_better=True,
        seed=plan.seed,
        disable_tqdm=True,
        report_to=[],
        remove_unused_columns=False,
        dataloader_pin_memory=cuda,
    )


def precision() -> str:
    """The number format of training here: "bf16" on a GPU that has it, else "fp32"."""
    return "bf16" if torch.cuda.is_available() and torch.cuda.is_bf16_supported() else "fp32"


def finished(plan: Plan, folder: Path) -> Finished:
    """What the last checkpoint in `folder` tells of the training."""
    last = checkpoints.sealed(folder)[-1]
    state = state_of(last)
    best = state.best_global_step or state.global_step

    def entry(logs: dict[str, float]) -> dict[str, float]:
        epoch = round(logs["step"] / state.max_steps * plan.epochs, 4)
        named = {name.removeprefix("eval_"): value for name, value in logs.items()}
        names = ("loss", "macro_f1", "accuracy", "mcc")
        scores: dict[str, float] = {name: round(named[name], 6) for name in names if name in named}
        return {"step": logs["step"], "epoch": epoch, **scores}

    return Finished(
        steps=state.global_step,
        best_step=best,
        weights=folder / f"checkpoint-{best}",
        history=[entry(logs) for logs in state.log_history if "loss" in logs],
        validation=[entry(logs) for logs in state.log_history if "eval_loss" in logs],
        seconds=seconds_of(last),
    )


@contextmanager
def deterministic() -> Iterator[None]:
    """On a GPU, has the same input give the same bits; on a CPU it does so anyway."""
    if not torch.cuda.is_available():
        yield
        return
    os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")
    before = torch.are_deterministic_algorithms_enabled(), torch.is_deterministic_algorithms_warn_only_enabled()
    torch.use_deterministic_algorithms(True, warn_only=True)
    try:
        yield
    finally:
        torch.use_deterministic_algorithms(before[0], warn_only=before[1])


@contextmanager
def quiet() -> Iterator[None]:
    """Keeps transformers from printing bars and advice; errors are raised as ever."""
    verbosity, bars = transformers_logging.get_verbosity(), transformers_logging.is_progress_bar_enabled()
    transformers_logging.set_verbosity(logging.ERROR)
    transformers_logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    try:
        yield
    finally:
        transformers_logging.set_verbosity(verbosity)
        if bars:
            transformers_logging.enable_progress_bar()  # type: ignore[no-untyped-call]
