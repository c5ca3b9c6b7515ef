"""Each answer of the command line is one clear message, and its exit code is honest."""

import json
import socket
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from threading import Thread
from typing import IO

import pytest

from cleaning.part import read_part
from flows.cli import app
from scrapers.manifest import Run
from scrapers.record import Document
from tests.flows.conftest import BIN, ROOT, Kvern

COMMANDS = sorted(name for name in app if not name.startswith("-"))
TEXTS = [
    "Dette er en fantastisk god bok som jeg leste på hytta i påska, og jeg kan ikke få rost den nok.",
    "Eg likte ikkje denne boka noko særleg, og slutten var heilt forferdeleg keisam å lese seg gjennom.",
    "DETTE er en fantastisk god bok som jeg leste på hytta i påska, og jeg kan ikke få rost den nok!",
    "This is an English review of a book that nobody should have to read, not even on a rainy day.",
    "!",
]


@pytest.fixture
def texts(tmp_path: Path) -> Path:
    path = tmp_path / "texts.jsonl"
    path.write_text("".join(json.dumps({"text": text, "rating": 0.8}) + "\n" for text in TEXTS), "utf-8")
    return path


def test_the_commands_are_those_of_the_design() -> None:
    named = "clean collect dedup evaluate explain identify inspect predict report run shard sources takedown train"
    assert named.split() == COMMANDS


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help_with_an_example(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    app([command, "--help"], result_action="return_value")
    shown = capsys.readouterr().out
    assert f"kvern {command}" in shown
    assert "Example:" in shown


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["run", "recipes/dmeo.toml"], 1, "there is no recipe recipes/dmeo.toml; there are"),
        (["run", "recipes/demo.toml", "--set", "trian.epochs=2"], 1, "unknown key 'trian'; did you mean 'train'?"),
        (["run", "recipes/demo.toml", "--set", "train.epochs"], 2, "--set 'train.epochs': expected KEY=VALUE"),
        (["rum", "recipes/demo.toml"], 2, 'Did you mean "run"?'),
        (["run"], 2, "RECIPE"),
        (["collect", "norek"], 1, "there is no source 'norek'; did you mean 'norec'?"),
        (["clean", "missing.jsonl", "out"], 1, "missing.jsonl does not exist"),
        (["clean", "out"], 2, "INPUT… OUT"),
        (["clean", "README.md", "--dry-run"], 1, "README.md: expected a file in .jsonl"),
        (["clean", "--dry-run"], 2, "INPUT… OUT"),
        (["clean", "texts", "texts"], 2, "texts.jsonl is a file: the last path is the folder to write"),
        (["clean", "texts", "folder"], 2, "the command would overwrite what it reads"),
        (["clean", "texts", "out", "--workers", "0"], 2, "--workers"),
        (["dedup", "texts", "out", "--workers", "-1"], 2, "--workers"),
        (["clean", "texts", "out", "--profile", "nope"], 1, "there is no language profile 'nope'"),
        (["clean", "texts", "mising.jsonl", "out"], 1, "mising.jsonl does not exist"),
        (["dedup", "texts", "out", "--against", "none.jsonl"], 1, "names 'none.jsonl'"),
        (["dedup", "texts", "out", "--against", "README.md"], 1, "README.md: expected a file in .jsonl"),
        (["dedup", "README.md", "out", "--threshold", "7"], 2, "expected 0.5 to 1"),
        (["clean", "README.md", "out", "--max-bad", "7"], 2, "max_bad is 7.0: expected a share, 0 to 1"),
        (["identify", "missing.txt"], 2, "missing.txt cannot be read"),
        (["identify", "README.md", "--engine", "poliglot"], 1, "did you mean 'polyglot'?"),
        (["predict", "nowhere", "README.md"], 1, "nowhere"),
        (["report", "nowhere"], 2, "nowhere holds no run"),
        (["takedown", "nowhere", "x"], 2, "nowhere holds no run"),
        (["explain", "x", "--run", "nowhere"], 2, "nowhere holds no run"),
        (["explain", "x", "--runs", "nowhere"], 1, "there is no run in nowhere: name one with --run"),
        (["inspect", "nowhere"], 2, "nowhere holds no run"),
    ],
)
def test_what_cannot_be_done_is_said_once_and_fails(
    kvern: Kvern, arguments: list[str], code: int, message: str, tmp_path: Path, texts: Path
) -> None:
    places = {"out": str(tmp_path / "out"), "texts": str(texts), "folder": str(tmp_path)}
    arguments = [places.get(argument, argument) for argument in arguments]
    done = kvern(*arguments)
    assert done.returncode == code, done.stderr
    assert message in " ".join(done.stderr.split())
    assert "Traceback" not in done.stderr
    assert not [*tmp_path.glob("**/raw"), *tmp_path.glob("**/kept")]


