"""A small corpus of rated reviews as the cleaning package leaves it, and a classifier trained on it."""

import random
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

import pyarrow.parquet as pq
import pytest
import torch

from scrapers.record import Document, document_id, table
from training.settings import ScratchSettings, TrainSettings
from training.train import TrainResult, fine_tune

WORDS = {
    "low": ["elendig", "dårlig", "skuffende", "kjedelig", "ødelagt"],
    "middle": ["grei", "helt ok", "middels", "brukbar", "passe"],
    "high": ["nydelig", "fantastisk", "strålende", "glimrende", "herlig"],
}
RATINGS = {"low": 0.2, "middle": 0.6, "high": 1.0}
SUBJECTS = {
    "nb": ["Boka", "Maten", "Filmen", "Været på øya"],
    "nn": ["Boka", "Maten eg fekk", "Filmen", "Vêret på øya"],
}
SIZES = {("nb", "train"): 96, ("nb", "validation"): 24, ("nb", "test"): 36} | {
    ("nn", "train"): 24,
    ("nn", "validation"): 8,
    ("nn", "test"): 12,
}


def review(number: int, lang: str, split: str) -> Document:
    """The `number`th review of a split; every sixth has no rating."""
    chance = random.Random(f"{lang}/{split}/{number}")
    band = ("low", "middle", "high")[number % 3]
    words = chance.sample(WORDS[band], 2)
    text = " ".join(f"{chance.choice(SUBJECTS[lang])} var {word}." for word in words * chance.randint(1, 4))
    return Document(
        id=document_id("test", f"{lang}/{split}/{number}"),
        text=text,
        title=words[0] if number % 2 else None,
        source="test",
        url=f"https://example.org/{lang}/{split}/{number}",
        licence="CC0-1.0",
        collected_at=datetime(2026, 1, 1, tzinfo=UTC),
        rating=None if number % 6 == 5 else RATINGS[band],
        lang=lang,
    )


def write_split(dataset: Path, lang: str, split: str, documents: Sequence[Document], shards: int = 2) -> None:
    """Writes a split in shards, as the cleaning package names them."""
    (dataset / lang).mkdir(parents=True, exist_ok=True)
    for shard in range(shards):
        name = f"{split}-{shard:05d}-of-{shards:05d}.parquet"
        pq.write_table(table(documents[shard::shards]), dataset / lang / name)


def write_dataset(dataset: Path) -> Path:
    """The whole corpus in `dataset`."""
    for (lang, split), size in SIZES.items():
        write_split(dataset, lang, split, [review(number, lang, split) for number in range(size)])
    return dataset


SCRATCH = ScratchSettings(
    vocab_size=300, hidden_size=32, layers=1, heads=2, intermediate=64, mlm_epochs=2, mlm_batch_size=16
)
TRAIN = TrainSettings(
    model="scratch", epochs=15, batch_size=8, learning_rate=2e-3, log_every=10, early_stopping_patience=3
)

torch.set_num_threads(1)  # threads that wait for each other make small models slow where others use the cores


@pytest.fixture
def reviews() -> Callable[..., list[Document]]:
    """A function that gives the first reviews of a split: reviews(count, lang="nb", split="train")."""
    return lambda count, lang="nb", split="train": [review(number, lang, split) for number in range(count)]


@pytest.fixture
def write() -> Callable[..., None]:
    """`write_split`."""
    return write_split


@pytest.fixture(scope="session")
def scratch() -> ScratchSettings:
    """A BERT as small as can be."""
    return SCRATCH


@pytest.fixture(scope="session")
def settings() -> TrainSettings:
    """Enough steps for it to learn the corpus."""
    return TRAIN


@pytest.fixture(scope="session")
def dataset(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The folder of the corpus."""
    return str(write_dataset(tmp_path_factory.mktemp("run") / "dataset"))


@pytest.fixture(scope="session")
def trained(dataset: str, tmp_path_factory: pytest.TempPathFactory) -> TrainResult:
    """A small BERT trained from random weights on the corpus."""
    folder = tmp_path_factory.mktemp("trained")
    return fine_tune(dataset, folder / "model", TRAIN, SCRATCH, checkpoints=folder / "checkpoints")
