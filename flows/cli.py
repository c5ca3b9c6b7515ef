"""`kvern` on the command line: each command a thin call of the functions that flows and notebooks call."""

import json
import signal
import sys
import tomllib
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager, nullcontext, suppress
from io import FileIO
from itertools import chain
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, Any, TypeVar

from cyclopts import App, Parameter
from cyclopts.validators import Number
from msgspec import to_builtins

from cleaning.language import DEFAULT_ENGINE
from flows import answers, terminal
from scrapers import store
from scrapers.fingerprint import PACKAGES
from scrapers.manifest import Run, Stage, kvern_version
from scrapers.source import CollectError

app = App(
    name="kvern",
    version=kvern_version,
    help="Grinds scattered web text in a small language into a corpus and a classifier one can trust.",
    help_epilogue="Example: kvern run recipes/demo.toml",
    help_format="plaintext",
)

SetKeys = Annotated[list[str], Parameter(name="--set", negative="", help="a recipe key and its value: KEY=VALUE")]
MirrorList = Annotated[list[str], Parameter(name="--mirror", negative="", help="an address and its stand-in: FROM=TO")]
AgainstList = Annotated[
    list[str], Parameter(name="--against", negative="", help="a file of held-out documents: what repeats them goes")
]
AsJson = Annotated[bool, Parameter(name="--json", negative="", help="print JSON, for a program to read")]
File = Annotated[str, Parameter(allow_leading_hyphen=True, help="a text a line; - for standard input")]
Workers = Annotated[int, Parameter(validator=Number(gte=1), help="processes that share the work")]
DryRun = Annotated[bool, Parameter(negative="", help="write nothing, OUT is not needed; say what each rule would cost")]
TextColumn = Annotated[str, Parameter(help="the column of the input files that is the text")]
MaxBad = Annotated[
    float, Parameter(help="share of the rows that may go to OUT/quarantine/; with more the command fails")
]


BLOCK = 1 << 16  # bytes read at once

T = TypeVar("T")


class UsageError(Exception):
    """A command was called with something it cannot use."""


@app.command(help_epilogue="Example: kvern run recipes/demo.toml --set train.epochs=5 --name five-epochs")
def run(
    recipe: str,
    /,
    *,
    runs: str = "runs",
    name: str | None = None,
    settings: SetKeys = [],  # noqa: B006 - never changed
    mirrors: MirrorList = [],  # noqa: B006
    as_json: AsJson = False,
) -> None:
    """Do all a recipe asks for: collect, clean, shard, train, evaluate, report. What is done already is skipped.

    Args:
        recipe: path of the recipe, a TOML file
        runs: folder that holds the runs
        name: name of the run; the recipe's name by default
    """
    from flows.recipe import load_recipe

    overrides, prefixes = pairs("--set", settings, toml_value), pairs("--mirror", mirrors, str)
    loaded, _ = load_recipe(recipe, overrides)
    terminal.silence_prefect()
    from flows.scrape_and_train import scrape_and_train  # only now: Prefect takes a second to import

    with terminal.shown(len(loaded.order())):
        result = scrape_and_train(recipe, runs, name, overrides, prefixes)
    if as_json:
        print_json(result)
        return
    for source, reason in result["not_collected"].items():
        say(f"NOT COLLECTED: {source} {reason}")
    if result["metrics"]:
        say(*score_lines(result["metrics"]))
    say(result["report"])


@app.command(help_epilogue="Example: kvern collect norec --limit 100")
def collect(
    source: str,
    /,
    *,
    out: str | None = None,
    limit: int | None = None,
    settings: SetKeys = [],  # noqa: B006
    mirrors: MirrorList = [],  # noqa: B006
    contact: str = "",
    archive: str = "",
    as_json: AsJson = False,
) -> None:
    """Collect one source, as records in OUT/raw/SOURCE/. `kvern sources` lists them.

    Args:
        source: name of the source
        out: folder of the run; runs/collect-SOURCE by default
        limit: end after so many documents
        contact: how a site reaches you; it stands in the User-Agent
        archive: folder where what was fetched is kept, and asked for again only as far as it changed
    """
    from flows.recipe import set_value
    from scrapers import collect as collector
    from scrapers.source import Mirrors, find_source

    options: dict[str, Any] = {"source": source}
    for key, value in pairs("--set", settings, toml_value).items():
        set_value(options, key, value)
    found = find_source(source, options)
    target = Run(out or f"runs/collect-{source}")
    with terminal.shown(1), target.locked():
        prefixes = Mirrors(pairs("--mirror", mirrors, str))
        stage = collector.collect(
            target, source, found, mirrors=prefixes, contact=contact, limit=limit, archive=archive
        )
    if stage is None:
        raise CollectError(f"{source} {target.not_collected[source]}")
    tell(target, [stage], as_json)


