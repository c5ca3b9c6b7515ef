import numpy as np
import pytest

from training.batches import batch_order, pad
from training.data import ragged

LENGTHS = np.random.default_rng(1).integers(3, 200, 1003)


def test_every_row_is_once_in_every_epoch() -> None:
    order = batch_order(LENGTHS, 16, epochs=3, seed=5)
    of_epoch = len(order) // 3
    for epoch in range(3):
        rows = np.concatenate(order[epoch * of_epoch : (epoch + 1) * of_epoch])
        assert sorted(rows) == list(range(1003))


def test_epochs_differ_but_an_epoch_is_the_same_whatever_follows() -> None:
    one, three = batch_order(LENGTHS, 16, 1, seed=5), batch_order(LENGTHS, 16, 3, seed=5)
    assert all(np.array_equal(a, b) for a, b in zip(one, three, strict=False))
    assert not np.array_equal(three[0], three[len(one)])


def test_rows_of_a_batch_are_alike_in_length() -> None:
    def padded(order: list[np.ndarray]) -> int:
        return sum(int(LENGTHS[batch].max()) * len(batch) for batch in order)

    shuffled = np.split(np.random.default_rng(2).permutation(1003), range(16, 1003, 16))
    assert padded(batch_order(LENGTHS, 16, 1, seed=5)) < 0.65 * padded(shuffled)
    assert padded(batch_order(LENGTHS, 16, 1, seed=5)) < 1.1 * LENGTHS.sum()


@pytest.mark.parametrize("nested", [False, True])
def test_padding_is_masked_and_nothing_else_is(nested: bool) -> None:
    rows = ragged([[5, 6, 7], [8]], np.array([1, 2]))
    items = [rows[0], rows[1]]
    batch = pad([items] if nested else items, pad_id=9)
    assert batch["input_ids"].tolist() == [[5, 6, 7], [8, 9, 9]]
    assert batch["attention_mask"].tolist() == [[1, 1, 1], [1, 0, 0]]
    assert batch["labels"].tolist() == [1, 2]


def test_rows_without_labels_make_a_batch_without() -> None:
    assert set(pad([ragged([[1, 2]])[0]], 0)) == {"input_ids", "attention_mask"}
