"""Trains a small model as its arguments say: DATASET FOLDER. Started and killed by test_resume.py."""

import logging
import sys
from pathlib import Path

import torch

from training.settings import ScratchSettings, TrainSettings
from training.train import fine_tune

logging.basicConfig(level=logging.INFO)
torch.set_num_threads(1)
dataset, folder = sys.argv[1], Path(sys.argv[2])
scratch = ScratchSettings(
    vocab_size=300, hidden_size=32, layers=1, heads=2, intermediate=64, mlm_epochs=30, mlm_batch_size=16
)
settings = TrainSettings(
    model="scratch",
    epochs=30,
    batch_size=8,
    learning_rate=1e-3,
    log_every=7,
    checkpoint_seconds=0,
    early_stopping_patience=30,
)
fine_tune(dataset, folder / "model", settings, scratch, checkpoints=folder / "checkpoints")