@app.command(help_epilogue="Example: kvern sources --json")
def sources(*, as_json: AsJson = False) -> None:
    """List what can be collected: languages, licence, size, what it needs and costs, whether it was verified."""
    from scrapers.catalogue import entries, facts

    found = entries()
    if as_json:
        print_json(found)
        return
    for item in found:
        say(item["name"], f"    {item['description']}", f"    {' · '.join(facts(item))}")
    say("Try one: kvern collect NAME --limit 100")


@app.command(help_epilogue="Example: kvern clean reviews.jsonl runs/cleaned --profile no")
def clean(
    *paths: str,
    profile: str = "no",
    text_column: TextColumn = "text",
    max_bad: MaxBad = 0.01,
    dry_run: DryRun = False,
    workers: Workers = 1,
    as_json: AsJson = False,
) -> None:
    """Clean any JSONL or parquet files with a column `text`: INPUT… OUT.

    Writes OUT/kept/, OUT/dropped/ with the reasons, OUT/annotations/ (what each rule saw in each document),
    OUT/quarantine/ (rows that are no records) and OUT/manifest.json, in the place of what another command wrote there.

    Args:
        paths: the input files, or folders of them, then the folder to write
        profile: language profile, or the path of one
    """
    from cleaning.clean import CleanSettings, clean_corpus
    from cleaning.ingest import ingest
    from cleaning.profile import load_profile
    from cleaning.quarantine import QuarantineSettings

    limit, settings = checked(QuarantineSettings, max_bad=max_bad), checked(CleanSettings, max_bad=max_bad)
    if dry_run:  # which says what is wrong with the input, and does not fail of it
        limit, settings = QuarantineSettings(max_bad=1), CleanSettings(max_bad=1)
    loaded = load_profile(profile)
    with terminal.shown(2), TemporaryDirectory() if dry_run else nullcontext() as folder:
        inputs, target = inputs_and_out(without_out(paths, folder) if folder else paths)
        with working(target, "clean"), pool(workers) as mapper:
            first = ingest(target, inputs, text=text_column, settings=limit)
            raw = outputs(first, "raw")
            stage = clean_corpus(target, loaded, settings, inputs=raw, target="kept", mapper=mapper)
    if dry_run:
        tell_costs(first, stage, as_json)
    else:
        tell(target, [first, stage], as_json)


@app.command(help_epilogue="Example: kvern dedup a.jsonl b.parquet runs/unique --threshold 0.8")
def dedup(
    *paths: str,
    threshold: float = 0.8,
    against: AgainstList = [],  # noqa: B006
    text_column: TextColumn = "text",
    max_bad: MaxBad = 0.01,
    workers: Workers = 1,
    as_json: AsJson = False,
) -> None:
    """Drop duplicates from any JSONL or parquet files: INPUT… OUT. Writes OUT/kept/ and OUT/duplicates.parquet.

    Args:
        paths: the input files, or folders of them, then the folder to write
        threshold: Jaccard similarity from which two texts are duplicates; 1 drops only equal ones
    """
    from cleaning.dedup import DedupSettings, dedup_corpus
    from cleaning.held_out import held_out_files
    from cleaning.ingest import ingest, input_files
    from cleaning.quarantine import QuarantineSettings

    settings = checked(DedupSettings, threshold=threshold, against=tuple(against))
    limit = checked(QuarantineSettings, max_bad=max_bad)
    if against:
        input_files(held_out_files(settings.against))  # before hours of work: are they there?
    with terminal.shown(2):
        inputs, target = inputs_and_out(paths)
        with working(target, "dedup"), pool(workers) as mapper:
            first = ingest(target, inputs, text=text_column, settings=limit)
            stage = dedup_corpus(target, settings, inputs=outputs(first, "raw"), mapper=mapper)
    tell(target, [first, stage], as_json)