def test_a_port_in_use_is_named(kvern: Kvern, server: str, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        arguments = ["--runs", str(tmp_path), "--set", f"demo_site.port={port}"]
        done = kvern("run", "recipes/demo.toml", *arguments, PREFECT_API_URL=server)
    assert done.returncode == 1
    assert str(port) in done.stderr
    assert "Traceback" not in done.stderr


def test_no_network_is_said_with_the_host_and_leaves_no_half_result(kvern: Kvern, tmp_path: Path) -> None:
    # A port that nobody listens on stands in for a network that is not there.
    with socket.create_server(("127.0.0.1", 0)) as free:
        address = f"http://127.0.0.1:{free.getsockname()[1]}"
    done = kvern(
        "collect", "norec", "--out", str(tmp_path / "run"), "--mirror", f"https://codeload.github.com={address}"
    )
    assert done.returncode == 1
    assert "https://codeload.github.com/robots.txt could not be fetched; is there a network?" in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "run" / "raw").exists()


def test_a_missing_browser_fails_a_recipe_that_requires_one(kvern: Kvern, server: str, tmp_path: Path) -> None:
    arguments = ["--runs", str(tmp_path), "--set", "collect.web.required=true"]
    recipe = tmp_path / "web.toml"
    recipe.write_text('name = "web"\n[demo_site]\n[collect.web]\nsource = "demo-web"\n', "utf-8")
    done = kvern("run", str(recipe), *arguments, PATH=str(BIN), PREFECT_API_URL=server)
    assert done.returncode == 1
    assert "source web cannot be collected here: it needs a browser" in done.stderr
    assert "apt-get install chromium chromium-driver" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_prefect_server_that_does_not_answer_is_named(kvern: Kvern, tmp_path: Path) -> None:
    recipe = tmp_path / "web.toml"
    recipe.write_text('name = "web"\n[collect.norec]\n', "utf-8")
    api = "http://127.0.0.1:9/api"
    done = kvern("run", str(recipe), "--runs", str(tmp_path), PREFECT_API_URL=api, PREFECT_CLIENT_MAX_RETRIES="0")
    assert done.returncode == 1
    assert f"the Prefect server at {api} does not answer" in done.stderr
    assert "Traceback" not in done.stderr


def test_bad_rows_are_said_and_fail_above_the_limit(kvern: Kvern, tmp_path: Path) -> None:
    rows = [*({"review": f"Bok nummer {n} var god.", "id": n} for n in range(99)), {"review": None}]
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    command = ("dedup", str(tmp_path / "in"), str(tmp_path / "out"), "--text-column", "review")
    done = kvern(*command, "--max-bad", "0")
    assert (done.returncode, "1 of 100 rows are no records, 1.00%" in done.stderr) == (1, True), done.stderr
    assert not (tmp_path / "out" / "kept").exists() and list((tmp_path / "out" / "quarantine").iterdir())
    done = kvern(*command)
    assert done.returncode == 0, done.stderr
    assert "ingest: 100 in, 99 kept, dropped: 1 quarantined" in done.stdout


def test_clean_dedup_and_shard_work_on_any_jsonl(kvern: Kvern, texts: Path, tmp_path: Path) -> None:
    done = kvern("clean", str(texts), str(tmp_path / "cleaned"), "--json")
    assert done.returncode == 0, done.stderr
    stages = {stage["name"]: stage for stage in json.loads(done.stdout)["stages"]}
    assert stages["clean"]["in"] == len(TEXTS)
    assert stages["clean"]["dropped"] == {"empty": 1, "language": 1}
    kept = str(tmp_path / "cleaned" / "kept" / "part-00000.parquet")
    done = kvern("dedup", kept, str(tmp_path / "unique"))
    assert done.returncode == 0, done.stderr
    assert "3 in, 2 kept, dropped: 1 exact_duplicate" in done.stdout
    done = kvern("dedup", kept, str(tmp_path / "fresh"), "--against", kept)
    assert "3 in, 0 kept, dropped: 3 contaminated" in done.stdout, done.stderr
    kept = str(tmp_path / "unique" / "kept" / "part-00000.parquet")
    done = kvern("shard", kept, str(tmp_path / "sharded"), "--test", "0.3", "--validation", "0")
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "sharded" / "dataset" / "README.md").exists()


