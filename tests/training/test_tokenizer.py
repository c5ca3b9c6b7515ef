import json
import subprocess
import sys
from pathlib import Path

import pytest
from transformers import AutoTokenizer

from training.tokenizer import frequent_characters, train_tokenizer

TEXTS = [
    "På øya åt Åse blåbær med fløte.",
    "Ærlig talt: Søren ødela båten på fjæra!",
    "Vêret på Øyane var ærfugl verdt",
] * 5
HASHED = """
import hashlib, json, random
from training.tokenizer import train_tokenizer
chance = random.Random(1)
texts = [" ".join("".join(chance.choices("abcdefgh", k=5)) for _ in range(30)) for _ in range(40)]
vocabulary = train_tokenizer(texts, 700).get_vocab()
print(len(vocabulary), hashlib.sha256(json.dumps(sorted(vocabulary.items())).encode()).hexdigest())
"""


def test_letters_keep_case_and_accents() -> None:
    tokenizer = train_tokenizer(TEXTS, 300)
    for text in ("På øya åt Åse blåbær", "Ærlig Søren ødela fjæra", "Vêret"):
        ids = tokenizer(text)["input_ids"]
        assert tokenizer.unk_token_id not in ids
        assert tokenizer.decode(ids, skip_special_tokens=True) == text


def test_words_seen_often_are_one_token() -> None:
    assert train_tokenizer(TEXTS, 300).tokenize("ærfugl på båten") == ["ærfugl", "på", "båten"]


def test_the_vocabulary_is_no_larger_than_asked_for() -> None:
    assert len(train_tokenizer(TEXTS, 120)) == 120


def test_a_saved_tokenizer_is_the_same_when_loaded(tmp_path: Path) -> None:
    tokenizer = train_tokenizer(TEXTS, 300, max_length=64)
    tokenizer.save_pretrained(tmp_path)
    loaded = AutoTokenizer.from_pretrained(tmp_path)
    text = "Åse på øya [MASK], 5/6 😀"
    assert loaded(text)["input_ids"] == tokenizer(text)["input_ids"]
    assert loaded.model_max_length == 64


def test_special_tokens_in_a_text_are_text() -> None:
    tokenizer = train_tokenizer([*TEXTS, "[ ] S E P M A K"], 300)
    ids = tokenizer("[SEP][MASK]")["input_ids"]
    assert ids[0] == tokenizer.cls_token_id
    assert ids[-1] == tokenizer.sep_token_id
    assert not {tokenizer.sep_token_id, tokenizer.mask_token_id} & set(ids[1:-1])


def test_two_processes_train_the_same_tokenizer() -> None:
    outputs = {subprocess.run([sys.executable, "-c", HASHED], check=True, capture_output=True).stdout for _ in range(2)}
    assert len(outputs) == 1
    assert outputs.pop().startswith(b"700 ")


def test_an_iterator_is_refused_since_it_can_be_read_but_once() -> None:
    with pytest.raises(ValueError, match="gone through twice"):
        train_tokenizer(iter(TEXTS), 300)


def test_nothing_to_train_on_is_an_error() -> None:
    with pytest.raises(ValueError, match="no text"):
        train_tokenizer([" ", ""], 300)


def test_the_rarest_characters_are_left_out() -> None:
    assert frequent_characters(["bbba aac", "d"], 2) == ["a", "b"]
    tokenizer = train_tokenizer(["abcdefghijklmnopqrstuvwxyz " * 50 + "漢字"], 100)
    assert "漢" not in json.dumps(list(tokenizer.get_vocab()), ensure_ascii=False)
