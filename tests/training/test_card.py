from pathlib import Path
from typing import Any

import pytest
import yaml

from training.card import write_model_card
from training.evaluate import evaluate
from training.settings import EvaluateSettings
from training.train import TrainResult


def read_card(folder: Path) -> tuple[dict[str, Any], str]:
    _, data, text = (folder / "README.md").read_text().split("---\n", 2)
    return yaml.safe_load(data), text


@pytest.fixture(scope="module")
def metrics(trained: TrainResult, dataset: str, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    return evaluate(trained.folder, dataset, tmp_path_factory.mktemp("scores"), EvaluateSettings(resamples=100))


def test_the_language_no_is_not_false(trained: TrainResult, tmp_path: Path) -> None:
    write_model_card(tmp_path, trained.training, None, ["CC0-1.0"], ["no", "nn"])
    assert read_card(tmp_path)[0]["language"] == ["no", "nn"]


def test_scores_stand_beside_their_baselines_with_intervals(
    trained: TrainResult, metrics: dict[str, Any], tmp_path: Path
) -> None:
    write_model_card(tmp_path, trained.training, metrics, ["CC0-1.0", "unknown"], ["nb"])
    data, text = read_card(tmp_path)
    for system in metrics["systems"]:
        value = system["macro_f1"]
        assert f"| {system['name']} | {value['value']:.3f} [{value['low']:.3f}, {value['high']:.3f}] |" in text
    assert metrics["comparison"]["verdict"] in text
    assert "- unknown" in text
    (result,) = data["model-index"][0]["results"]
    scores = {score["name"]: score["value"] for score in result["metrics"]}
    assert scores == {
        name: metrics["systems"][2][key]["value"]
        for key, name in (("macro_f1", "macro-F1"), ("accuracy", "accuracy"), ("mcc", "MCC"))
    }


def test_the_base_model_is_named_where_it_has_a_page(trained: TrainResult, tmp_path: Path) -> None:
    for start, expected in (
        ("org/bert@0123abcd", "org/bert"),
        ("model@sha256:0123abcd", None),
        ("random weights", None),
    ):
        write_model_card(tmp_path, {**trained.training, "started_from": start}, None, [], [])
        assert read_card(tmp_path)[0].get("base_model") == expected


def test_markup_in_a_licence_stays_text(trained: TrainResult, tmp_path: Path) -> None:
    write_model_card(tmp_path, trained.training, None, ["<script>alert(1)</script>"], ["nb"])
    assert "<script>" not in read_card(tmp_path)[1]