def test_a_folder_holds_what_the_last_command_wrote_and_nothing_else(kvern: Kvern, texts: Path, tmp_path: Path) -> None:
    out = str(tmp_path / "out")
    assert kvern("clean", str(texts), out).returncode == 0
    other = tmp_path / "other.jsonl"
    other.write_text('{"text": "Noe helt annet", "id": "x"}\n{"text": "Og noe mer", "id": "y"}\n', "utf-8")
    done = kvern("dedup", str(other), out)
    assert done.returncode == 0, done.stderr
    assert [document.text for document in written(out, "kept")] == ["Noe helt annet", "Og noe mer"]
    assert list(Run(out).stages) == ["ingest", "dedup"]
    assert not Run(out).files("annotations") and not Run(out).files("dropped")
    done = kvern("takedown", out, "x")
    assert "The commands that wrote this folder leave them out" in done.stdout, done.stderr
    done = kvern("dedup", str(other), out)
    assert "ingest: 2 in, 1 kept, dropped: 1 takedown" in done.stdout, done.stderr
    assert [document.text for document in written(out, "kept")] == ["Og noe mer"]


def test_the_run_of_a_recipe_is_not_overwritten(kvern: Kvern, texts: Path, tmp_path: Path) -> None:
    Run(str(tmp_path / "run")).begin({"name": "x"}, order=())
    done = kvern("clean", str(texts), str(tmp_path / "run"))
    assert (done.returncode, "is the run of a recipe" in done.stderr) == (2, True)


def written(run: str, folder: str) -> list[Document]:
    """The documents in a folder of a run."""
    return [document for path in Run(run).files(folder) for document in read_part(Run(run).path(path))]


def test_a_dry_run_needs_no_folder_and_reads_all_files(kvern: Kvern, texts: Path, tmp_path: Path) -> None:
    other = tmp_path / "in" / "other.jsonl"
    other.parent.mkdir()
    other.write_text('{"text": "Kort."}\n', "utf-8")
    (tmp_path / "out").mkdir()
    for last, rows in (([], 5), ([str(other)], 6), ([str(other.parent)], 6), ([str(tmp_path / "out")], 5)):
        done = kvern("clean", str(texts), *last, "--dry-run", "--json")
        assert done.returncode == 0, done.stderr
        assert json.loads(done.stdout)["in"] == rows
    assert not list((tmp_path / "out").iterdir())


def test_a_dry_run_says_what_each_rule_would_cost_and_writes_nothing(kvern: Kvern, texts: Path, tmp_path: Path) -> None:
    command = ("clean", str(texts), str(tmp_path / "out"), "--dry-run")
    done = kvern(*command)
    assert done.returncode == 0, done.stderr
    head, *lines, last = done.stdout.splitlines()
    assert head.split() == ["rule", "asked", "against", "alone", "first", "share"]
    assert last == "would keep 3 of 5"
    costs = {line.split()[0]: line.split()[1:] for line in lines}
    assert costs["reserved"] == ["5", "0", "0", "0", "0.00%"]
    assert sum(int(cost[3]) for cost in costs.values()) == 2
    told = json.loads(kvern(*command, "--json").stdout)
    assert (told["in"], told["kept"]) == (5, 3)
    assert told["rules_by_source"] == {"texts.jsonl": told["rules"]}
    assert [row["in"] for row in told["waterfall"]] and sum(row["in"] for row in told["waterfall"]) == 5
    assert list(tmp_path.iterdir()) == [texts]


