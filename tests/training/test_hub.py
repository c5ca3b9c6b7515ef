import importlib.util
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from transformers import BertConfig, BertModel, set_seed

from training.tokenizer import train_tokenizer

HERE = Path(__file__).parent
SPEC = importlib.util.spec_from_file_location("hub_on_loopback", HERE / "hub.py")
hub_on_loopback = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(hub_on_loopback)


def small_bert(folder: Path) -> Path:
    tokenizer = train_tokenizer(["Boka var nydelig, maten var dårlig og været på øya var greit."] * 3, 150)
    set_seed(1)
    shape = {"hidden_size": 16, "num_hidden_layers": 1, "num_attention_heads": 2, "intermediate_size": 32}
    BertModel(BertConfig(vocab_size=len(tokenizer), **shape)).save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder


def fine_tune(endpoint: str, dataset: str, folder: Path, *names: str, **environment: str) -> dict[str, Any]:
    ours = {name: value for name, value in os.environ.items() if not name.upper().endswith("_PROXY")}
    process = subprocess.run(
        [sys.executable, HERE / "fine_tuned_from_hub.py", dataset, folder, *names],
        env={**ours, "HF_ENDPOINT": endpoint, "HF_HOME": str(folder / "cache"), **environment},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert process.returncode == 0, process.stderr
    told: dict[str, Any] = {}
    for line in process.stdout.splitlines():
        told |= json.loads(line)
    return told


def test_a_model_is_loaded_from_the_hub_and_what_cannot_be_says_what_to_do(dataset: str, tmp_path: Path) -> None:
    model, pickled = small_bert(tmp_path / "bert"), small_bert(tmp_path / "pickled")
    (pickled / "model.safetensors").rename(pickled / "pytorch_model.bin")
    repositories = {"org/bert": model, "org/gated": None, "org/pickled": pickled}
    commit = hub_on_loopback.COMMIT
    names = ("org/bert", f"org/bert@{commit}", "org/bert@v9", "org/bret", "org/gated", "org/pickled")
    with hub_on_loopback.hub(repositories) as endpoint:
        told = fine_tune(endpoint, dataset, tmp_path / "out", *names)
    assert told["org/bert"] == told[f"org/bert@{commit}"] == {"started_from": f"org/bert@{commit}", "steps": 2}
    assert told["org/bert@v9"]["error"] == "org/bert@v9 could not be loaded: it has no such revision"
    assert "org/bret could not be loaded: the Hub has no such model; check the spelling" in told["org/bret"]["error"]
    assert "it is gated; accept its terms" in told["org/gated"]["error"]
    assert "it has no model.safetensors; weights in a pickle are not read" in told["org/pickled"]["error"]

    closed = fine_tune("http://127.0.0.1:9", dataset, tmp_path / "out", "org/other", "org/bert")
    assert closed["org/bert"]["steps"] == 2, "what is in the cache needs no network"
    assert closed["org/other"]["error"].startswith(
        "org/other could not be loaded: no network, and no copy in the cache"
    )
    assert "recipes/demo.toml" in closed["org/other"]["error"]
