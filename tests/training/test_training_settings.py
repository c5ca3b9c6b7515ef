from typing import Any

import pytest

from training.settings import EvaluateSettings, ScratchSettings, TrainSettings


@pytest.mark.parametrize(
    ("kind", "values"),
    [
        (TrainSettings, {"epochs": 0}),
        (TrainSettings, {"model": " "}),
        (TrainSettings, {"max_length": 4}),
        (TrainSettings, {"warmup": 1.0}),
        (TrainSettings, {"weight_decay": -0.1}),
        (TrainSettings, {"learning_rate": 0.0}),
        (TrainSettings, {"max_steps": 0}),
        (TrainSettings, {"seed": -1}),
        (ScratchSettings, {"hidden_size": 130}),
        (ScratchSettings, {"vocab_size": 10}),
        (ScratchSettings, {"mlm_probability": 1.0}),
        (ScratchSettings, {"mlm_max_length": 1024}),
        (ScratchSettings, {"dropout": 1.0}),
        (EvaluateSettings, {"confidence": 95}),
        (EvaluateSettings, {"resamples": 0}),
    ],
)
def test_a_setting_out_of_range_is_named_with_its_value(kind: type, values: dict[str, Any]) -> None:
    ((name, value),) = values.items()
    with pytest.raises(ValueError, match=f"{name} must be .*, not {value!r}"):
        kind(**values)


def test_the_default_model_is_multilingual_bert() -> None:
    assert TrainSettings().model == "bert-base-multilingual-cased"
