"""NoReC_sentence and NoReC_fine: a JSON array a split, in the repositories' folders."""

import json
from typing import Any

from scrapers.sources.norec_fine import norec_fine
from scrapers.sources.norec_sentence import norec_sentence, norec_sentence_binary, norec_sentence_mixed

from ..conftest import Answer
from ..replica import Replica

ROOT = "https://raw.githubusercontent.com/ltgoslo"
TEXTS = {
    "Neutral": "Filmen har premiere i dag , fredag .",
    "Positive": "« Havet » er , kort sagt , en fest !",
    "Negative": "Ho sovna ( to gonger ) før slutten .",
    "Mixed": "Bildene er vakre , men dialogen er stiv .",
}
SPLITS = {"train": range(40), "dev": range(40, 48), "test": range(48, 56)}


def rows(split: str, *labels: str) -> list[tuple[str, str, str]]:
    """Key, text and label of the sentences of a split that have one of these labels."""
    names = list(TEXTS)
    all_rows = [(f"{700100 + n // 4}-{n % 4 + 1:02d}-01", TEXTS[names[n % 4]], names[n % 4]) for n in SPLITS[split]]
    return [row for row in all_rows if row[2] in labels]


def opinion(polarity: str) -> dict[str, Any]:
    """An opinion with no holder and a target in two pieces."""
    return {
        "Source": [[], []],
        "Target": [["er", "en"], ["10:12", "26:28"]],
        "Polar_expression": [["en fest"], ["26:33"]],
        "Polarity": polarity,
        "Intensity": "Standard",
        "NOT": False,
        "Source_is_author": True,
        "Target_is_general": False,
        "Type": "E",
    }


def sentences(split: str, *labels: str) -> Answer:
    """The sentences of a split with their labels, as they lie in `3class` and `binary`."""
    return Answer(
        json.dumps(
            [{"sent_id": key, "text": text, "label": label} for key, text, label in rows(split, *labels)]
        ).encode()
    )


def label_lists(split: str) -> Answer:
    """The sentences of a split, each with a list of labels."""
    lists = {"Mixed": ["Negative", "Positive"]}
    listed = [
        {"sent_id": key, "text": text, "label": lists.get(label, [label])} for key, text, label in rows(split, *TEXTS)
    ]
    return Answer(json.dumps(listed, indent=4, ensure_ascii=False).encode())


def opinions(split: str) -> Answer:
    """The sentences of a split with their opinions."""
    held = {"Neutral": [], "Mixed": ["Positive", "Negative"]}
    annotated = [
        {"sent_id": key, "text": text, "opinions": [opinion(polarity) for polarity in held.get(label, [label])]}
        for key, text, label in rows(split, *TEXTS)
    ]
    return Answer(json.dumps(annotated).encode())


THREE = ("Positive", "Negative", "Neutral")
ANSWERS = {
    f"{ROOT}/{path.format(split=split)}": answer(split)
    for split in SPLITS
    for path, answer in {
        "norec_sentence/HEAD/3class/{split}.json": lambda split: sentences(split, *THREE),
        "norec_sentence/HEAD/binary/{split}.json": lambda split: sentences(split, *THREE[:2]),
        "norec_sentence/HEAD/mixed_class_list/{split}_list.json": label_lists,
        "norec_fine/HEAD/{split}.json": opinions,
    }.items()
}
REPLICAS = [
    Replica(source=norec_sentence, answers=ANSWERS, data=f"{ROOT}/norec_sentence/HEAD/3class/dev.json", kept=42),
    Replica(source=norec_sentence_binary, answers=ANSWERS, data=f"{ROOT}/norec_sentence/HEAD/binary/dev.json", kept=28),
    Replica(
        source=norec_sentence_mixed,
        answers=ANSWERS,
        data=f"{ROOT}/norec_sentence/HEAD/mixed_class_list/dev_list.json",
        kept=56,
    ),
    Replica(source=norec_fine, answers=ANSWERS, data=f"{ROOT}/norec_fine/HEAD/dev.json", kept=56),
]
