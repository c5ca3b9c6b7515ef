"""Charts, tables and numbers of the report, as coordinates and words: the template draws them, so it escapes them all.

Lengths along a page are in percent, so that a chart is as wide as its column while its letters keep their size.
"""

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

LANGUAGES = 8  # columns of a language table; the rest is summed as "other"
POINTS = 200  # more than the pixels of a phone can tell apart
LEFT, RIGHT, TOP, HEIGHT = 12.0, 97.0, 14.0, 160.0  # the plot of a curve: percent, percent, pixels, pixels


def ticks(low: float, high: float, about: int = 4) -> list[float]:
    """Round numbers 1, 2 or 5 times a power of ten apart, about `about`; the first and last enclose both ends."""
    if high - low < 1e-9:
        low, high = (0.0, high or 1.0) if high >= 0 else (low, 0.0)
    rough = (high - low) / about
    unit = 10.0 ** math.floor(math.log10(rough))
    step = next(unit * factor for factor in (1, 2, 5, 10) if unit * factor >= rough * 0.999)
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    return [round(index * step, 12) for index in range(first, last + 1)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """One bar of a waterfall, from `start` for `width` percent; `left` documents remain below it."""

    label: str
    kind: Literal["total", "drop", "gap"]
    count: int
    left: int
    start: float
    width: float


def waterfall(stages: Iterable[tuple[str, int, int, Mapping[str, int]]]) -> list[Bar]:
    """Bars of stages (name, in, kept, dropped by rule) in order: what came in, each rule's cut, what was left.

    What a stage, or the step from one to the next, leaves unexplained is a bar of its own, of kind `gap`.
    """
    steps: list[tuple[str, Literal["total", "drop", "gap"], int, int]] = []
    running: int | None = None
    for name, came, kept, dropped in stages:
        if running is None:
            steps.append((f"into {name}", "total", came, came))
        elif running != came:
            steps.append((f"not accounted for before {name}", "gap", running - came, came))
        running = came
        for rule, size in sorted(dropped.items(), key=lambda item: -item[1]):
            running -= size
            steps.append((rule, "drop", size, running))
        if running != kept:
            steps.append((f"not accounted for in {name}", "gap", running - kept, kept))
        steps.append((f"after {name}", "total", kept, kept))
        running = kept
    widest = max((max(left, left + size) if kind != "total" else size for _, kind, size, left in steps), default=0)
    scale = 100 / (widest or 1)
    return [
        Bar(
            label=label,
            kind=kind,
            count=size,
            left=left,
            start=0.0 if kind == "total" else max(0.0, min(left, left + size) * scale),
            width=abs(size) * scale,
        )
        for label, kind, size, left in steps
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class Curve:
    """A line through `points` ("x,y x,y", both 0 to 100, y downwards), its ticks (place, number) and its `best` point.

    x places are percent of the chart's width, y places pixels from its top. Each point is the mean of `mean_of` values.
    """

    points: str
    x_ticks: list[tuple[float, float]]
    y_ticks: list[tuple[float, float]]
    last: tuple[float, float]
    last_value: float
    best: tuple[float, float] | None
    mean_of: int
    left_out: int


def mean(pairs: Sequence[tuple[float, float]]) -> tuple[float, float]:
    """The last step of (step, value) pairs and the mean of their values."""
    return pairs[-1][0], math.fsum(value for _, value in pairs) / len(pairs)


def curve(history: Sequence[Mapping[str, Any]], column: str, best_step: int | None = None) -> Curve | None:
    """The line of `column` over `step`; None where no value of it is a finite number."""
    pairs = [(float(row["step"]), float(row[column])) for row in history if row.get(column) is not None]
    finite = [(step, value) for step, value in pairs if math.isfinite(step) and math.isfinite(value)]
    if not finite:
        return None
    mean_of = math.ceil(len(finite) / POINTS)
    thin = [mean(finite[start : start + mean_of]) for start in range(0, len(finite), mean_of)]
    end = max(step for step, _ in finite) or 1.0
    x_ticks = [step for step in ticks(0, end) if step <= end]
    y_ticks = ticks(min(value for _, value in thin), max(value for _, value in thin))

    def place(pair: tuple[float, float]) -> tuple[float, float]:
        """Percent rightwards and downwards inside the plot."""
        step, value = pair
        return 100 * step / end, 100 * (y_ticks[-1] - value) / (y_ticks[-1] - y_ticks[0])

    def mark(pair: tuple[float, float]) -> tuple[float, float]:
        """The same place on the whole chart: percent rightwards, pixels downwards."""
        right, down = place(pair)
        return round(LEFT + right * (RIGHT - LEFT) / 100, 2), round(TOP + down * HEIGHT / 100, 1)

    return Curve(
        points=" ".join(f"{right:.2f},{down:.2f}" for right, down in map(place, thin)),
        x_ticks=[(mark((tick, y_ticks[0]))[0], tick) for tick in x_ticks],
        y_ticks=[(mark((0, tick))[1], tick) for tick in y_ticks],
        last=mark(thin[-1]),
        last_value=thin[-1][1],
        best=next((mark(pair) for pair in finite if pair[0] == best_step), None),
        mean_of=mean_of,
        left_out=len(pairs) - len(finite),
    )


def stack(counts: Sequence[int]) -> list[tuple[float, float]]:
    """(start, width) in percent of each count laid end to end; empty where they sum to nothing."""
    total = sum(counts)
    return [(100 * sum(counts[:index]) / total, 100 * count / total) for index, count in enumerate(counts) if total]


@dataclass(frozen=True, slots=True, kw_only=True)
class Crossing:
    """Counts by row and column; both in order of size, the columns past the limit summed as "other"."""

    rows: tuple[str, ...]
    columns: tuple[str, ...]
    cells: Mapping[tuple[str, str], int]

    def row(self, name: str) -> list[int]:
        """The counts of row `name`, column by column."""
        return [self.cells.get((name, column), 0) for column in self.columns]

    def column(self, name: str) -> int:
        """The sum of column `name`."""
        return sum(self.cells.get((row, name), 0) for row in self.rows)

    @property
    def total(self) -> int:
        """The sum of all cells."""
        return sum(self.cells.values())


def cross(counts: Iterable[tuple[str, str, int]], most: int = LANGUAGES) -> Crossing:
    """The table of (row, column, count), counts of the same cell added."""
    listed = list(counts)
    by_row, by_column = Counter[str](), Counter[str]()
    for row, column, count in listed:
        by_row[row] += count
        by_column[column] += count
    columns = [column for column, _ in by_column.most_common(most)]
    cells = Counter[tuple[str, str]]()
    for row, column, count in listed:
        cells[row, column if column in columns else "other"] += count
    other = ["other"] if len(by_column) > most and "other" not in columns else []
    return Crossing(rows=tuple(row for row, _ in by_row.most_common()), columns=(*columns, *other), cells=cells)


def count(number: int) -> str:
    """1234 as "1,234"."""
    return f"{number:,}"


def share(part: float, whole: float) -> str:
    """`part` of `whole` in percent, "71.2 %"; a dash where there is no whole."""
    return f"{100 * part / whole:.1f}\u00a0%" if whole else "–"


def score(number: float | None) -> str:
    """0.7126 as ".713", -0.03 as "−.030"; a dash for None."""
    if number is None:
        return "–"
    text = f"{abs(number):.3f}".removeprefix("0")
    return f"\u2212{text}" if number < 0 and text != ".000" else text


def interval(estimate: Mapping[str, float] | None) -> str:
    """ ".713 [.681, .745]"; "not computed" for None."""
    if estimate is None:
        return "not computed"
    return f"{score(estimate['value'])}\u00a0[{score(estimate['low'])},\u00a0{score(estimate['high'])}]"


def duration(seconds: float | None) -> str:
    """ "3.2 s", "4 min 10 s", "2 h 05 min"; a dash for None."""
    if seconds is None:
        return "–"
    if seconds < 60:
        return f"{seconds:.1f}\u00a0s"
    minutes = round(seconds) // 60
    return (
        f"{minutes}\u00a0min {round(seconds) % 60:02}\u00a0s"
        if minutes < 60
        else f"{minutes // 60}\u00a0h {minutes % 60:02}\u00a0min"
    )


def day(moment: date) -> str:
    """ "2 Nov 2025"."""
    return f"{moment.day} {moment:%b %Y}"


def cut(value: object, length: int = 120) -> str:
    """`value` as text of at most `length` characters, an ellipsis where some are left out."""
    text = str(value)
    return text if len(text) <= length else text[: length - 1].rstrip() + "…"


def tick(number: float) -> str:
    """A tick's label: "2,000", "6.5", "−.2"."""
    text = f"{abs(number):,.0f}" if abs(number) >= 1000 else f"{abs(number):g}"
    return ("\u2212" if number < 0 else "") + (text.removeprefix("0") if text.startswith("0.") else text)