@app.command(help_epilogue="Example: kvern shard runs/unique/kept/*.parquet runs/sharded --test 0.2")
def shard(
    *paths: str,
    validation: float = 0.1,
    test: float = 0.1,
    rows: int = 50_000,
    seed: int = 1,
    name: str | None = None,
    text_column: TextColumn = "text",
    max_bad: MaxBad = 0.01,
    as_json: AsJson = False,
) -> None:
    """Make a Hugging Face dataset of kept documents: INPUT… OUT. Writes OUT/dataset/.

    Args:
        paths: the input files, or folders of them, then the folder to write
        validation: share of the validation split
        test: share of the test split
        rows: the most documents in a shard
        seed: of the draw
        name: of the dataset, for its card
    """
    from cleaning.ingest import ingest
    from cleaning.quarantine import QuarantineSettings
    from cleaning.shard import ShardSettings, shard_corpus
    from cleaning.split import SplitSettings

    split = checked(SplitSettings, validation=validation, test=test, seed=seed)
    settings, limit = checked(ShardSettings, rows=rows, split=split), checked(QuarantineSettings, max_bad=max_bad)
    with terminal.shown(2):
        inputs, target = inputs_and_out(paths)
        with working(target, "shard"):
            first = ingest(target, inputs, text=text_column, settings=limit)
            stage = shard_corpus(target, settings, inputs=outputs(first, "raw"), name=name or target.name)
    tell(target, [first, stage], as_json)


@app.command(help_epilogue="Example: kvern train runs/demo/dataset runs/mbert --recipe recipes/norwegian-reviews.toml")
def train(dataset: str, out: Path, /, *, recipe: str, settings: SetKeys = [], as_json: AsJson = False) -> None:  # noqa: B006
    """Train a recipe's classifier on a dataset, into the folder OUT; resumes where it was broken off.

    Args:
        dataset: folder of a dataset that `kvern shard` or `kvern run` made
        out: folder of the model
        recipe: recipe whose tables `train` and `scratch` are used
    """
    from flows.recipe import RecipeError, load_recipe
    from training.train import fine_tune

    loaded, _ = load_recipe(recipe, pairs("--set", settings, toml_value))
    if loaded.train is None:
        raise RecipeError(f"{recipe} has no table [train]")
    with terminal.shown():
        checkpoints = out.with_name(out.name + ".checkpoints")
        result = fine_tune(dataset, out, loaded.train, loaded.scratch, checkpoints=checkpoints)
    if as_json:
        print_json(result.training)
    else:
        say(str(result.folder))


@app.command(help_epilogue="Example: kvern evaluate runs/demo/model runs/demo/dataset scores/")
def evaluate(model: Path, dataset: str, out: Path, /, *, resamples: int = 1000, as_json: AsJson = False) -> None:
    """Score a model beside its baselines on a dataset's test split. Writes OUT/metrics.json and OUT/predictions.csv.

    Args:
        model: folder of the model
        dataset: folder of the dataset
        out: folder to write
        resamples: of the bootstrap
    """
    from training.evaluate import evaluate as score
    from training.settings import EvaluateSettings

    with terminal.shown():
        metrics = score(model, dataset, out, checked(EvaluateSettings, resamples=resamples))
    if as_json:
        print_json(metrics)
    else:
        say(*score_lines(metrics))


@app.command(help_epilogue="Example: echo 'En fantastisk bok.' | kvern predict runs/demo/model -")
def predict(model: Path, file: File, /, *, as_json: AsJson = False) -> None:
    """Label each line of a file, in order: label and score.

    Args:
        model: folder of the model
    """
    from training.predict import predict as label

    for found in label(model, text_lines(file)):
        scores = {name: round(score, 4) for name, score in found.scores.items()}
        if as_json:
            print_json({"label": found.label, "score": round(found.score, 4), "scores": scores}, indent=None)
        else:
            say(f"{found.label}\t{found.score:.4f}")


