"""Writes fastText models, as small as they come: each label has a vector of its own, and a word those of its labels."""

import struct
from collections.abc import Mapping, Sequence
from pathlib import Path

SHARP = 6.0  # how far a word is from the labels that are not its own


def write_model(
    path: Path, words: Mapping[str, Sequence[str]], *, quantised: bool = False, supervised: bool = True
) -> Path:
    """A model at `path` that knows these words and the labels of each; all its other words are unknown to it.

    Source: `FastText::saveModel` in https://github.com/facebookresearch/fastText
    """
    labels = sorted({label for found in words.values() for label in found})
    rows = [[SHARP * (label in found) for label in labels] for found in words.values()]
    parts = [
        struct.pack("<ii", 793712314, 12),
        # dim, ws, epoch, minCount, neg, wordNgrams, loss (softmax), model, bucket, minn, maxn, lrUpdateRate, t
        struct.pack("<12id", len(labels), 5, 1, 1, 5, 1, 3, 3 if supervised else 1, 0, 0, 0, 100, 1e-4),
        struct.pack("<iiiqq", len(words) + len(labels), len(words), len(labels), len(words), -1),
        *(word.encode() + b"\0" + struct.pack("<qb", 9, 0) for word in words),
        *(label.encode() + b"\0" + struct.pack("<qb", 9, 1) for label in labels),
        struct.pack("<?", quantised),
        product_quantised(rows) if quantised else matrix(rows),
        struct.pack("<?", False),
        matrix([[float(label == other) for other in labels] for label in labels]),
    ]
    path.write_bytes(b"".join(parts))
    return path


def matrix(rows: Sequence[Sequence[float]]) -> bytes:
    """A matrix of floats: its size, then its rows."""
    return struct.pack("<qq", len(rows), len(rows[0])) + floats(value for row in rows for value in row)


def product_quantised(rows: Sequence[Sequence[float]]) -> bytes:
    """The rows, at most 256, each a centroid of its own: whether norms are apart, size, codes, centroids."""
    dim = len(rows[0])
    codes = struct.pack("<?qqi", False, len(rows), dim, len(rows)) + bytes(range(len(rows)))
    centroids = [*rows, *([[0.0] * dim] * (256 - len(rows)))]
    return codes + struct.pack("<4i", dim, 1, dim, dim) + floats(value for row in centroids for value in row)


def floats(values) -> bytes:
    return b"".join(struct.pack("<f", value) for value in values)
