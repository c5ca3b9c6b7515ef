"""Rows that are no records: where they stand in their file, why, and their bytes, so that nothing is lost."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
import pyarrow as pa

from cleaning.errors import CleanError
from cleaning.foreign import Row, RowError
from scrapers.manifest import Stage

FOLDER = "quarantine"
RULE = "quarantined"
MOST_BYTES = 1 << 20  # of a row that are kept; the rest is in the file, at its offset
NAMED_ROWS = 5  # as many as a message names
SCHEMA = pa.schema(
    [
        pa.field("file", pa.string(), nullable=False),
        pa.field("row", pa.int64(), nullable=False),  # from 1; of JSON lines that of the line
        pa.field("rows", pa.int64(), nullable=False),  # more than one where a part of a file cannot be read
        pa.field("offset", pa.int64()),  # of the line in the file, unpacked
        pa.field("length", pa.int64()),  # in bytes
        pa.field("rule", pa.string(), nullable=False),
        pa.field("reason", pa.string(), nullable=False),
        pa.field(
            "raw", pa.binary()
        ),  # the line, or the row of parquet as JSON; cut off where it is shorter than length
    ]
)


@dataclass(frozen=True)
class QuarantineSettings:
    """max_bad: the share of the rows that may be no records; with more the command fails. 0 allows none."""

    max_bad: float = 0.01

    def __post_init__(self) -> None:
        if not 0 <= self.max_bad <= 1:
            raise ValueError(f"max_bad is {self.max_bad}: expected a share, 0 to 1")


def entry(name: str, row: Row, error: RowError) -> dict[str, Any]:
    """What the quarantine says of a row of the file `name`: a row of `SCHEMA`."""
    raw = as_json(row.cells) if row.cells is not None else row.line
    length = max(len(raw), row.size if row.line else 0)
    return {
        "file": name,
        "row": row.number,
        "rows": row.count,
        "offset": row.offset,
        "length": length or None,
        "rule": error.rule,
        "reason": " ".join(str(error).encode("utf-8", "backslashreplace").decode().split()),
        "raw": raw[:MOST_BYTES] or None,
    }


def as_json(cells: Mapping[str, Any]) -> bytes:
    """The cells of a row as JSON; what JSON has no type for as Python writes it."""
    return msgspec.json.encode({name: value for name, value in cells.items() if value is not None}, enc_hook=repr)


def named(entries: Sequence[Mapping[str, Any]]) -> str:
    """The first of the rows in quarantine, for a message."""
    return "; ".join(f"{item['file']}, row {item['row']}: {item['reason']}" for item in entries[:NAMED_ROWS])


def check(stage: Stage, folder: str, settings: QuarantineSettings) -> None:
    """Raises CleanError where a stage has more rows in quarantine, the folder at `folder`, than the settings allow."""
    bad = stage.dropped.get(RULE, 0)
    if bad > settings.max_bad * stage.received:
        share = bad / stage.received
        raise CleanError(
            f"{bad:,} of {stage.received:,} rows are no records, {share:.2%}, and max_bad allows "
            f"{settings.max_bad:.2%}: {named(stage.detail['quarantine']['first'])}. They are all in {folder}, with the "
            "reason and their bytes. Mend the files, or allow more with --max-bad, which is a share from 0 to 1"
        )