@app.command(help_epilogue="Example: echo 'Eg veit ikkje.' | kvern identify -")
def identify(file: File, /, *, engine: str = DEFAULT_ENGINE, as_json: AsJson = False) -> None:
    """Name the language of each line of a file, in order: code, score, alternatives.

    Args:
        engine: language engine; fasttext:PATH.bin for a model of your own
    """
    from cleaning.language import engine as load

    identified = load(engine)
    for texts in blocks_of_lines(file):
        for found in identified(texts):
            if as_json:
                print_json({"lang": found.code, "score": found.score, "alternatives": found.alternatives}, indent=None)
            else:
                say(f"{found.code}\t{found.score:.2f}\t{','.join(found.alternatives)}")
        sys.stdout.flush()


@app.command(help_epilogue="Example: kvern report runs/demo")
def report(run: str, /) -> None:
    """Write the report of a run, unless it is up to date, and print its path.

    Args:
        run: folder of the run
    """
    from training.stages import report_run

    found = existing_run(run)
    with terminal.shown(), found.locked():
        shown = [name for name in found.stages if name not in ("train", "report")]
        report_run(found, inputs=found.outputs(*shown), order=list(found.stages))
    say(found.path("report.html"))


@app.command(help_epilogue="Example: kvern explain 0123456789abcdef --run runs/demo")
def explain(document: str, /, *, run: str | None = None, runs: str = "runs", as_json: AsJson = False) -> None:
    """Say what became of one document: what each rule saw in it, what was changed, where it went and why.

    Args:
        document: its id or URL
        run: folder of the run; by default all runs are asked, the newest first
        runs: folder that holds the runs
    """
    from cleaning.explain import explain as look_up
    from cleaning.explain import runs_in

    found = look_up([existing_run(run)] if run else runs_in(runs), document)
    if as_json:
        print_json([to_builtins(item) for item in found])
        return
    for number, item in enumerate(found):
        say(*[""] * bool(number), *answers.explanation_lines(item))


@app.command(help_epilogue="Example: kvern inspect runs/demo --documents 200")
def inspect(
    run: str,
    /,
    *,
    documents: int = 200,
    seed: int = 1,
    dropped: bool = False,
    out: str | None = None,
    read: str | None = None,
    as_json: AsJson = False,
) -> None:
    """Draw a sheet of documents for people to judge, or read the filled sheet: shares with 95 % intervals.

    Args:
        run: folder of the run
        documents: how many to draw
        seed: of the draw
        dropped: draw from the dropped documents, by rule, and not from the kept ones, by language
        out: the sheet to write; RUN/inspection/sheet.csv by default
        read: the filled sheet; what it says goes to RUN/inspection/ and into the report
    """
    from cleaning.inspection import SampleSettings, judge, write_sheet

    found = existing_run(run)
    settings = checked(SampleSettings, documents=documents, seed=seed, dropped=dropped)
    if read is None:
        with found.locked():
            sheet = write_sheet(found, settings, out)
        if as_json:
            print_json({"sheet": sheet})
        else:
            say(f"fill the empty columns with 1 (yes) or 0 (no), then: kvern inspect {run} --read {sheet}", sheet)
        return
    with found.locked():
        judged = judge(found, read)
    if as_json:
        print_json(judged)
    else:
        say(*answers.inspection_lines(judged))


@app.command(help_epilogue="Example: kvern takedown runs/demo http://demo.kvern.example/boker/x/#anmeldelse-b0001")
def takedown(run: str, /, *documents: str) -> None:
    """Remove documents, by id or URL, from all files of a run that hold text, and from all it will collect.

    Args:
        run: folder of the run
        documents: ids or URLs
    """
    from scrapers.takedown import take_down

    found = existing_run(run)
    with terminal.shown(), found.locked():
        count = take_down(found, documents)
    again = "Run the recipe again for a dataset, model and report without them"
    if not found.recipe:
        again = "The commands that wrote this folder leave them out when they are run again"
    say(f"documents removed: {count}. {again}")


