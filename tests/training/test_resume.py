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


def start(dataset: str, folder: Path, log: Path) -> subprocess.Popen[bytes]:
    with log.open("wb") as stream:
        return subprocess.Popen(
            [sys.executable, SCRIPT, dataset, folder], stderr=stream, env={**os.environ, "HF_HUB_OFFLINE": "1"}
        )


def wait_for(folder: Path, pattern: str, process: subprocess.Popen[bytes]) -> None:
    """Until a checkpoint matches, so that the kill falls into the phase it is meant for."""
    while not list(folder.glob(pattern)):
        assert process.poll() is None, "the training ended before it could be killed"
        time.sleep(0.005)


@pytest.mark.slow
def test_killed_in_both_phases_it_ends_in_the_weights_of_an_undisturbed_run(dataset: str, tmp_path: Path) -> None:
    undisturbed, killed, log = tmp_path / "undisturbed", tmp_path / "killed", tmp_path / "log"
    assert start(dataset, undisturbed, log).wait(250) == 0, log.read_text()
    chance = random.Random()
    for phase in ("mlm", "fine-tuning"):
        process = start(dataset, killed, log)
        wait_for(killed, f"checkpoints/{phase}/checkpoint-*/complete.json", process)
        time.sleep(chance.uniform(0, 1.0))
        process.send_signal(signal.SIGKILL)
        assert process.wait(10) == -signal.SIGKILL
        assert not (killed / "model").exists()
        assert phase == "mlm" or "warm-up: resumes from checkpoint-" in log.read_text()
    assert start(dataset, killed, log).wait(250) == 0, log.read_text()
    assert "fine-tuning: resumes from checkpoint-" in log.read_text()
    assert "warm-up" not in log.read_text()

    for name in ("model.safetensors", "config.json", "tokenizer.json", "tokenizer_config.json"):
        assert (killed / "model" / name).read_bytes() == (undisturbed / "model" / name).read_bytes(), name
    told = [json.loads((folder / "model" / "training.json").read_text()) for folder in (undisturbed, killed)]
    assert len({re.sub(r'"seconds": [\d.]+', "", json.dumps(each)) for each in told}) == 1
    assert [path.name for path in killed.iterdir()] == ["model"]
