"""Models and tokenizers, from the Hugging Face Hub or a local folder, and what to do where one cannot be had."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import torch
from huggingface_hub import errors
from transformers import (
    AutoModelForSequenceClassification,
    AutoTokenizer,
    PreTrainedModel,
    PreTrainedTokenizerBase,
)

from training.checkpoints import digest
from training.data import LONGEST, TrainError

NO_NETWORK = (
    "no network, and no copy in the cache; train from recipes/demo.toml, which downloads no model, "
    "or name a local folder that holds one"
)
# The first that fits: a gated repository is also a repository not found.
REASONS: tuple[tuple[type[Exception], str], ...] = (
    (errors.GatedRepoError, "it is gated; accept its terms on its page on the Hub, then log in with `hf auth login`"),
    (errors.RevisionNotFoundError, "it has no such revision"),
    (errors.RepositoryNotFoundError, "the Hub has no such model; check the spelling, or log in if it is private"),
    (errors.LocalEntryNotFoundError, NO_NETWORK),
    (errors.OfflineModeIsEnabled, NO_NETWORK),
)


def load_tokenizer(name: str, revision: str | None = None) -> PreTrainedTokenizerBase:
    """The tokenizer of a model; "[SEP]" in a text is text to it. Raises TrainError that says what to do."""
    with explained(name, revision):
        tokenizer: PreTrainedTokenizerBase = AutoTokenizer.from_pretrained(
            name, revision=revision, trust_remote_code=False, split_special_tokens=True
        )
    if tokenizer.pad_token_id is None:
        raise TrainError(
            f"{name} could not be loaded: its tokenizer has no padding token; take an encoder such as BERT"
        )
    return tokenizer


def load_model(name: str, labels: Sequence[str], revision: str | None = None) -> PreTrainedModel:
    """The model with a classifier of the given labels, new where it has none of that size, in float32.

    Weights are read from safetensors alone: a pickle could run code. Raises TrainError that says what to do.
    """
    with explained(name, revision):
        model: PreTrainedModel = AutoModelForSequenceClassification.from_pretrained(
            name,
            revision=revision,
            trust_remote_code=False,
            use_safetensors=True,
            dtype=torch.float32,
            id2label=dict(enumerate(labels)),
            label2id={label: index for index, label in enumerate(labels)},
            problem_type="single_label_classification",
            ignore_mismatched_sizes=True,
        )
    return model


@contextmanager
def explained(name: str, revision: str | None = None) -> Iterator[None]:
    """Turns what loading a model may raise into a TrainError that says what to do."""
    if looks_local(name) and not (Path(name) / "config.json").is_file():
        raise TrainError(f"{name} could not be loaded: it is no folder with a config.json")
    try:
        yield
    except (OSError, ValueError, KeyError, errors.HfHubHTTPError) as error:
        at = f"{name}, revision {revision}," if revision else name
        raise TrainError(f"{at} could not be loaded: {reason(error)}") from error


def looks_local(name: str) -> bool:
    """Whether the name can only be a folder: it is there, or no name on the Hub is written like that."""
    return Path(name).is_dir() or name.startswith((".", "/", "~")) or name.count("/") > 1 or "\\" in name


def reason(error: BaseException) -> str:
    """Why loading failed, from the error and what caused it; its own first line where nothing is known about it."""
    chain: list[BaseException] = []
    link: BaseException | None = error
    while link is not None and link not in chain:
        chain.append(link)
        link = link.__cause__ or link.__context__
    for kind, text in REASONS:
        if any(isinstance(link, kind) for link in chain):
            return text
    return str(error).strip().split("\n")[0]


def origin_of(name: str, model: PreTrainedModel) -> str:
    """The model that was loaded, to the byte: "name@commit" of the Hub, "folder@sha256:..." of a local folder."""
    if Path(name).is_dir():
        return f"{Path(name).name}@sha256:{digest(Path(name))[:12]}"
    return f"{name}@{getattr(model.config, '_commit_hash', None) or 'unknown'}"


def longest_input(model: PreTrainedModel, tokenizer: PreTrainedTokenizerBase) -> int:
    """How many tokens the model takes, at most 512. RoBERTa keeps two of its positions for padding."""
    positions = getattr(model.config, "max_position_embeddings", LONGEST)
    reserved = 2 if "roberta" in model.config.model_type else 0
    return int(min(LONGEST, tokenizer.model_max_length, positions - reserved))
