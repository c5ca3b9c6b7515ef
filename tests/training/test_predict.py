import shutil
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import numpy as np
import pytest

from training.predict import PredictError, load_classifier, predict
from training.train import TrainResult

TEXTS = ["Boka var nydelig.", "Maten var dårlig. " * 6, "Filmen var grei.", "", "Været på øya var helt ok. " * 3] * 8


def test_batches_do_not_change_a_prediction(trained: TrainResult) -> None:
    classifier = load_classifier(trained.folder)
    one, many = classifier.probabilities(TEXTS, 1), classifier.probabilities(TEXTS, 16)
    assert np.abs(one - many).max() < 1e-4
    assert one.sum(1) == pytest.approx(1)


def test_predictions_come_in_the_order_of_the_texts(trained: TrainResult) -> None:
    together = list(predict(trained.folder, TEXTS, batch_size=4))
    alone = [next(predict(trained.folder, [text])) for text in TEXTS[:5]]
    assert [p.label for p in together[:5]] == [p.label for p in alone]
    assert len(together) == len(TEXTS)


def test_a_prediction_is_its_likeliest_label(trained: TrainResult) -> None:
    for prediction in predict(trained.folder, TEXTS[:5]):
        assert prediction.score == max(prediction.scores.values()) == prediction.scores[prediction.label]
        assert list(prediction.scores) == ["low", "middle", "high"]


def test_a_stream_without_end_is_answered_as_it_comes(trained: TrainResult) -> None:
    def endless() -> Iterator[str]:
        while True:
            yield "Boka var nydelig."

    assert len(list(islice(predict(trained.folder, endless(), batch_size=2), 70))) == 70


def test_the_model_tells_what_it_was_trained_on(trained: TrainResult) -> None:
    texts = ["Boka var fantastisk. Boka var strålende.", "Maten var elendig. Maten var skuffende."]
    assert [prediction.label for prediction in predict(trained.folder, texts)] == ["high", "low"]


def test_a_folder_without_a_model_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(PredictError, match=r"lacks config.json and model.safetensors; train one with `kvern train`"):
        load_classifier(tmp_path)


@pytest.mark.parametrize("name", ["model.safetensors", "config.json", "tokenizer.json"])
def test_a_truncated_file_is_an_error_that_names_the_folder(trained: TrainResult, tmp_path: Path, name: str) -> None:
    folder = tmp_path / "model"
    shutil.copytree(trained.folder, folder)
    (folder / name).write_bytes((folder / name).read_bytes()[:60])
    with pytest.raises(PredictError, match="cannot be read as a model"):
        load_classifier(folder)
