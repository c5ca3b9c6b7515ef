import csv
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from scrapers.spreadsheet import safe_cell
from training.evaluate import evaluate, score_table
from training.predict import PredictError
from training.settings import EvaluateSettings
from training.train import TrainResult

SETTINGS = EvaluateSettings(resamples=200, batch_size=16)
INTERVAL = {"value", "low", "high"}


@pytest.fixture(scope="module")
def out(trained: TrainResult, dataset: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("evaluated")
    evaluate(trained.folder, dataset, folder, SETTINGS)
    return folder


@pytest.fixture(scope="module")
def scored(out: Path) -> dict[str, Any]:
    def refuse(constant: str) -> None:
        raise AssertionError(f"{constant} is not JSON")

    return json.loads((out / "metrics.json").read_text(), parse_constant=refuse)


def test_metrics_hold_what_the_report_reads(scored: dict[str, Any]) -> None:
    assert {name: scored[name] for name in ("task", "labels", "confidence", "resamples", "split", "documents")} == {
        "task": "rating_bands",
        "labels": ["low", "middle", "high"],
        "confidence": 0.95,
        "resamples": 200,
        "split": "test",
        "documents": 40,
    }
    assert scored["documents_per_language"] == {"nb": 30, "nn": 10}
    assert scored["no_label"] == 8
    assert scored["training_documents"] == 100
    assert set(scored["comparison"]) == {"baseline", "macro_f1_difference", "verdict"}


def test_a_model_stands_beside_both_baselines_with_intervals(scored: dict[str, Any]) -> None:
    assert [(system["name"], system["kind"]) for system in scored["systems"]] == [
        ("majority class", "baseline"),
        ("TF-IDF + logistic regression", "baseline"),
        ("small BERT trained from scratch", "model"),
    ]
    for system in scored["systems"]:
        assert set(system["per_class"]) == set(scored["labels"])
        assert {label: system["per_class"][label]["support"] for label in scored["labels"]} == {
            label: sum(row) for label, row in zip(scored["labels"], system["confusion"], strict=True)
        }
        assert set(system["per_language"]) == {"nb", "nn"}
        shown = [system, *system["per_language"].values()]
        scores = [each[name] for each in shown for name in ("macro_f1", "accuracy", "mcc")]
        scores += [system["per_class"][label][name] for label in scored["labels"] for name in ("precision", "f1")]
        for score in scores:
            assert set(score) == INTERVAL
            assert score["low"] <= score["value"] <= score["high"]


def test_scores_are_those_of_the_confusion_matrix(scored: dict[str, Any]) -> None:
    for system in scored["systems"]:
        right = sum(system["confusion"][i][i] for i in range(3))
        assert sum(map(sum, system["confusion"])) == scored["documents"]
        assert system["accuracy"]["value"] == pytest.approx(right / scored["documents"])
        of_language = system["per_language"].values()
        assert sum(round(one["accuracy"]["value"] * one["documents"]) for one in of_language) == right


def test_the_model_beats_the_majority_class_on_what_it_was_made_for(scored: dict[str, Any]) -> None:
    majority, _, model = scored["systems"]
    assert model["macro_f1"]["low"] > majority["macro_f1"]["high"]


def test_predictions_are_one_line_a_document_by_id_without_text(out: Path, scored: dict[str, Any]) -> None:
    lines = list(csv.DictReader((out / "predictions.csv").read_text().splitlines()))
    assert len(lines) == scored["documents"]
    assert list(lines[0]) == [
        *("id", "source", "lang", "gold", "predicted"),
        *("probability_low", "probability_middle", "probability_high", "baseline", "correct"),
    ]
    assert [line["id"] for line in lines] == sorted(line["id"] for line in lines)
    right = sum(line["correct"] == "true" for line in lines)
    assert right / len(lines) == pytest.approx(scored["systems"][2]["accuracy"]["value"])
    for line in lines:
        shares = {label: float(line[f"probability_{label}"]) for label in scored["labels"]}
        assert line["predicted"] == max(shares, key=shares.__getitem__)
        assert (line["gold"] == line["predicted"]) == (line["correct"] == "true")
    assert "var" not in (out / "predictions.csv").read_text()


def test_evaluating_again_gives_the_same_bytes(out: Path, trained: TrainResult, dataset: str, tmp_path: Path) -> None:
    evaluate(trained.folder, dataset, tmp_path, SETTINGS)
    for name in ("metrics.json", "predictions.csv"):
        assert (tmp_path / name).read_bytes() == (out / name).read_bytes()


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "\t", "\r"])
def test_a_cell_is_never_a_formula(sign: str) -> None:
    assert safe_cell(f"{sign}HYPERLINK(1)") == f"'{sign}HYPERLINK(1)"
    assert safe_cell("nb") == "nb"


def test_a_language_of_one_document_and_a_hostile_source_are_scored(
    trained: TrainResult, tmp_path: Path, write: Callable, reviews: Callable
) -> None:
    data = tmp_path / "data"
    for split in ("train", "validation", "test"):
        write(data, "nb", split, reviews(24, split=split))
    write(data, "da", "test", [replace(reviews(1)[0], id="=1+1", source="@evil", lang="da")], shards=1)
    scored = evaluate(trained.folder, str(data), tmp_path, SETTINGS)
    assert scored["documents_per_language"] == {"da": 1, "nb": 20}
    danish = scored["systems"][2]["per_language"]["da"]
    assert danish["accuracy"]["value"] in (0, 1)
    json.dumps(scored, allow_nan=False)
    assert any(line.startswith("'=1+1,'@evil,da") for line in (tmp_path / "predictions.csv").read_text().split("\n"))


def test_the_table_has_a_line_a_system_and_a_column_a_language(scored: dict[str, Any]) -> None:
    table = score_table(scored)
    assert table[0] == ["system", "macro-F1", "accuracy", "MCC", "macro-F1 nb", "macro-F1 nn"]
    assert [line[0] for line in table[1:]] == [system["name"] for system in scored["systems"]]
    value = scored["systems"][1]["macro_f1"]
    assert table[2][1] == f"{value['value']:.3f} [{value['low']:.3f}, {value['high']:.3f}]"


def test_a_score_that_cannot_be_had_is_a_dash(scored: dict[str, Any]) -> None:
    system = {**scored["systems"][0], "mcc": {"value": None, "low": None, "high": None}}
    assert score_table({**scored, "systems": [system]})[1][3] == "–"


def test_a_folder_that_is_no_model_is_an_error(tmp_path: Path, dataset: str) -> None:
    with pytest.raises(PredictError, match="no folder that `kvern train` wrote"):
        evaluate(tmp_path, dataset, tmp_path, SETTINGS)
