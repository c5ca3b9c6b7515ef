"""A corpus in files: a listing that changes, a body that is none, and what is kept beyond the run."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path

import pytest

from scrapers import store
from scrapers.collect import collect
from scrapers.corpus import Corpus, OpenFile, RemoteFile
from scrapers.fetch import Fetcher
from scrapers.manifest import Run, Stage
from scrapers.source import CollectError, Items, Mirrors

from .conftest import Answer, Asked, Serve

HOST = "https://corpus.example"
BUSY = Answer(b'{"error": "too many requests"}\n')


@dataclass(frozen=True, kw_only=True)
class Numbered(Corpus):
    """Files of one number a line, as the host lists them."""

    def files(self, fetcher: Fetcher) -> Iterator[RemoteFile]:
        """What the list names, with checksums where it has them."""
        for line in fetcher.get(f"{HOST}/list").text().split("\n"):
            name, _, checksum = line.partition(" ")
            yield RemoteFile(f"{HOST}/{name}", checksum)

    def read(self, file: OpenFile) -> Items:
        """A document a line."""
        for line in file.lines():
            yield self.document(file, str(int(line)), f"nr {int(line)}")


SOURCE = Numbered(
    name="n", description="", licence="CC0-1.0", languages=(), expected=(1, 1000), delay_s=0, personal_data=False
)


def numbers(first: int, last: int) -> Answer:
    """A file."""
    body = "".join(f"{n}\n" for n in range(first, last + 1)).encode()
    return Answer(body, headers={"ETag": f'"{sha256(body).hexdigest()}"'})


class Upstream:
    """A host whose files a test changes; where a file is as the client has it, it says so."""

    def __init__(self, serve: Serve) -> None:
        self.files: dict[str, Answer] = {}
        self.listing: list[str] = []
        self.site = serve(self.answer)

    def answer(self, asked: Asked) -> Answer:
        if asked.path == "/list":
            return Answer("\n".join(self.listing or self.files).encode())
        found = self.files.get(asked.path[1:], Answer(b"gone", 404))
        etag = found.headers.get("ETag")
        return Answer(b"", 304) if etag and asked.headers.get("If-None-Match") == etag else found

    def collected(self, run: Run, source: Corpus = SOURCE, archive: Path | str = "") -> Stage:
        """The stage of collecting it."""
        stage = collect(run, "x", source, mirrors=Mirrors({HOST: self.site.address}), archive=str(archive))
        assert stage is not None
        return stage


@pytest.fixture
def upstream(serve: Serve) -> Upstream:
    return Upstream(serve)


@pytest.fixture
def run(tmp_path: Path) -> Run:
    return Run(str(tmp_path / "run"))


def found(run: Run) -> list[int]:
    """The numbers that were collected, sorted."""
    return sorted(int(d.text[3:]) for path in run.files("raw") for d in store.read_documents(run.path(path)))


def in_work(run: Run, pattern: str = "work/*/local/*numbers*") -> list[str]:
    """The names of the downloads that a collection which failed has left."""
    return [path.name for path in Path(run.url).glob(pattern)]


def test_a_listing_that_changes_between_two_runs_loses_no_document(upstream: Upstream, run: Run) -> None:
    upstream.files = {"p1p50": numbers(1, 50), "p51p100": Answer(b"", 404)}
    with pytest.raises(CollectError, match="the 50 documents got so far"):
        upstream.collected(run)
    upstream.files = {"p1p75": numbers(1, 75), "p76p100": numbers(76, 100)}
    stage = upstream.collected(run)
    assert found(run) == list(range(1, 101))
    assert (stage.received, stage.kept) == (100, 100)


def test_a_file_that_stayed_as_it_was_is_not_fetched_again(upstream: Upstream, run: Run) -> None:
    upstream.files = {"p1p50": numbers(1, 50), "p51p100": Answer(b"", 404)}
    with pytest.raises(CollectError):
        upstream.collected(run)
    upstream.files = {"p1p50": numbers(1, 50), "p40p75": numbers(40, 75), "p76p100": numbers(76, 100)}
    assert upstream.collected(run).dropped == {"repeated": 11}
    assert found(run) == list(range(1, 101))
    assert upstream.site.paths().count("/p1p50") == 1


@pytest.mark.parametrize("killed", [False, True])
def test_a_file_whose_checksum_changed_is_another_file(
    upstream: Upstream, run: Run, killed: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = numbers(1, 50), numbers(1, 75)
    upstream.files = {"numbers": first}
    upstream.listing = [f"numbers sha256:{sha256(first.body).hexdigest()}", "missing"]
    if killed:
        with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
            patched.setattr(Numbered, "read", interrupt)
            upstream.collected(run)
        assert len(in_work(run)) == 2
    else:
        with pytest.raises(CollectError, match="404"):
            upstream.collected(run)
    upstream.files = {"numbers": second}
    upstream.listing = [f"numbers sha256:{sha256(second.body).hexdigest()}"]
    upstream.collected(run)
    assert found(run) == list(range(1, 76))


def interrupt(*_: object) -> Items:
    raise KeyboardInterrupt


@pytest.mark.parametrize("archived", [False, True])
def test_a_body_that_is_no_file_of_the_corpus_is_not_kept(
    upstream: Upstream, run: Run, tmp_path: Path, archived: bool
) -> None:
    archive = tmp_path / "archive" if archived else ""
    upstream.files = {"numbers": BUSY}
    with pytest.raises(CollectError, match="numbers, line 1: not the layout of n"):
        upstream.collected(run, archive=archive)
    assert not [name for name in in_work(run) if not name.endswith(".json")]
    assert not list(tmp_path.glob("archive/x/*numbers"))
    upstream.files = {"numbers": numbers(1, 9)}
    upstream.collected(run, archive=archive)
    assert found(run) == list(range(1, 10))


@pytest.mark.parametrize(("personal_data", "asked"), [(True, "files"), (False, "files_unchanged")])
def test_an_archive_holds_no_file_with_personal_data(
    upstream: Upstream, tmp_path: Path, personal_data: bool, asked: str
) -> None:
    upstream.files = {"numbers": numbers(1, 9)}
    source, archive = replace(SOURCE, personal_data=personal_data), tmp_path / "archive"
    for name in ("one", "two"):
        run = Run(str(tmp_path / name))
        stage = upstream.collected(run, source, archive)
        assert found(run) == list(range(1, 10))
    assert stage.detail[asked] == 1
    assert bool(store.files(str(archive))) != personal_data
