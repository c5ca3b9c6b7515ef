import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
import yaml
from msgspec.structs import replace
from safetensors.torch import load_file
from transformers import AutoModelForSequenceClassification, AutoTokenizer, pipeline

from training.model import find_model, load_model
from training.settings import ScratchSettings, TrainSettings
from training.train import TrainError, TrainResult, fine_tune, weighted_loss


def test_the_model_folder_names_the_labels_and_loads_as_a_pipeline(trained: TrainResult) -> None:
    config = json.loads((trained.folder / "config.json").read_text())
    assert config["id2label"] == {"0": "low", "1": "middle", "2": "high"}
    classify = pipeline("text-classification", model=str(trained.folder), truncation=True)
    answers = classify(["Boka var fantastisk. Boka var strålende.", "Maten var elendig. " * 200])
    assert [answer["label"] for answer in answers] == ["high", "low"]


def test_the_folder_holds_no_pickle(trained: TrainResult) -> None:
    assert {path.name for path in trained.folder.iterdir()} == {
        *("README.md", "config.json", "model.safetensors", "tokenizer.json", "tokenizer_config.json", "training.json")
    }


def test_nothing_is_left_of_the_checkpoints(trained: TrainResult) -> None:
    assert [path.name for path in trained.folder.parent.iterdir()] == ["model"]


def test_training_json_accounts_for_rows_steps_and_versions(trained: TrainResult, scratch: ScratchSettings) -> None:
    training = json.loads((trained.folder / "training.json").read_text())
    assert training == trained.training
    assert training["started_from"] == "random weights"
    assert training["training"]["rows"] == trained.rows == {"in": 120, "labelled": 100, "no_label": 20}
    assert training["pretraining"]["documents"] == 120
    assert training["torch"] == torch.__version__
    assert training["languages"] == ["nb", "nn"]
    assert training["licences"] == ["CC0-1.0"]
    assert training["tokenizer"]["vocab_size"] <= scratch.vocab_size
    assert training["max_length"] % 8 == 0
    weights = load_file(trained.folder / "model.safetensors")
    assert training["parameters"] == sum(weight.numel() for weight in weights.values())


def test_the_best_step_is_that_of_the_best_validation_score(trained: TrainResult) -> None:
    told = trained.training["training"]
    assert [set(entry) for entry in told["validation"]] == [
        {"step", "epoch", "loss", "macro_f1", "accuracy", "mcc"}
    ] * len(told["validation"])
    best = max(told["validation"], key=lambda entry: entry["macro_f1"])
    assert told["best_step"] == best["step"]
    assert told["validation"][0]["epoch"] == 1
    steps = [entry["step"] for entry in told["history"]]
    assert steps == sorted(set(steps))
    assert told["history"][-1]["loss"] < told["history"][0]["loss"]


def test_training_stops_once_it_gets_no_better(trained: TrainResult, settings: TrainSettings) -> None:
    told = trained.training["training"]
    scores = [entry["macro_f1"] for entry in told["validation"]]
    assert len(scores) < settings.epochs
    assert len(scores) - 1 - scores.index(max(scores)) == settings.early_stopping_patience


def test_the_model_card_can_be_read_by_the_hub(trained: TrainResult) -> None:
    card = (trained.folder / "README.md").read_text()
    data = yaml.safe_load(card.split("---")[1])
    assert data["language"] == ["nb", "nn"]
    assert data["pipeline_tag"] == "text-classification"
    assert "Not evaluated yet." in card
    assert "- CC0-1.0" in card


def test_the_same_arguments_give_the_same_bytes(
    trained: TrainResult, dataset: str, settings: TrainSettings, scratch: ScratchSettings, tmp_path: Path
) -> None:
    again = fine_tune(dataset, tmp_path / "model", settings, scratch, checkpoints=tmp_path / "checkpoints")
    for name in ("model.safetensors", "tokenizer.json", "config.json"):
        assert (again.folder / name).read_bytes() == (trained.folder / name).read_bytes()
    assert without_seconds(again) == without_seconds(trained)


def without_seconds(result: TrainResult) -> str:
    return re.sub(r'"seconds": [\d.]+', "", json.dumps(result.training))


def test_a_model_in_a_local_folder_is_fine_tuned_further(
    trained: TrainResult, dataset: str, scratch: ScratchSettings, tmp_path: Path
) -> None:
    told: list[tuple[float, str]] = []
    further = TrainSettings(model=str(trained.folder), max_steps=3, class_weights=True, warmup=0, log_every=1)
    result = fine_tune(
        dataset,
        tmp_path / "model",
        further,
        scratch,
        checkpoints=tmp_path / "checkpoints",
        progress=lambda share, line: told.append((share, line)),
    )
    assert re.fullmatch(r"model@sha256:[0-9a-f]{12}", result.training["started_from"])
    assert result.training["pretraining"] is None
    assert result.training["training"]["steps"] == 3
    assert [share for share, _ in told] == pytest.approx([1 / 3, 2 / 3, 1])
    assert re.fullmatch(r"fine-tuning: step 3/3, loss \d+\.\d{4}", told[-1][1])
    AutoTokenizer.from_pretrained(result.folder)
    AutoModelForSequenceClassification.from_pretrained(result.folder)


def test_a_model_with_other_labels_gets_a_new_head(trained: TrainResult) -> None:
    model = load_model(find_model(str(trained.folder)), ["no", "yes", "perhaps", "never"])
    assert model.classifier.weight.shape[0] == 4
    assert model.config.id2label[3] == "never"


def test_each_class_weighs_the_same() -> None:
    class Outputs:
        logits = torch.zeros(4, 2)

    gold = torch.tensor([0, 0, 0, 1])
    Outputs.logits[:, 0] = 2.0
    ours = weighted_loss(gold.numpy())(Outputs, gold)
    per_class = [torch.nn.functional.cross_entropy(Outputs.logits[rows], gold[rows]) for rows in ([0, 1, 2], [3])]
    assert ours.item() == pytest.approx(sum(loss.item() for loss in per_class) / 2)


def test_a_learning_rate_that_loses_the_loss_is_an_error(
    trained: TrainResult, dataset: str, scratch: ScratchSettings, tmp_path: Path
) -> None:
    settings = TrainSettings(model=str(trained.folder), learning_rate=1e30, max_grad_norm=1e30, log_every=1)
    with pytest.raises(TrainError, match=r"the loss is lost at step .*; lower the learning rate"):
        fine_tune(dataset, tmp_path / "model", settings, scratch, checkpoints=tmp_path / "checkpoints")
    assert not (tmp_path / "model").exists()


def test_a_dataset_without_a_label_fails_before_anything_is_trained(
    tmp_path: Path, write: Callable, reviews: Callable, settings: TrainSettings, scratch: ScratchSettings
) -> None:
    for split in ("train", "validation"):
        write(tmp_path / "data", "nb", split, [replace(document, rating=1.0) for document in reviews(6, split=split)])
    with pytest.raises(TrainError, match="no row labelled low or middle"):
        fine_tune(str(tmp_path / "data"), tmp_path / "model", settings, scratch, checkpoints=tmp_path / "checkpoints")
    assert not (tmp_path / "checkpoints").exists()


@pytest.mark.parametrize("name", ["./missing", "runs/old/model", "/nowhere"])
def test_a_folder_that_is_not_there_is_not_looked_up_on_the_hub(name: str) -> None:
    with pytest.raises(TrainError, match=f"{name} could not be loaded: it is no folder with a config.json"):
        find_model(name)
