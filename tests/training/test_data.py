import unicodedata
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from msgspec.structs import replace

from training.data import (
    Texts,
    TrainError,
    demand_all_labels,
    encode,
    labelled_rows,
    length_from_data,
    model_text,
    ragged,
    split_files,
)
from training.task import find_task
from training.tokenizer import train_tokenizer

TASK = find_task("rating_bands")


def test_a_split_is_all_its_shards_in_all_languages_in_order(dataset: str) -> None:
    files = [Path(url).relative_to(dataset).as_posix() for url in split_files(dataset, "train")]
    assert files == [f"{lang}/train-0000{shard}-of-00002.parquet" for lang in ("nb", "nn") for shard in (0, 1)]


def test_a_missing_shard_is_an_error_that_names_it(tmp_path: Path, write: Callable, reviews: Callable) -> None:
    write(tmp_path, "nb", "train", reviews(9), shards=3)
    (tmp_path / "nb" / "train-00001-of-00003.parquet").unlink()
    with pytest.raises(TrainError, match=r"nb: shards \[1\] of 3 of split train are missing"):
        split_files(str(tmp_path), "train")


def test_a_missing_split_is_an_error(tmp_path: Path, write: Callable, reviews: Callable) -> None:
    write(tmp_path, "nb", "train", reviews(9))
    with pytest.raises(TrainError, match="no test split"):
        labelled_rows(str(tmp_path), "test", TASK)


def test_rows_without_a_label_are_counted_not_trained(dataset: str) -> None:
    rows = labelled_rows(dataset, "train", TASK)
    assert rows.counts() == {"in": 120, "labelled": 100, "no_label": 20}
    assert len(rows.texts) == len(rows.labels) == len(rows.ids) == 100


def test_rows_carry_the_label_of_their_rating(tmp_path: Path, write: Callable, reviews: Callable) -> None:
    documents = reviews(12)
    write(tmp_path, "nb", "train", documents, shards=1)
    rows = labelled_rows(str(tmp_path), "train", TASK)
    expected = {
        d.id: ("low", "middle", "high").index(TASK.label_of({"rating": d.rating})) for d in documents if d.rating
    }
    assert dict(zip(rows.ids, rows.labels.tolist(), strict=True)) == expected


def test_a_dataset_without_any_label_is_an_error(tmp_path: Path, write: Callable, reviews: Callable) -> None:
    write(tmp_path, "nb", "train", [replace(document, rating=None) for document in reviews(4)])
    with pytest.raises(TrainError, match="none of 4 rows of split train has a label for task rating_bands"):
        labelled_rows(str(tmp_path), "train", TASK)


def test_a_label_never_seen_in_training_is_an_error(tmp_path: Path, write: Callable, reviews: Callable) -> None:
    write(tmp_path, "nb", "train", [replace(document, rating=1.0) for document in reviews(4)])
    with pytest.raises(TrainError, match="no row labelled low or middle"):
        demand_all_labels(labelled_rows(str(tmp_path), "train", TASK), TASK, "train")


def test_a_document_without_language_counts_as_undetermined(tmp_path: Path, write: Callable, reviews: Callable) -> None:
    write(tmp_path, "nb", "test", [replace(document, lang=None) for document in reviews(3)])
    assert labelled_rows(str(tmp_path), "test", TASK).languages == ["und"] * 3


def test_a_model_sees_the_title_on_a_line_before_the_text() -> None:
    assert model_text({"title": "Tittel", "text": "Tekst"}) == "Tittel\nTekst"
    assert model_text({"title": None, "text": "Tekst"}) == model_text({"text": "Tekst"}) == "Tekst"


def test_a_letter_composed_of_two_characters_is_seen_as_one() -> None:
    assert model_text({"text": unicodedata.normalize("NFD", "på øya")}) == "på øya"


def test_texts_are_those_of_all_rows_and_can_be_read_again(dataset: str) -> None:
    texts = Texts(dataset, "train")
    assert len(list(texts)) == 120
    assert list(texts) == list(texts)


@pytest.mark.parametrize(("words", "expected"), [(4, 8), (6, 8), (7, 16), (60, 64), (300, 128)])
def test_the_length_is_that_of_the_longest_but_one_in_a_hundred_in_eights(words: int, expected: int) -> None:
    tokenizer = train_tokenizer(["ord " * 400], 100)
    texts = ["ord"] * 50 + ["ord " * words] * 50  # each word a token, [CLS] and [SEP] two more
    assert length_from_data(tokenizer, texts, longest=128) == expected


def test_one_text_in_two_hundred_does_not_set_the_length() -> None:
    tokenizer = train_tokenizer(["ord " * 400], 100)
    assert length_from_data(tokenizer, ["ord"] * 199 + ["ord " * 100], longest=128) == 8


def test_a_long_text_is_cut_or_split_in_pieces_that_lose_nothing() -> None:
    tokenizer = train_tokenizer(["en to tre fire fem seks"] * 3, 200)
    text = "en to tre fire fem seks"
    whole = encode(tokenizer, [text], 64)[0]["input_ids"].tolist()
    cut = encode(tokenizer, [text], 5)
    pieces = encode(tokenizer, [text], 5, cut=False)
    assert cut.lengths.tolist() == [5]
    assert len(pieces) > 1
    inner = [token for index in range(len(pieces)) for token in pieces[index]["input_ids"][1:-1].tolist()]
    assert [whole[0], *inner, whole[-1]] == whole


def test_rows_by_length_keep_their_labels() -> None:
    rows = ragged([[1], [2, 3, 4], [5, 6]], np.array([7, 8, 9])).by_length()
    assert [(row["input_ids"].tolist(), row["labels"]) for row in map(rows.__getitem__, range(3))] == [
        ([2, 3, 4], 8),
        ([5, 6], 9),
        ([1], 7),
    ]