def test_a_document_is_explained_and_a_sheet_is_judged(kvern: Kvern, tmp_path: Path) -> None:
    rows = [{"text": f"<b>{text}</b>\x1b[31m", "id": f"row-{number}"} for number, text in enumerate(TEXTS)]
    (tmp_path / "in.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    run = str(tmp_path / "runs" / "one")
    assert kvern("clean", str(tmp_path / "in.jsonl"), run).returncode == 0
    done = kvern("explain", "row-3", "--runs", str(tmp_path / "runs"))
    assert done.returncode == 0, done.stderr
    assert f"document  row-3 in {run}" in done.stdout
    assert "dropped by clean, rule language: en" in done.stdout
    assert "[-<b>This-] {+This+}" in done.stdout
    assert "\x1b" not in done.stdout, "what a site wrote does not act on the terminal"
    (told,) = json.loads(kvern("explain", "row-3", "--run", run, "--json").stdout)
    assert (told["id"], told["dropped"]["rule"], told["findings"][0]["rule"]) == ("row-3", "language", "reserved")
    done = kvern("explain", "row-9", "--run", run)
    assert (done.returncode, "has the id or URL row-9" in done.stderr) == (1, True)
    sheet = json.loads(kvern("inspect", run, "--json").stdout)["sheet"]
    filled = Path(sheet).read_text("utf-8-sig").replace(',"","","","",', ",0,0,1,ja,").replace(",", ";")
    Path(sheet).write_text(filled, "cp1252")
    done = kvern("inspect", run, "--read", sheet)
    assert done.returncode == 0, done.stderr
    assert ["artefacts", "corpus", "3", "100.0%", "43.9%", "to", "100.0%"] in [
        *map(str.split, done.stdout.splitlines())
    ]
    done = kvern("inspect", run)
    assert (done.returncode, "or has been filled" in done.stderr) == (1, True)


IDENTIFY = [str(BIN / "kvern"), "identify", "-", "--engine", "polyglot"]


def test_identify_answers_line_by_line_in_order() -> None:
    lines = [TEXTS[0], TEXTS[1], "", "\x00￾", TEXTS[3]]
    done = subprocess.run(
        [*IDENTIFY, "--json"],
        input="\n".join(lines) + "\n",
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
    )
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert [answer["lang"] for answer in answers] == ["nb", "nn", "und", "und", "en"]
    assert all(set(answer) == {"lang", "score", "alternatives"} for answer in answers)
    assert done.stdout.splitlines()[2] == '{"lang": "und", "score": 0.0, "alternatives": []}'


def test_identify_reads_any_bytes_and_every_line_has_its_answer(tmp_path: Path) -> None:
    lines = [
        b"Jeg vet ikke hva dette er for noe.",
        b"",
        b"\xff\xfe\r",
        b"\x85 a\rb \xe2\x80\xa8 c",
        b"x" * 200_000,
        b"slutt",
    ]
    path = tmp_path / "lines.txt"
    for end in (b"", b"\n"):
        path.write_bytes(b"\n".join(lines) + end)
        done = subprocess.run([*IDENTIFY[:2], str(path), *IDENTIFY[3:]], capture_output=True, text=True, check=True)
        answers = done.stdout.split("\n")
        assert len(answers) == len(lines) + 1
        assert answers[0].startswith("nb\t")
        assert answers[1:3] == ["und\t0.00\t"] * 2
    path.write_bytes(b"")
    done = subprocess.run([*IDENTIFY[:2], str(path), *IDENTIFY[3:]], capture_output=True, text=True, check=True)
    assert done.stdout == ""


def test_identify_answers_a_line_before_the_next_is_written() -> None:
    with subprocess.Popen(IDENTIFY, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin and process.stdout
        for text, code in ((TEXTS[0], "nb"), ("", "und"), (TEXTS[3], "en")):
            process.stdin.write(f"{text}\n")
            process.stdin.flush()
            assert process.stdout.readline().startswith(f"{code}\t")
        process.stdin.close()
        assert process.stdout.read() == ""
    assert process.returncode == 0


def test_identify_works_on_input_without_end_in_flat_memory_until_nobody_reads() -> None:
    with subprocess.Popen(IDENTIFY, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdin and process.stdout and process.stderr

        def feed(stream: IO[bytes]) -> None:
            with suppress(BrokenPipeError):
                while True:
                    stream.write(f"{TEXTS[0]}\n{TEXTS[3]}\n".encode() * 500)

        feeder = Thread(target=feed, args=(process.stdin,))
        feeder.start()
        resident = []
        for _ in range(2):
            for _ in range(30_000):
                assert process.stdout.readline()[:2] in (b"nb", b"en")
            resident.append(int(Path(f"/proc/{process.pid}/statm").read_text().split()[1]))
        process.stdout.close()
        assert process.wait(30) == 141
        assert process.stderr.read() == b""
        feeder.join(30)
    assert resident[1] < resident[0] * 1.1


HEAVY = ("torch", "prefect", "scrapy", "datasets", "transformers", "sklearn", "pydantic")
LOADED = """
import sys
from flows.cli import app
app(sys.argv[2:], result_action="return_value")
print(*set(sys.argv[1].split(",")) & set(sys.modules))
"""


def test_identify_starts_without_what_it_does_not_need() -> None:
    command = [sys.executable, "-c", LOADED, ",".join(HEAVY), "identify", "NOTICE", *IDENTIFY[3:]]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout.splitlines()[-1] == ""
    assert "en\t0.9" in done.stdout


def test_a_recipe_is_cleaned_by_the_engine_that_it_names(kvern: Kvern, tmp_path: Path) -> None:
    done = kvern("run", "recipes/demo.toml", "--runs", str(tmp_path), "--set", "engine=polyglo")
    assert done.returncode == 1
    assert "there is no language engine 'polyglo'; did you mean 'polyglot'?" in done.stderr
    assert not list(tmp_path.iterdir())
