"""Replicas: the upstream of a source, as a test serves it on loopback in the layout that upstream has."""

import importlib
import pkgutil
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from hashlib import sha256
from pathlib import Path
from urllib.parse import urlsplit

from scrapers.collect import collect
from scrapers.manifest import Run, Stage
from scrapers.record import Document
from scrapers.source import Mirrors, Source
from scrapers.store import read_documents

from .conftest import MISSING, Answer, Asked, Loopback, Serve


@dataclass(frozen=True, kw_only=True)
class Replica:
    """One source with its upstream.

    source: as a recipe configures it; its delays are left out and `expected` is made exact. answers: by the upstream
    address, with its query; a function of the request where its body matters. data: the address on which faults are
    played: a file, or a page with documents. kept: how many documents a healthy collection keeps. environment: what
    must stand in it, such as a token. texts: whether the documents have any.
    """

    source: Source
    answers: Mapping[str, Answer | Callable[[Asked], Answer]] = field(repr=False)
    data: str
    kept: int
    received: int | None = None
    environment: Mapping[str, str] = field(default_factory=dict)
    texts: bool = True

    def configured(self) -> Source:
        """The source, without delays, and strict about how many documents it gives."""
        count = self.received or self.kept
        return replace(self.source, delay_s=0, expected=(count, count))


def replicas() -> Iterator[Replica]:
    """Every replica in the modules of `tests/scrapers/replicas/`."""
    package = importlib.import_module("tests.scrapers.replicas")
    for info in pkgutil.iter_modules(package.__path__):
        yield from importlib.import_module(f"tests.scrapers.replicas.{info.name}").REPLICAS


Fault = Callable[[Asked, Answer], Answer]  # what becomes of a healthy answer


def healthy(_: Asked, answer: Answer) -> Answer:
    """No fault."""
    return answer


def serve_replica(serve: Serve, replica: Replica, fault: Fault = healthy) -> tuple[Loopback, Mirrors]:
    """The upstream of a replica on loopback, and the mirrors that lead to it; `fault` is played on its data address."""
    hosts = {f"{urlsplit(url).scheme}://{urlsplit(url).netloc}" for url in replica.answers}

    def answer(asked: Asked) -> Answer:
        host, _, rest = asked.path[1:].partition("/")
        for base in hosts:
            if urlsplit(base).netloc == host:
                url = f"{base}/{rest}"
                played = replica.answers.get(url, MISSING)
                found = played if isinstance(played, Answer) else played(asked)
                found = found if found.status != 200 else with_etag(found)
                return in_range(asked, fault(asked, found) if url == replica.data else found)
        return MISSING

    site = serve(answer)
    return site, Mirrors({base: f"{site.address}/{urlsplit(base).netloc}" for base in hosts})


def with_etag(answer: Answer) -> Answer:
    """The answer with a strong ETag of its body, unless it names one."""
    return replace(answer, headers={"ETag": f'"{sha256(answer.body).hexdigest()[:12]}"'} | dict(answer.headers))


def in_range(asked: Asked, answer: Answer) -> Answer:
    """The answer, or the part of it that was asked for, as servers do it. Source: RFC 9110, 13 and 14."""
    etag = answer.headers.get("ETag")
    if answer.status == 200 and etag and asked.headers.get("If-None-Match") == etag:
        return Answer(b"", 304, headers=answer.headers)
    wanted = re.fullmatch(r"bytes=(\d+)-(\d*)", asked.headers.get("Range", ""))
    if answer.status != 200 or not wanted or asked.headers.get("If-Range", etag) != etag:
        return answer
    start, size = int(wanted[1]), len(answer.body)
    if start >= size:
        return Answer(b"", 416, headers={"Content-Range": f"bytes */{size}"})
    end = min(int(wanted[2] or size), size - 1)
    headers = dict(answer.headers) | {"Content-Range": f"bytes {start}-{end}/{size}"}
    cut = answer.cut and answer.cut * (end + 1 - start) // size  # as far into the part as into the whole
    return replace(answer, body=answer.body[start : end + 1], status=206, headers=headers, cut=cut)


def collect_replica(folder: Path, replica: Replica, mirrors: Mirrors, limit: int | None = None) -> tuple[Run, Stage]:
    """The run and the stage of collecting a replica."""
    run = Run(str(folder))
    stage = collect(run, "x", replica.configured(), mirrors=mirrors, contact="post@kvern.example", limit=limit)
    assert stage is not None
    return run, stage


def documents_of(run: Run) -> list[Document]:
    """The documents that were kept, in their order."""
    return [document for path in run.files("raw/x") for document in read_documents(run.path(path))]