def pairs(option: str, items: Iterable[str], read: Any) -> dict[str, Any]:
    """The KEY=VALUE items of an option as a dict. Raises UsageError on one without `=`."""
    found = {}
    for item in items:
        key, equals, value = item.partition("=")
        if not equals:
            raise UsageError(f"{option} {item!r}: expected KEY=VALUE")
        found[key.strip()] = read(value.strip())
    return found


def toml_value(text: str) -> Any:
    """`text` as TOML reads a value (`5`, `true`, `[1, 2]`), else as the string it is."""
    try:
        return tomllib.loads(f"value = {text}")["value"]
    except tomllib.TOMLDecodeError:
        return text


def checked(kind: type[T], **values: Any) -> T:
    """The settings of that kind. Raises UsageError with what the settings have to say against the values."""
    try:
        return kind(**values)
    except ValueError as error:
        raise UsageError(str(error)) from error


def inputs_and_out(paths: Sequence[str]) -> tuple[list[str], Run]:
    """The input files, each once, and the run of the last path.

    Raises UsageError where there are fewer than two paths, the last is a file, or an input lies below it; CleanError
    where an input cannot be read.
    """
    from cleaning.ingest import input_files

    if len(paths) < 2:
        raise UsageError("expected one input file or more, then the folder to write: INPUT… OUT")
    *inputs, out = paths
    fs, place = store.filesystem(out)
    if fs.isfile(place):
        raise UsageError(f"{out} is a file: the last path is the folder to write, INPUT… OUT")
    files, target = input_files(inputs), Run(out)
    if target.recipe:
        raise UsageError(f"{out} is the run of a recipe, which the command would overwrite: give another folder")
    for file in files:
        if is_below(file, target.url):
            raise UsageError(f"{file} lies below {out}: the command would overwrite what it reads; give another folder")
    return files, target


def is_below(url: str, folder: str) -> bool:
    """Whether the file at `url` lies in `folder`, at any depth."""
    local, place = store.local_path(url), store.local_path(folder)
    if local and place:
        return local.resolve().is_relative_to(place.resolve())
    return url.startswith(f"{folder.rstrip('/')}/")


def without_out(paths: Sequence[str], folder: str) -> list[str]:
    """The inputs among the paths of a dry run, then `folder`, where it works; the last path may be OUT or an input.

    It is an input where it is a file, is called as one, or is a folder of files that holds no run.
    """
    from cleaning.errors import CleanError
    from cleaning.foreign import ENDINGS
    from cleaning.ingest import files_at

    inputs = list(paths[:-1])
    with suppress(CleanError):  # of a folder without files to read
        for last in paths[-1:]:
            if files_at(last) and (store.exists(last) or last.endswith(ENDINGS)) and not Run(last).stages:
                inputs.append(last)
    return [*inputs, folder]


@contextmanager
def working(target: Run, stage: str) -> Iterator[None]:
    """Holds the run for a command that ingests and then does `stage`; what other commands left in it is forgotten."""
    with target.locked():
        if set(target.stages) - {"ingest", stage}:
            target.begin({}, order=("ingest", stage))
        yield


def existing_run(url: str) -> Run:
    """The run in the folder `url`. Raises UsageError where there is none."""
    found = Run(url)
    if not found.stages:
        raise UsageError(f"{url} holds no run: there is no manifest.json in it")
    return found


def outputs(stage: Stage, folder: str) -> list[str]:
    """The files of one folder among those that a stage published."""
    return [file.path for file in stage.outputs if file.path.startswith(f"{folder}/")]


@contextmanager
def pool(workers: int) -> Iterator[Any]:
    """A function like `map` that spreads its work over processes; `map` itself for one worker."""
    if workers == 1:
        yield map
        return
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as executor:
        yield executor.map


def text_lines(file: str) -> Iterator[str]:
    """The lines of a file, or of standard input for `-`. Raises UsageError where there is none."""
    return chain.from_iterable(blocks_of_lines(file))


