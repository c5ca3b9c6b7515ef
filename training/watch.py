"""When a training logs, evaluates, saves and stops."""

import json
import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from transformers import TrainerCallback, TrainerControl, TrainerState, TrainingArguments

from training import checkpoints
from training.data import TrainError

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


SAY_SECONDS = 5.0  # between two lines in the log; the curves have every `log_every` steps


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
        line = f"step {state.global_step}/{state.max_steps}, loss {logs['loss']:.4f}"
        if self.progress:
            self.progress(state.global_step / state.max_steps, f"{self.plan.name}: {line}")
        now, documents = time.monotonic(), self.documents_by(state)
        if now - self.logged >= SAY_SECONDS or state.global_step >= state.max_steps:
            pace = (documents - self.logged_documents) / max(now - self.logged, 1e-9)
            self.logged, self.logged_documents = now, documents
            log.info("%s: %s, %.0f documents/s", self.plan.name, line, pace)

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
