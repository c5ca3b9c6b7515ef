import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from msgspec import structs
from transformers import AutoModelForSequenceClassification, AutoTokenizer, BertConfig, BertForMaskedLM, set_seed

from training.data import encode
from training.pretrain import Masking, SparseMaskedLM, pretrain
from training.settings import ScratchSettings
from training.tokenizer import train_tokenizer

TEXTS = ["Boka var helt nydelig, maten var dårlig og været på øya var greit."] * 8 + ["Kort tekst."] * 8


@pytest.fixture(scope="module")
def masking() -> Masking:
    return Masking(train_tokenizer(TEXTS, 200), 0.3, seed=7)


@pytest.fixture(scope="module")
def items(masking: Masking) -> list[dict]:
    rows = encode(masking.collator.tokenizer, TEXTS, 32)
    return [rows[index] for index in range(len(rows))]


def test_only_masked_positions_have_a_label_and_it_is_the_token_that_stood_there(
    masking: Masking, items: list[dict]
) -> None:
    batch = masking(items)
    original = torch.tensor([[*item["input_ids"], *[0] * 32][: batch["labels"].shape[1]] for item in items])
    chosen = batch["labels"] != -100
    assert (batch["labels"][chosen] == original[chosen]).all()
    assert (batch["input_ids"][~chosen] == original[~chosen]).all()
    mask = masking.collator.tokenizer.mask_token_id
    assert 0.6 < (batch["input_ids"][chosen] == mask).float().mean() < 0.95


def test_padding_and_special_tokens_are_never_masked(masking: Masking, items: list[dict]) -> None:
    special = torch.tensor(masking.collator.tokenizer.all_special_ids)
    for _ in range(5):
        batch = masking(items)
        labels = batch["labels"][batch["labels"] != -100]
        assert not torch.isin(labels, special).any()
        assert (batch["labels"][batch["attention_mask"] == 0] == -100).all()
        items = items[1:]


def test_the_masks_of_a_batch_are_the_same_whatever_came_before(masking: Masking, items: list[dict]) -> None:
    first = masking(items)
    other = masking(items[::-1])
    again = masking(items)
    assert torch.equal(first["labels"], again["labels"])
    assert not torch.equal(first["labels"], other["labels"].flip(0))


def test_scoring_masked_positions_alone_gives_the_loss_and_gradients_of_bert(items: list[dict]) -> None:
    config = BertConfig(
        vocab_size=200, hidden_size=16, num_hidden_layers=1, num_attention_heads=2, intermediate_size=32
    )
    set_seed(1)
    sparse = SparseMaskedLM(config).eval()
    whole = BertForMaskedLM(config).eval()
    whole.load_state_dict(sparse.state_dict())
    batch = Masking(train_tokenizer(TEXTS, 200), 0.3, seed=7)(items)
    losses = [model(**batch).loss for model in (sparse, whole)]
    for loss in losses:
        loss.backward()
    assert losses[0].item() == pytest.approx(losses[1].item(), rel=1e-5)
    for (name, ours), (_, theirs) in zip(sparse.named_parameters(), whole.named_parameters(), strict=True):
        assert torch.allclose(ours.grad, theirs.grad, atol=1e-6), name


def test_the_warm_up_reads_all_of_the_train_split_and_nothing_else(
    tmp_path: Path, write: Callable, reviews: Callable, scratch: ScratchSettings
) -> None:
    train = [structs.replace(document, text=f"{document.text} treningsord", rating=None) for document in reviews(30)]
    unseen = [structs.replace(document, text="Qwxz qwxz qwxz") for document in reviews(30, split="test")]
    write(tmp_path / "data", "nb", "train", train)
    for split in ("validation", "test"):
        write(tmp_path / "data", "nb", split, unseen)
    encoder = tmp_path / "encoder"
    summary = pretrain(str(tmp_path / "data"), encoder, scratch, checkpoints=tmp_path / "checkpoints", log_every=2)
    assert summary["documents"] == 30
    vocabulary = "".join(AutoTokenizer.from_pretrained(encoder).get_vocab())
    assert "treningsord" in vocabulary
    assert not re.search("[QqXx]", vocabulary.replace("##", ""))


def test_the_encoder_is_taken_up_by_a_classifier_weight_by_weight(
    tmp_path: Path, dataset: str, scratch: ScratchSettings
) -> None:
    encoder = tmp_path / "encoder"
    summary = pretrain(dataset, encoder, scratch, checkpoints=tmp_path / "checkpoints", log_every=2)
    assert summary["history"][-1]["loss"] < summary["history"][0]["loss"]
    assert summary["steps"] == summary["history"][-1]["step"] == 16
    model, loading = AutoModelForSequenceClassification.from_pretrained(encoder, num_labels=3, output_loading_info=True)
    missing = {name.split(".")[0] if name.startswith("classifier") else name for name in loading["missing_keys"]}
    assert missing == {"classifier", "bert.pooler.dense.weight", "bert.pooler.dense.bias"}
    assert model.config.hidden_size == scratch.hidden_size
    assert not (tmp_path / "checkpoints" / "mlm").exists()


def test_a_finished_warm_up_is_not_done_again(tmp_path: Path, dataset: str, scratch: ScratchSettings) -> None:
    settings = replace(scratch, mlm_max_steps=2)
    first = pretrain(dataset, tmp_path / "encoder", settings, checkpoints=tmp_path / "checkpoints")
    again = pretrain("no such dataset", tmp_path / "encoder", settings, checkpoints=tmp_path / "checkpoints")
    assert first == again
    assert first["steps"] == 2
