"""Models and tokenizers, from the Hugging Face Hub or a local folder, and what to do where one cannot be had."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import torch
from huggingface_hub import HfApi, errors, try_to_load_from_cache
from transformers import (
    AutoModelForSequenceClassification,
    AutoTokenizer,
    PreTrainedModel,
    PreTrainedTokenizerBase,
)

from training.checkpoints import digest
from training.data import LONGEST, TrainError

ASK_SECONDS = 10.0  # for an answer of the Hub; transformers itself tries for 47 s where there is no network
NO_NETWORK = (
    "no network, and no copy in the cache; train from recipes/demo.toml, which downloads no model, "
    "or name a local folder that holds one"
)
NO_SAFETENSORS = (
    "it has no model.safetensors; weights in a pickle are not read, since a pickle could run code: look for a revision "
    "of it, or a model, that has them as safetensors"
)
# The first that fits: a gated repository is also a repository not found.
REASONS: tuple[tuple[type[Exception], str], ...] = (
    (errors.GatedRepoError, "it is gated; accept its terms on its page on the Hub, then log in with `hf auth login`"),
    (errors.RevisionNotFoundError, "it has no such revision"),
    (errors.RepositoryNotFoundError, "the Hub has no such model; check the spelling, or log in if it is private"),
    (errors.LocalEntryNotFoundError, NO_NETWORK),
    (errors.OfflineModeIsEnabled, NO_NETWORK),
)


@dataclass(frozen=True, slots=True)
class Start:
    """Where a model is loaded from. origin: it to the byte, "name@commit" or, of a local folder, "name@sha256:..."."""

    name: str
    revision: str | None
    on_disk: bool
    origin: str


def find_model(name: str, revision: str | None = None) -> Start:
    """The local folder `name`, or the commit that `revision` (the main branch) of that name on the Hub stands for.

    Without network, the commit in the cache. Raises TrainError that says what to do.
    """
    if looks_local(name):
        if not (Path(name) / "config.json").is_file():
            raise TrainError(f"{name} could not be loaded: it is no folder with a config.json")
        folder = Path(name).resolve()
        return Start(name, None, True, f"{folder.name}@sha256:{digest(folder)[:12]}")
    with explained(f"{name}@{revision}" if revision else name):
        try:
            info = HfApi().model_info(name, revision=revision, timeout=ASK_SECONDS)
        except errors.HfHubHTTPError:
            raise
        except Exception as error:  # no network: each HTTP library has its own word for it
            cached = try_to_load_from_cache(name, "config.json", revision=revision or "main")
            if not isinstance(cached, str):
                raise TrainError(f"{name} could not be loaded: {NO_NETWORK}") from error
            return Start(name, revision, True, f"{name}@{Path(cached).parent.name}")
    if not any(file.rfilename.endswith(".safetensors") for file in info.siblings or ()):
        raise TrainError(f"{name} could not be loaded: {NO_SAFETENSORS}")
    return Start(name, revision, False, f"{name}@{info.sha}")  # asked for by commit, the cache would forget the branch


def load_tokenizer(start: Start) -> PreTrainedTokenizerBase:
    """The tokenizer of a model; "[SEP]" in a text is text to it. Raises TrainError that says what to do."""
    with explained(start.origin):
        tokenizer: PreTrainedTokenizerBase = AutoTokenizer.from_pretrained(
            start.name,
            revision=start.revision,
            local_files_only=start.on_disk,
            trust_remote_code=False,
            split_special_tokens=True,
        )
    if tokenizer.pad_token_id is None:
        raise TrainError(f"{start.name} could not be loaded: its tokenizer has no padding token; take a BERT")
    return tokenizer


def load_model(start: Start, labels: Sequence[str]) -> PreTrainedModel:
    """The model with a classifier of the given labels, new where it has none of that size, in float32.

    Weights are read from safetensors alone: a pickle could run code. Raises TrainError that says what to do.
    """
    with explained(start.origin):
        model: PreTrainedModel = AutoModelForSequenceClassification.from_pretrained(
            start.name,
            revision=start.revision,
            local_files_only=start.on_disk,
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
def explained(what: str) -> Iterator[None]:
    """Turns what loading a model may raise into a TrainError that says what to do."""
    try:
        yield
    except (OSError, ValueError, KeyError, errors.HfHubHTTPError) as error:
        raise TrainError(f"{what} could not be loaded: {reason(error)}") from error


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


def longest_input(model: PreTrainedModel, tokenizer: PreTrainedTokenizerBase) -> int:
    """How many tokens the model takes, at most 512. RoBERTa keeps two of its positions for padding."""
    positions = getattr(model.config, "max_position_embeddings", LONGEST)
    reserved = 2 if "roberta" in model.config.model_type else 0
    return int(min(LONGEST, tokenizer.model_max_length, positions - reserved))
