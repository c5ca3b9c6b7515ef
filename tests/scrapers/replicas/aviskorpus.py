"""Norsk aviskorpus: the old archive with its three parts, and two later years."""

import gzip
import io
import zipfile
from collections.abc import Mapping
from dataclasses import replace

from scrapers.sources.aviskorpus import HOST, OLD, aviskorpus

from ..conftest import Answer
from ..replica import Replica
from .leipzig import tar

TOKENS = "Båten gikk fra kaia , sa « skipperen » .\nDet blåste ."


def latin(text: str) -> bytes:
    """ISO-8859-1, as NB says of all of it."""
    return text.encode("iso-8859-1")


def tokens(*numbers: int) -> bytes:
    """A file of the first part: marks, then a token a line."""
    return latin(
        "".join(
            f"<U #http://www.avis.example/sak/{n}>\n<S>\n<B aa>\n<A 98>\n<M 10>\n<D 13>\n|\nNummer\n{n}\n|\n"
            + TOKENS.replace(" ", "\n")
            + "\n\n"
            for n in numbers
        )
    )


def texts(*numbers: int) -> bytes:
    """A file of the second part: marks, a headline between bars, sentences that end in a pilcrow."""
    return latin(
        "".join(
            f"##U #http://www.avis.example/sak/{n}>\n##B ap>\n##A 07>\n##M 02>\n##D 28>\n"
            f"| Nummer {n} |\nBåten gikk fra kaia. ¶ Det blåste,\nsa skipperen. ¶\n\n"
            for n in numbers
        )
    )


def xml(n: int, variety: str = "nob", declared: str = "iso-8859-1") -> str:
    """An article of the third part and of later years; it is not well-formed, as many are not."""
    text = "Båten gikk frå kaia." if variety == "nno" else "Båten gikk fra kaia."
    return f"""<?xml version="1.0" encoding="{declared}"?>
<article>
<head><attribute name="source" value="dt"/><attribute name="date" value="20120103"></head>
<body>
<div type="title" level="1">Nummer {n} &amp; mer</div>
<div type="author">Ola Nordmann</div>
<div type="ingress">Dette er <i>ingressen</i>.</div>
<div type="text"><p>{text}</p>
<p>Det bl&aring;ste & regnet.</p><p> </p></div>
<div type="caption"><p>Foto: Ola Nordmann</p></div>
</body>
</article>
"""


def newspaper(year: int, variety: str, numbers: range) -> bytes:
    """The articles of a newspaper in a variety, one of them in UTF-8."""
    return tar(
        {
            f"{year}/{variety}/dt/{n:04d}.xml": xml(n, variety).encode("utf-8" if n % 5 == 0 else "iso-8859-1")
            for n in numbers
        }
        | {f"{year}/{variety}/README": "x"}
    )


def old_archive(files: Mapping[str, bytes]) -> bytes:
    """A zip archive of these files."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, body in files.items():
            archive.writestr(name, body)
    return buffer.getvalue()


def year_archive(year: int) -> bytes:
    """The archive of a year: a compressed one for each newspaper and variety. Padded no more than a tar has to be."""
    body = tar(
        {
            f"{year}/dt_nob.tar.gz": newspaper(year, "nob", range(1, 13)),
            f"{year}/dt_nno.tar.gz": newspaper(year, "nno", range(13, 17)),
            f"{year}/lesmeg.txt": "x" * 512,
        },
        "w",
    )
    return body.rstrip(b"\0") + bytes(1024)


OLD_FILES = {
    "1/": b"",
    "1/19981013-20010307.gz": gzip.compress(tokens(*range(1, 9))),
    "2/aa.tar.gz": tar({"aa/2005.txt": texts(1, 2, 3), "aa/2006.txt": texts(4, 5)}),
    "2/ap.tar.gz": tar({"ap/2005.txt": texts(6)}),
    "3/dt.tar.gz": newspaper(2009, "nob", range(1, 5)),
}
ANSWERS = {
    f"{HOST}/{OLD}": Answer(old_archive(OLD_FILES)),
    f"{HOST}/nak_2012.tar": Answer(year_archive(2012)),
    f"{HOST}/nak_2013.tar": Answer(year_archive(2013)),
}
AGREED = replace(aviskorpus, archives=(OLD, "nak_2012.tar", "nak_2013.tar"), agreement="asked NB in 2026")
REPLICAS = [
    Replica(source=AGREED, answers=ANSWERS, data=f"{HOST}/nak_2012.tar", kept=8 + 6 + 4 + 2 * 16),
    Replica(source=replace(AGREED, archives=(OLD,)), answers=ANSWERS, data=f"{HOST}/{OLD}", kept=8 + 6 + 4),
]