def blocks_of_lines(file: str) -> Iterator[list[str]]:
    """The lines of a file, or of standard input for `-`, as many at once as are there.

    Raises UsageError where there is no such file.
    """
    try:
        with FileIO(0 if file == "-" else file, closefd=file != "-") as stream:
            begun: list[bytes] = []  # of a line whose end is still to come
            while block := stream.read(BLOCK):
                first, *others = block.split(b"\n")
                begun.append(first)
                if others:
                    lines = [b"".join(begun), *others]
                    begun = [lines.pop()]
                    yield [as_text(line) for line in lines]
            if any(begun):
                yield [as_text(b"".join(begun))]
    except OSError as error:
        raise UsageError(f"{file} cannot be read: {error.strerror}") from error


def as_text(line: bytes) -> str:
    """The text of a line; bytes that are not UTF-8 become lone surrogates."""
    return line.removesuffix(b"\r").decode("utf-8", "surrogateescape")


def tell(target: Run, stages: list[Stage], as_json: bool) -> None:
    """Prints what stages did: as JSON, or a line each and the folder."""
    if as_json:
        print_json({"run": target.url, "stages": [stage.to_json() for stage in stages]})
        return
    for stage in stages:
        rules = ", ".join(f"{count:,} {rule}" for rule, count in sorted(stage.dropped.items())) or "none"
        say(f"{stage.name}: {stage.received:,} in, {stage.kept:,} kept, dropped: {rules}")
    say(target.url)


def tell_costs(first: Stage, stage: Stage, as_json: bool) -> None:
    """Prints what each rule of the stage would cost: as JSON, also by source, or as a table."""
    if as_json:
        print_json({"in": stage.received, "kept": stage.kept, "quarantined": first.dropped, **stage.detail})
        return
    if first.dropped:
        rules = ", ".join(f"{count:,} {rule}" for rule, count in sorted(first.dropped.items()))
        say(f"of {first.received:,} rows, no records: {rules}")
    say(*answers.rule_lines(stage.detail["rules"], stage.received))
    say(f"would keep {stage.kept:,} of {stage.received:,}")


def score_lines(metrics: dict[str, Any]) -> list[str]:
    """The scores as lines: of each system, over all and by language, then by class."""
    from training.evaluate import class_table, score_table

    return [line for rows in (score_table(metrics), class_table(metrics)) for line in answers.aligned(rows)]


def say(*lines: str) -> None:
    """Prints lines on standard output."""
    for line in lines:
        sys.stdout.write(line + "\n")


def print_json(value: Any, indent: int | None = 1) -> None:
    """Prints `value` as JSON on standard output."""
    say(json.dumps(value, ensure_ascii=False, indent=indent))


def main() -> None:
    """Runs the command line: exit code 0 on success, 1 on a failure with its one message, 2 on wrong usage."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that what was started is stopped
    try:
        app(exit_on_error=False, print_error=True)
    except KeyboardInterrupt:
        sys.exit(130)
    except Exception as error:
        sys.exit(exit_code(error))


def exit_code(error: Exception) -> int:
    """Prints the message of an expected error, and returns the exit code. Raises any other again."""
    from cyclopts import CycloptsError

    if isinstance(error, CycloptsError):  # has been printed, with the usage
        return 2
    if type(error).__module__.split(".")[0] in PACKAGES:  # every error class of the project is one for its user
        sys.stderr.write(f"kvern: {error}\n")
        return 2 if isinstance(error, UsageError) else 1
    if isinstance(error, BrokenPipeError):  # who read our output has enough
        sys.stderr.close()
        return 141
    message = unreachable_server(error) or (str(error) if isinstance(error, OSError) else None)
    if message is None:
        raise error
    sys.stderr.write(f"kvern: {message}\n")
    return 1


def unreachable_server(error: Exception) -> str | None:
    """What to say where the Prefect server that is configured does not answer, else None."""
    if "prefect" not in sys.modules:
        return None
    from prefect.settings import get_current_settings

    url = get_current_settings().api.url
    names = {type(item).__name__ for item in (error, error.__cause__, error.__context__)}
    if url and names & {"ConnectError", "ConnectTimeout"}:
        return f"the Prefect server at {url} does not answer: start it (prefect server start), or unset PREFECT_API_URL"
    return None


if __name__ == "__main__":
    main()
