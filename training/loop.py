"""A training that can be killed at any step: its order is known before it starts, its checkpoints are whole."""

import json
import logging
import os
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from transformers import (
    PreTrainedModel,
    PrinterCallback,
    ProgressCallback,
    Trainer,
    TrainerCallback,
    TrainerControl,
    TrainerState,
    TrainingArguments,
)
from transformers.utils import logging as transformers_logging

from training import checkpoints
from training.batches import Batch, Batches, batch_order
from training.data import Rows, TrainError

log = logging.getLogger(__name__)

Progress = Callable[[float, str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """How a training goes. evaluations: in all; 0 for none, and then patience counts for nothing."""

    name: str
    epochs: int
    max_steps: int | None
    batch_size: int
    learning_rate: float
    warmup: float
    weight_decay: float
    max_grad_norm: float
    evaluations: int
    patience: int
    log_every: int
    checkpoint_seconds: float
    seed: int


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
        optim="adamw_torch",
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


class Watch(TrainerCallback):
    """Says when to log, evaluate, save and stop; what it decides depends on the step and the log alone, not on time,
    but for the checkpoints between evaluations, which change nothing."""

    def __init__(self, plan: Plan, folder: Path, sizes: Sequence[int], progress: Progress | None) -> None:
        self.plan = plan
        self.folder = folder
        self.documents = np.cumsum(sizes)  # (steps,): seen by the end of each step
        self.progress = progress
        self.started = self.saved = self.logged = time.monotonic()
        self.logged_documents = 0

    def is_over(self, state: TrainerState) -> bool:
        """Whether nothing is left to do after `state`: all steps taken, or no better for `patience` evaluations."""
        scores = [entry["eval_macro_f1"] for entry in state.log_history if "eval_macro_f1" in entry]
        stalled = bool(scores) and len(scores) - 1 - int(np.argmax(scores)) >= self.plan.patience
        return stalled or state.global_step >= state.max_steps

    def on_train_begin(
        self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **kwargs: Any
    ) -> None:
        """Starts the clock where the run that is resumed stopped it."""
        done = checkpoints.sealed(self.folder)
        self.started = time.monotonic() - (seconds_of(done[-1]) if done else 0.0)
        self.saved = self.logged = time.monotonic()
        self.logged_documents = self.documents_by(state)

    def documents_by(self, state: TrainerState) -> int:
        """Documents seen by the end of the state's step; on several devices, of all."""
        return int(self.documents[-1]) * state.global_step // state.max_steps

    def on_step_end(self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **kwargs: Any) -> None:
        """Sets what is due after this step."""
        step, last = state.global_step, state.global_step >= state.max_steps
        part = self.plan.evaluations * step // state.max_steps
        control.should_evaluate = part > self.plan.evaluations * (step - 1) // state.max_steps
        control.should_log = step % self.plan.log_every == 0 or control.should_evaluate or last
        late = time.monotonic() - self.saved >= self.plan.checkpoint_seconds
        control.should_save = control.should_evaluate or last or (control.should_log and late)

    def on_log(
        self, args: TrainingArguments, state: TrainerState, control: TrainerControl, logs: Any = None, **kwargs: Any
    ) -> None:
        """Logs the loss and the pace. Raises TrainError where the loss is not a number."""
        if "loss" not in logs:
            return
        if not np.isfinite(logs["loss"]) or not np.isfinite(logs["grad_norm"]):
            raise TrainError(f"{self.plan.name}: the loss is lost at step {state.global_step}; lower the learning rate")
        now, documents = time.monotonic(), self.documents_by(state)
        pace = (documents - self.logged_documents) / max(now - self.logged, 1e-9)
        self.logged, self.logged_documents = now, documents
        line = f"step {state.global_step}/{state.max_steps}, loss {logs['loss']:.4f}, {pace:.0f} documents/s"
        log.info("%s: %s", self.plan.name, line)
        if self.progress:
            self.progress(state.global_step / state.max_steps, f"{self.plan.name}: {line}")

    def on_evaluate(
        self, args: TrainingArguments, state: TrainerState, control: TrainerControl, metrics: Any = None, **kwargs: Any
    ) -> None:
        """Logs the score; stops where it is no better for `patience` evaluations."""
        log.info(
            "%s: step %d, macro-F1 %.4f on validation", self.plan.name, state.global_step, metrics["eval_macro_f1"]
        )
        control.should_training_stop = control.should_training_stop or self.is_over(state)

    def on_save(self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **kwargs: Any) -> None:
        """Seals the checkpoint, then removes those that neither this step nor the best one needs."""
        now = time.monotonic()
        checkpoints.seal(self.folder / f"checkpoint-{state.global_step}", {"seconds": round(now - self.started, 3)})
        checkpoints.prune(self.folder, {state.global_step, state.best_global_step or 0})
        self.saved = time.monotonic()


def state_of(checkpoint: Path) -> TrainerState:
    """The state the Trainer saved."""
    state: TrainerState = TrainerState.load_from_json(str(checkpoint / "trainer_state.json"))
    return state


def seconds_of(checkpoint: Path) -> float:
    """Seconds of training up to the checkpoint, over all runs that led to it."""
    return float(json.loads((checkpoint / checkpoints.SEAL).read_text())["seconds"])


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
