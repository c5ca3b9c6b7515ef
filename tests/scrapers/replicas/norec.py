"""NoReC: release 2.1 as GitHub packs it, release 1.0.1 as archives in an archive."""

import json

from scrapers.sources.norec import norec, norec_1

from ..conftest import Answer
from ..replica import Replica
from .leipzig import tar

SPLITS = {"dev": range(1, 7), "test": range(7, 13), "train": range(13, 61)}
METADATA = {
    f"{n:06d}": {
        "title": f"Anmeldelse {n}",
        "rating": n % 6 + 1,
        "language": "nn" if n % 8 == 0 else "nb",
        "category": "screen",
        "split": split,
        "source": "p3",
        "authors": ["En Anmelder"],
        "year": 2016,
        "month": n % 12 + 1,
        "day": 3,
        "url": f"https://anmeldelser.example/{n}",
    }
    for split, numbers in SPLITS.items()
    for n in numbers
}


def review(n: int) -> list[str]:
    """The paragraphs of a review, a sentence a line; every eighth in nynorsk."""
    if n % 8 == 0:
        return [f"Film nummer {n} er betre enn den førre.", "Eg gløymde å sjå på klokka.\nDet hender ikkje ofte."]
    return [f"Film nummer {n} er bedre enn den forrige.", "Jeg glemte å se på klokken.\nDet hender ikke ofte."]


def text_of(n: int) -> str:
    """A review of 2.1: the title, then sentences with a trailing space, a blank line between paragraphs."""
    paragraphs = "\n\n".join(paragraph.replace("\n", " \n") + " " for paragraph in review(n))
    return f"Anmeldelse {n} \n\n{paragraphs}\n"


def page_of(n: int) -> str:
    """A review of 1.0.1."""
    paragraphs = "\n".join(f"<p>{paragraph}</p>" for paragraph in review(n))
    return f"<html>\n<body>\n<h1>Anmeldelse {n}</h1>\n<h2>Filmen &amp; klokken</h2>\n{paragraphs}\n</body>\n</html>\n"


def release_2(root: str = "norec-2.1") -> bytes:
    """The archive of 2.1: in the order of git, in which the metadata come between dev and test."""
    texts = {f"{root}/data/{split}/{n:06d}.txt": text_of(n) for split, numbers in SPLITS.items() for n in numbers}
    files = texts | {f"{root}/README.md": "# NoReC\n", f"{root}/data/metadata.json": json.dumps(METADATA)}
    return tar(dict(sorted(files.items())))


def release_1() -> bytes:
    """The archive of 1.0.1."""
    packed = {
        kind: tar({f"{kind}/{split}/{n:06d}.{kind}": make(n) for split, numbers in SPLITS.items() for n in numbers})
        for kind, make in (("conllu", lambda n: f"# newdoc id = {n:06d}\n\n"), ("html", page_of))
    }
    return tar(
        {"norec/metadata.json": json.dumps(METADATA)} | {f"norec/{kind}.tar.gz": packed[kind] for kind in packed}
    )


REPLICAS = [
    Replica(source=norec, answers={norec.url: Answer(release_2())}, data=norec.url, kept=60),
    Replica(source=norec_1, answers={norec_1.url: Answer(release_1())}, data=norec_1.url, kept=60),
]
