import json
import os
import random
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

SCRIPT = Path(__file__).with_name("resumed_training.py")


def start(dataset: str, folder: Path) -> subprocess.Popen[bytes]:
    environment = {**os.environ, "HF_HUB_OFFLINE": "1"}
    return subprocess.Popen([sys.executable, SCRIPT, dataset, folder], env=environment)


def wait_for(folder: Path, pattern: str, process: subprocess.Popen[bytes]) -> None:
    """Until a checkpoint matches, so that the kill falls into the phase it is meant for."""
    while not list(folder.glob(pattern)):
        assert process.poll() is None, "the training ended before it could be killed"
        time.sleep(0.005)


@pytest.mark.slow
def test_killed_in_both_phases_it_ends_in_the_weights_of_an_undisturbed_run(dataset: str, tmp_path: Path) -> None:
    undisturbed, killed = tmp_path / "undisturbed", tmp_path / "killed"
    assert start(dataset, undisturbed).wait(250) == 0
    chance = random.Random()
    for phase in ("mlm", "fine-tuning"):
        process = start(dataset, killed)
        wait_for(killed, f"checkpoints/{phase}/checkpoint-*/complete.json", process)
        time.sleep(chance.uniform(0, 1.0))
        process.send_signal(signal.SIGKILL)
        assert process.wait(10) == -signal.SIGKILL
        assert not (killed / "model").exists()
    assert start(dataset, killed).wait(250) == 0

    for name in ("model.safetensors", "config.json", "tokenizer.json", "tokenizer_config.json"):
        assert (killed / "model" / name).read_bytes() == (undisturbed / "model" / name).read_bytes(), name
    told = [json.loads((folder / "model" / "training.json").read_text()) for folder in (undisturbed, killed)]
    assert len({re.sub(r'"seconds": [\d.]+', "", json.dumps(each)) for each in told}) == 1
    assert [path.name for path in killed.iterdir()] == ["model"]
