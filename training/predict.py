"""Labels for texts, from a model folder."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from transformers import AutoModelForSequenceClassification, AutoTokenizer, PreTrainedModel, PreTrainedTokenizerBase

from training.batches import pad
from training.data import chunks, encode, model_text
from training.loop import quiet
from training.model import longest_input, reason

BUFFER = 16  # batches among which texts of like length are put together


class PredictError(Exception):
    """A model folder that cannot be used."""


@dataclass(frozen=True, slots=True)
class Prediction:
    """The likeliest label of a text, its probability, and that of every label."""

    label: str
    score: float
    scores: dict[str, float]


@dataclass(frozen=True, slots=True)
class Classifier:
    """A model folder in memory, on the GPU if there is one."""

    model: PreTrainedModel
    tokenizer: PreTrainedTokenizerBase
    labels: tuple[str, ...]
    max_length: int

    def probabilities(self, texts: list[str], batch_size: int) -> NDArray[np.float64]:
        """The probability of each label for each text: (texts, labels). Batches do not change it beyond rounding."""
        rows = encode(self.tokenizer, texts, self.max_length)
        order = np.argsort(-rows.lengths, kind="stable")
        result = np.zeros((len(texts), len(self.labels)))
        collate = partial(pad, pad_id=self.tokenizer.pad_token_id)
        with torch.inference_mode():
            for batch in np.split(order, range(batch_size, len(order), batch_size)):
                inputs = {name: t.to(self.model.device) for name, t in collate([rows[int(i)] for i in batch]).items()}
                result[batch] = self.model(**inputs).logits.double().softmax(-1).cpu().numpy()
        return result


def load_classifier(model_dir: Path) -> Classifier:
    """The classifier in a model folder. Raises PredictError where there is none, or it cannot be read."""
    missing = [name for name in ("config.json", "model.safetensors") if not (model_dir / name).is_file()]
    if missing:
        raise PredictError(
            f"{model_dir} is no model folder: it lacks {' and '.join(missing)}; train one with `kvern train`"
        )
    try:
        with quiet():
            tokenizer = AutoTokenizer.from_pretrained(
                model_dir, local_files_only=True, trust_remote_code=False, split_special_tokens=True
            )
            model = AutoModelForSequenceClassification.from_pretrained(
                model_dir, local_files_only=True, trust_remote_code=False, use_safetensors=True, dtype=torch.float32
            )
    except Exception as error:  # safetensors, tokenizers and transformers each raise their own kinds
        raise PredictError(f"{model_dir} cannot be read as a model: {reason(error)}; train it again") from error
    model.eval().to("cuda" if torch.cuda.is_available() else "cpu")
    labels = tuple(model.config.id2label[index] for index in range(model.config.num_labels))
    return Classifier(model, tokenizer, labels, longest_input(model, tokenizer))


def predict(model_dir: Path, texts: Iterable[str], batch_size: int = 32) -> Iterator[Prediction]:
    """A prediction for each text, in order; texts are taken 16 batches at a time. Raises PredictError."""
    classifier = load_classifier(model_dir)
    for chunk in chunks(texts, batch_size * BUFFER):
        for scores in classifier.probabilities([model_text({"text": text}) for text in chunk], batch_size):
            best = int(scores.argmax())
            named = dict(zip(classifier.labels, scores.tolist(), strict=True))
            yield Prediction(classifier.labels[best], named[classifier.labels[best]], named)
