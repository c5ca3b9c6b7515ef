"""Fine-tunes the models its arguments name, DATASET FOLDER NAME[@REVISION]..., and prints what came of each as JSON.

Run by test_hub.py in a process of its own: huggingface_hub reads HF_ENDPOINT when it is imported.
"""

import json
import sys
from pathlib import Path

import torch

from training.settings import ScratchSettings, TrainSettings
from training.train import TrainError, fine_tune

torch.set_num_threads(1)
dataset, folder = sys.argv[1], Path(sys.argv[2])
for argument in sys.argv[3:]:
    name, _, revision = argument.partition("@")
    settings = TrainSettings(model=name, revision=revision or None, max_steps=2, batch_size=4)
    try:
        result = fine_tune(dataset, folder / "model", settings, ScratchSettings(), checkpoints=folder / "checkpoints")
    except TrainError as error:
        told = {"error": str(error)}
    else:
        told = {"started_from": result.training["started_from"], "steps": result.training["training"]["steps"]}
    sys.stdout.write(json.dumps({argument: told}) + "\n")
