import json
import logging
import re
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from bs4 import BeautifulSoup
from msgspec.structs import replace

from scrapers import store
from scrapers.record import Document, document_id, table
from training import charts
from training.report import ReportError, read_run, render_report, verdict, web_address

SECTIONS = ["summary", "waterfall", "languages", "sources", "scores", "curves", "examples", "provenance"]
NOON = datetime(2026, 3, 2, 11, 40, tzinfo=UTC)
EVIL = "<script>document.title='hacked';window.hacked=1</script>\"'><img src=x onerror=\"window.hacked=1\">"
EVIL_URLS = [
    "javascript:window.hacked=1",
    "data:text/html,<script>window.hacked=1</script>",
    'https://x" onclick="hacked=1',
]
TEXTS = {
    "nb": "Boka er morsom og varm, men slutten kommer brått på. Jeg leste den på én kveld og ville straks ha mer.",
    "nn": "Eg likte ikkje denne i det heile. Forteljaren seier alt to gonger, og dei unge får ikkje ei eiga røyst.",
    "da": "En fremragende bog, selv om oversættelsen halter hist og her. Jeg kunne ikke lægge den fra mig.",
    "en": "Arrived late and the cover was bent, but the story itself is worth every minute of the wait.",
    "und": "👍👍🏽🧑‍🚀🏳️‍🌈 5/6!!!",
}
STRANGE = [
    "كتاب رائع جدا، أنصح الجميع بقراءته מצוין \u202eוהפוך",
    "Menneskerettighetsorganisasjonsmedlemskapskontingentinnbetalingsoversikt" * 5,
    "z\u0334\u0321\u033c\u0353\u0351a\u0337\u0322\u0354\u030dl\u0336\u032e\u0344go " * 20 + "\x00\x07\x1b[31m",
    "👩‍👩‍👧‍👦" * 120,
    "",
]


def documents(
    source: str, lang: str, number: int, texts: list[str], url: str = "https://example.org"
) -> list[Document]:
    return [
        Document(
            id=document_id(source, f"{lang}-{index}"),
            text=texts[index % len(texts)],
            source=source,
            url=f"{url}/{source}/{index}",
            licence="CC-BY-4.0",
            collected_at=NOON + timedelta(seconds=index),
            lang=lang,
            lang_score=0.9,
            reserved="open" if index % 7 else "unknown",
        )
        for index in range(number)
    ]


def write_kept(folder: Path, part: int, rows: list[Document]) -> None:
    (folder / "kept").mkdir(exist_ok=True)
    pq.write_table(table(rows), folder / "kept" / f"part-{part:05}.parquet")


def write_dropped(folder: Path, part: int, rows: list[tuple[Document, str, str, str | None, str | None]]) -> None:
    (folder / "dropped").mkdir(exist_ok=True)
    reasons = table([row[0] for row in rows])
    for column, name in enumerate(("stage", "rule", "value", "threshold"), 1):
        reasons = reasons.append_column(name, pa.array([row[column] for row in rows], pa.string()))
    parts = [row[0].text[:20] if row[2] == "language" else "" for row in rows]
    reasons = reasons.append_column("part", pa.array(parts, pa.string()))
    pq.write_table(reasons, folder / "dropped" / f"part-{part:05}.parquet", row_group_size=16)


def write_cleaning(folder: Path, pairs: list[tuple[Document, Document]], **detail: Any) -> None:
    """Adds to a run what its cleaning read and wrote: raw and cleaned documents, and the detail of its stage."""
    paths = {"inputs": "raw/books/part-00000.jsonl.zst", "outputs": "cleaned/part-00000.parquet"}
    store.write_documents(str(folder / paths["inputs"]), [raw for raw, _ in pairs])
    store.write_table(str(folder / paths["outputs"]), table([cleaned for _, cleaned in pairs]))
    told = json.loads((folder / "manifest.json").read_text("utf-8"))
    (clean,) = [entry for entry in told["stages"] if entry["name"] == "clean"]
    files = {way: [{"path": path, "sha256": "0f" * 32, "records": len(pairs)}] for way, path in paths.items()}
    clean |= files | {"detail": detail}
    (folder / "manifest.json").write_text(json.dumps(told), "utf-8")


def write_inspection(folder: Path, suffix: str = "") -> None:
    """Adds what people judged of a sample to a run."""
    counts = {"size": 900, "judged": 40, "yes": 10, "share": 0.25, "low": 0.1419, "high": 0.4019}
    nothing = {"size": 90, "judged": 0, "yes": 0, "share": None, "low": None, "high": None}
    question = {"name": "artefacts" + suffix, "unjudged": 3, "strata": {"nb" + suffix: counts, "nn": nothing}}
    told = {"of": "kept", "by": "lang" + suffix, "documents": 43, "questions": [question | {"corpus": counts}]}
    (folder / "inspection").mkdir()
    (folder / "inspection" / "inspection.json").write_text(json.dumps(told), "utf-8")


def waterfall(*names: str, came: int = 10) -> list[dict[str, Any]]:
    """Rows as a stage tells them: `came` documents of each source, of which one is dropped by each of two rules."""
    dropped = {"language": 1, "empty": 1}
    return [{"source": name, "lang": "nb", "in": came, "kept": came - 2, "dropped": dropped} for name in names]


def stage(name: str, came: int, dropped: dict[str, int], **detail: Any) -> dict[str, Any]:
    file = {"path": f"{name}/part-00000", "sha256": "0f" * 32, "records": came}
    kept = came - sum(dropped.values())
    return {"name": name, "inputs": [file], "outputs": [file | {"records": kept}], "in": came, "kept": kept,
            "dropped": dropped, "seconds": 3.2 + came / 90, "fingerprint": "ab" * 8, "detail": detail}  # fmt: skip


def manifest(name: str = "norske omtaler") -> dict[str, Any]:
    return {
        "kvern": "0.1.0", "schema": "1", "name": name, "seed": 13,
        "recipe": {"name": name, "sources": ["books", "reviews", "web"], "clean": {"profile": "no", "min_words": 3}},
        "versions": {"python": "3.11.7", "torch": "2.13.0", "transformers": "5.23.0"},
        "stages": [
            stage("collect/books", 1480, {"repeated": 30, "reserved": 20}, licence="CC-BY-4.0",
                  url="https://example.org/books", stopped="finished", robots_forbidden=20, pages=120),
            stage("collect/reviews", 1932, {"repeated": 12}, licence="unknown", stopped="finished", pages=96),
            stage("clean", 3350, {"language": 180, "min_words": 90, "empty": 14}),
            stage("dedup", 3066, {"exact_duplicate": 61, "near_duplicate_of_test": 17}),
            stage("shard", 2988, {}),
            stage("train", 2390, {}),
            stage("evaluate", 299, {"no_label": 6}),
        ],
        "not_collected": {"web": "no Chromium found: install chromium and chromium-driver"},
    }  # fmt: skip


def estimate(value: float, width: float = 0.04) -> dict[str, float]:
    return {"value": value, "low": value - width, "high": value + width}


def system(name: str, kind: str, value: float, confusion: list[list[int]]) -> dict[str, Any]:
    scores = {"macro_f1": estimate(value), "accuracy": estimate(value + 0.03), "mcc": estimate(value - 0.2)}
    return {
        "name": name, "kind": kind, **scores, "confusion": confusion,
        "per_class": {
            label: {"precision": estimate(value), "recall": None, "f1": estimate(value - 0.01), "support": sum(row)}
            for label, row in zip(["low", "middle", "high"], confusion, strict=True)
        },
        "per_language": {"nb": {"documents": 240, **scores}, "nn": {"documents": 53, **scores, "mcc": None}},
    }  # fmt: skip


def metrics(model: float = 0.713, found: str = "no difference shown") -> dict[str, Any]:
    return {
        "task": "rating_bands", "labels": ["low", "middle", "high"], "confidence": 0.95, "resamples": 1000,
        "split": "test", "documents": 293, "documents_per_language": {"nb": 240, "nn": 53}, "no_label": 6,
        "training_documents": 2390,
        "systems": [
            system("majority class", "baseline", 0.221, [[0, 0, 61], [0, 0, 74], [0, 0, 158]]),
            system("TF-IDF + logistic regression", "baseline", 0.742, [[44, 12, 5], [9, 46, 19], [4, 20, 134]]),
            system("small BERT trained from scratch", "model", model, [[41, 15, 5], [11, 42, 21], [5, 22, 131]]),
        ],
        "comparison": {"baseline": "TF-IDF + logistic regression", "verdict": found,
                       "macro_f1_difference": {"value": model - 0.742, "low": model - 0.79, "high": model - 0.69}},
    }  # fmt: skip


def training() -> dict[str, Any]:
    losses = [
        {"step": step, "loss": 6.1 / (1 + step / 300) + 2 + 0.3 * ((step * 7919) % 13) / 13} for step in range(1, 1201)
    ]
    tuned = [{"step": 10 * i, "epoch": i / 25, "loss": 0.35 + 0.75 / (1 + i / 12)} for i in range(1, 76)]
    validation = [
        {"step": 75 * i, "epoch": i / 3, "loss": 0.62 + abs(7 - i) / 30, "macro_f1": 0.7 - (7 - i) ** 2 / 90,
         "accuracy": 0.7, "mcc": 0.5} for i in range(1, 11)
    ]  # fmt: skip
    return {
        "task": "rating_bands", "labels": ["low", "middle", "high"], "started_from": "random weights",
        "tokenizer": {"vocab_size": 8000}, "parameters": 4_403_203, "max_length": 128, "device": "cpu",
        "precision": "float32", "seed": 13,
        "pretraining": {"documents": 2390, "steps": 1200, "history": losses, "seconds": 284.0},
        "training": {"rows": {"train": 2390, "validation": 299}, "steps": 750, "seconds": 131.0, "best_step": 525,
                     "validation": validation,
                     "history": tuned},
    }  # fmt: skip


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    """A run that collected and cleaned, and trained nothing."""
    (tmp_path / "manifest.json").write_text(json.dumps(manifest()), "utf-8")
    write_kept(tmp_path, 0, documents("books", "nb", 900, [TEXTS["nb"]]) + documents("books", "nn", 400, [TEXTS["nn"]]))
    write_kept(
        tmp_path, 1, documents("reviews", "nb", 1400, [TEXTS["nb"]]) + documents("reviews", "nn", 280, [TEXTS["nn"]])
    )
    write_kept(tmp_path, 2, documents("reviews", "und", 8, [TEXTS["und"], *STRANGE[:4]]))
    refused = [
        (one, "clean", "language", lang, "nb, nn")
        for source, lang, number in (("books", "da", 40), ("reviews", "da", 90), ("reviews", "en", 50))
        for one in documents(source, lang, number, [TEXTS[lang]])
    ]
    write_dropped(tmp_path, 0, refused)
    short = [(one, "clean", "min_words", "2", "3") for one in documents("reviews", "nb", 90, ["Helt topp", "Bra!"])]
    empty = [(one, "clean", "empty", "0", "1") for one in documents("reviews", "und", 14, [""])]
    near = [
        (one, "dedup", "near_duplicate_of_test", ".87", ".7")
        for one in documents("books", "nb", 17, [TEXTS["nb"], *STRANGE])
    ]
    exact = [(one, "dedup", "exact_duplicate", None, None) for one in documents("reviews", "nb", 61, [TEXTS["nb"]])]
    write_dropped(tmp_path, 1, short + empty + near + exact)
    for split, rows in (("train", 2390), ("validation", 299), ("test", 299)):
        (tmp_path / "dataset" / "omtaler").mkdir(parents=True, exist_ok=True)
        part = pa.table({"text": ["x"] * rows})
        pq.write_table(part, tmp_path / "dataset" / "omtaler" / f"{split}-00000-of-00001.parquet")
    return tmp_path


@pytest.fixture
def run(corpus: Path) -> Path:
    """A whole run: the corpus, a model and its scores."""
    (corpus / "model").mkdir()
    (corpus / "model" / "training.json").write_text(json.dumps(training()), "utf-8")
    (corpus / "metrics.json").write_text(json.dumps(metrics()), "utf-8")
    return corpus


def rendered(run: Path) -> Any:
    return BeautifulSoup(render_report(read_run(run)), "html.parser")


def rewrite(path: Path, **changes: Any) -> None:
    path.write_text(json.dumps(json.loads(path.read_text("utf-8")) | changes), "utf-8")


def words(node: Any) -> str:
    return re.sub(r"\s+", " ", node.get_text(" "))


def poison(value: Any) -> Any:
    """`value` with the payload put into each of its strings and keys that the page shows as they come."""
    if isinstance(value, dict):
        return {key: poison(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [poison(inner) for inner in value]
    return value + EVIL if isinstance(value, str) else value


@pytest.fixture
def hostile(run: Path) -> Path:
    """The whole run with a payload in names, texts, URLs, rules, languages, labels, licences, paths and recipe."""
    told = manifest()
    for entry in told["stages"]:
        entry["dropped"] = {rule + EVIL: number for rule, number in entry["dropped"].items()}
        entry["detail"] = poison(entry["detail"]) | {"link": EVIL_URLS[0], "nested" + EVIL: {"a" + EVIL: [EVIL]}}
        entry["inputs"] = poison(entry["inputs"])
        if "/" in entry["name"]:
            entry["name"] += EVIL
    told |= {key: poison(told[key]) for key in ("kvern", "schema", "name", "recipe", "versions", "not_collected")}
    told["recipe"] |= {EVIL: [EVIL, "</pre></details>\ud800", *EVIL_URLS]}
    (run / "manifest.json").write_text(json.dumps(told), "utf-8")
    measured = metrics()
    measured["comparison"] = poison(measured["comparison"])
    measured["task"] += EVIL
    for one in measured["systems"]:
        one["name"] += EVIL
        one["per_class"] = {label + EVIL: row for label, row in one["per_class"].items()}
    measured["labels"] = poison(measured["labels"])
    (run / "metrics.json").write_text(json.dumps(measured), "utf-8")
    trained = training()
    rewrite(
        run / "model" / "training.json", started_from=EVIL, device=EVIL, tokenizer=trained["tokenizer"], precision=EVIL
    )
    texts = [EVIL, "</blockquote></main><script>hacked=1</script>", "<svg onload=hacked=1>", *STRANGE]
    bad = [
        replace(one, url=EVIL_URLS[index % 3], licence=EVIL, lang=EVIL if index % 2 else "nb", title=EVIL)
        for index, one in enumerate(documents("books" + EVIL, "nb", 12, texts))
    ]
    write_kept(run, 7, bad)
    write_dropped(run, 7, [(one, EVIL, rule, EVIL, EVIL) for one in bad for rule in ("language", "rule" + EVIL)])
    counts = {"asked": 9, "against": 4, "first": 3, "only": 1}
    pairs = [(one, replace(one, text=f"{EVIL} {one.text[3:]} {EVIL}")) for one in bad]
    write_cleaning(run, pairs, waterfall=waterfall("books" + EVIL), rules={"rule" + EVIL: counts})
    write_inspection(run, EVIL)
    return run


def test_the_page_carries_nothing_that_runs_or_is_fetched(hostile: Path) -> None:
    page = render_report(read_run(hostile))
    soup = BeautifulSoup(page, "html.parser")
    assert not soup.find_all(["script", "img", "iframe", "object", "embed", "form", "base", "foreignobject"])
    assert [attribute for tag in soup.find_all(True) for attribute in tag.attrs if attribute.startswith("on")] == []
    assert soup.find_all(src=True) == []
    addresses = [tag["href"] for tag in soup.find_all(href=True)]
    assert {re.match(r"https?://[a-z]|#[a-z]+$|data:image/svg", address) is not None for address in addresses} == {True}
    assert all(tag["rel"] == ["noreferrer"] for tag in soup.find_all("a", href=re.compile("^http")))
    assert not re.search(r"url\(|@import", "".join(style.text for style in soup.find_all("style")))
    policy = soup.find("meta", attrs={"http-equiv": "Content-Security-Policy"})
    assert policy is not None and str(policy["content"]).startswith(
        "default-src 'none'; style-src 'unsafe-inline'; img-src data:"
    )


def written(run: Path) -> Path:
    path = run / "report.html"
    path.write_bytes(render_report(read_run(run)).encode())
    return path


def test_a_hostile_text_is_shown_letter_by_letter(hostile: Path) -> None:
    soup = rendered(hostile)
    assert EVIL in soup.find("section", id="examples").get_text()
    assert EVIL in json.loads(soup.pre.get_text().replace("\ufffd", ""))
    assert soup.title is not None and soup.title.get_text().startswith("norske omtaler<script>")


def test_controls_and_lone_surrogates_do_not_reach_the_file(hostile: Path) -> None:
    page = written(hostile).read_bytes().decode("utf-8")
    assert not re.search(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]", page)
    assert "</pre></details>\ufffd" in page.replace("&lt;", "<").replace("&gt;", ">")


@pytest.mark.parametrize(
    "url",
    [
        *EVIL_URLS,
        "JaVaScRiPt:alert(1)",
        "javascript://x.no/%0aalert(1)",
        "http:///x",
        "http://[",
        "//x.no",
        "https://x\n.no",
        None,
        3,
    ],
)
def test_what_is_not_a_web_address_is_no_link(url: Any) -> None:
    assert not web_address(url)


def test_http_and_https_are_links() -> None:
    assert web_address("https://example.org/æ?q=1#x") and web_address("http://example.org:8000/")


def test_every_section_is_there_and_named_in_the_contents(run: Path) -> None:
    soup = rendered(run)
    assert [soup.find(id=name) is not None for name in SECTIONS] == [True] * len(SECTIONS)
    assert [link["href"] for link in soup.nav.find_all("a")] == [f"#{name}" for name in SECTIONS]
    titles = [tag["aria-labelledby"] for tag in soup.find_all("section")]
    assert all(soup.find(id=title) is not None for title in titles)


def test_tables_and_charts_can_be_read_without_seeing_them(run: Path) -> None:
    soup = rendered(run)
    for table_ in soup.find_all("table"):
        assert table_.caption is not None and table_.find("th", scope="col") is not None
        assert all(cell.get("scope") for cell in table_.find_all("th"))
    assert all(chart.find("title", recursive=False) is not None for chart in soup.find_all("svg", role="img"))
    ids = [tag["id"] for tag in soup.find_all(id=True)]
    assert len(ids) == len(set(ids))


def test_the_waterfall_adds_up(run: Path) -> None:
    soup = rendered(run)
    checks = [words(tag) for tag in soup.select("#waterfall .ok")]
    assert checks[0] == "✓ 1,430 + 50 = 1,480" and len(checks) == len(manifest()["stages"])
    assert not soup.select("#waterfall .wrong") and "do not add up" not in words(soup.header)
    assert "3,412 documents were collected from 2 sources; 2,988 (87.6\xa0%) were kept" in soup.header.get_text()


def test_sources_and_languages_add_up_and_many_are_summed(run: Path) -> None:
    names = [f"source-{number}" for number in range(80)]
    write_cleaning(run, [], waterfall=[*waterfall(*names), *waterfall("largest", came=1000)])
    section = rendered(run).find(id="waterfall")
    (found,) = [one for one in section.find_all("table") if "by source and language" in one.caption.get_text()]
    rows = [words(row).split() for row in found.find_all("tr")]
    assert rows[1][:4] == ["largest", "nb", "1,000", "998"]
    assert len(rows) == 1 + 60 + 1
    assert rows[-2][:4] == ["22", "others", "–", "220"]
    assert rows[-1][:2] == ["all", "1,800"] and rows[-1][-4:] == ["language", "81", "empty", "81"]


def test_rules_are_shown_in_the_order_they_are_asked(run: Path) -> None:
    counts = {"asked": 3350, "against": 300, "first": 90, "only": 12}
    write_cleaning(run, [], rules={"min_words": counts, "empty": counts | {"against": 0, "first": 0, "only": 0}})
    section = rendered(run).find(id="waterfall")
    (found,) = [one for one in section.find_all("table") if "each cleaning rule costs" in one.caption.get_text()]
    assert [words(row).strip() for row in found.find_all("tr")[1:]] == [
        "min_words 3,350 300 9.0 % 90 12",
        "empty 3,350 0 0 0",
    ]


def test_what_the_cleaning_changed_is_marked_and_personal_data_hidden(run: Path) -> None:
    raw = documents("books", "nb", 9, ["Ei <b>god</b> bok. Ring 22 33 44 55, skriv til kari@post.example.no i dag."])
    cleaned = [replace(one, text="Ei god bok. Ring [PHONE], skriv til [EMAIL] i dag.") for one in raw[:8]]
    web = documents("web", "nn", 2, ["to  mellomrom", "ein &amp; to"])
    pairs = [*zip(raw, cleaned, strict=False), (web[0], replace(web[0], text="to mellomrom"))]
    pairs.append((web[1], replace(web[1], text="ein & to")))
    write_cleaning(run, pairs)
    assert read_run(run).rewritten == read_run(run).rewritten
    cards = [one.parent for one in rendered(run).select("#examples .changes")]
    assert len(cards) == 6
    shown = [[(tag.name, tag.get_text()) for tag in card.select("del, ins")] for card in cards]
    assert [("del", "&amp;"), ("ins", "&")] in shown, "of every source one"
    hidden = [("del", "█████,"), ("ins", "[PHONE],"), ("del", "█████"), ("ins", "[EMAIL]")]
    assert [("del", "<b>god</b>"), ("ins", "god"), *hidden] in shown
    text = rendered(run).get_text()
    assert "22 33" not in text and "kari@" not in text


def test_what_people_judged_is_shown_with_its_intervals(run: Path) -> None:
    write_inspection(run)
    found = next(one for one in rendered(run).select("#examples table"))
    assert "43 documents drawn from the kept ones" in words(found.caption)
    assert [words(row).strip() for row in found.find_all("tr")[1:]] == [
        "artefacts nb 40 25.0 % [14.2, 40.2]",
        "nn 0 not judged",
        "all it stands for 40 25.0 % [14.2, 40.2]",
    ]


def test_the_part_that_a_rule_struck_on_is_quoted(run: Path) -> None:
    cards = rendered(run).select("#examples .why q")
    assert TEXTS["da"][:20] in {one.get_text() for one in cards}
    assert len(cards) == 3, "of the rules only `language` looked at a part"


def test_a_stage_that_loses_documents_is_shouted_about(run: Path) -> None:
    told = manifest()
    told["stages"][2]["kept"] -= 5
    (run / "manifest.json").write_text(json.dumps(told), "utf-8")
    soup = rendered(run)
    assert [words(tag) for tag in soup.select("#waterfall .wrong")] == ["✗ 3,061 + 284 ≠ 3,350"]
    notice = words(soup.select_one(".notice.bad"))
    assert "clean: 3,350 in, but 3,061 kept and 284 dropped; 5 have no name for why they are gone." in notice
    assert "Between clean and dedup: 3,061 kept, but 3,066 came in." in notice
    assert "was dropped by a rule" not in words(soup.header)


def test_the_bars_of_a_waterfall_meet() -> None:
    bars = charts.waterfall(
        [("collect", 100, 90, {"a": 3, "b": 7}), ("clean", 90, 60, {"c": 25}), ("shard", 70, 70, {})]
    )
    assert [(bar.label, bar.kind, bar.count) for bar in bars] == [
        ("into collect", "total", 100), ("b", "drop", 7), ("a", "drop", 3), ("after collect", "total", 90),
        ("c", "drop", 25), ("not accounted for in clean", "gap", 5), ("after clean", "total", 60),
        ("not accounted for before shard", "gap", -10), ("after shard", "total", 70),
    ]  # fmt: skip
    assert [bar.start for bar in bars] == [0, 93, 90, 0, 65, 60, 0, 60, 0]
    assert charts.waterfall([]) == [] and charts.waterfall([("collect", 0, 0, {})])[0].width == 0


@pytest.mark.parametrize(
    ("found", "tone", "sentence"),
    [
        ("better", "good", "The model is better than TF-IDF + logistic regression (difference in macro-F1 .050"),
        ("worse", "warn", ": use TF-IDF + logistic regression or a pretrained model."),
        ("no difference shown", "warn", "The model is not shown to be any better than TF-IDF + logistic regression"),
    ],
)
def test_the_verdict_is_the_one_measured(run: Path, found: str, tone: str, sentence: str) -> None:
    (run / "metrics.json").write_text(json.dumps(metrics(0.792, found)), "utf-8")
    soup = rendered(run)
    notice = soup.select_one(f".notice.{tone}")
    assert notice is not None and sentence in notice.get_text().replace("\xa0", " ")
    assert "Its figures say nothing about multilingual BERT (mBERT)" in words(soup.header)


def test_without_a_comparison_nothing_is_claimed() -> None:
    assert verdict(metrics() | {"comparison": None}, True) == (
        "warn", "No model was compared with a baseline, so nothing is claimed for one.")  # fmt: skip


def test_a_pretrained_model_is_not_called_random(run: Path) -> None:
    rewrite(run / "model" / "training.json", started_from="google-bert/bert-base-multilingual-cased@0123abc")
    header = words(rendered(run).header)
    assert "random weights" not in header and "or another pretrained model" in header


def test_a_corpus_without_a_model_says_so(corpus: Path) -> None:
    soup = rendered(corpus)
    assert "This run made a corpus only" in words(soup.header)
    assert "Nothing was evaluated in this run" in words(soup.find(id="scores"))
    assert "No model was trained in this run" in words(soup.find(id="curves"))


def test_a_run_with_nothing_but_a_manifest_is_still_a_page(tmp_path: Path) -> None:
    (tmp_path / "manifest.json").write_text(json.dumps(manifest() | {"stages": [], "not_collected": {}}), "utf-8")
    soup = rendered(tmp_path)
    assert "No document was collected in this run." in words(soup.header)
    assert "Every source of the recipe was collected." in words(soup.find(id="sources"))
    assert "No dropped document is on disk" in words(soup.find(id="examples"))
    assert [soup.find(id=name) is not None for name in SECTIONS] == [True] * len(SECTIONS)


def test_dropped_documents_that_cannot_be_read_are_missed(corpus: Path) -> None:
    shutil.rmtree(corpus / "dropped")
    assert "There is no file in dropped/ : the 424 dropped documents cannot be read." in words(
        rendered(corpus).find(id="waterfall")
    )


def test_a_source_not_collected_is_named_with_its_reason(run: Path) -> None:
    assert "Not collected: web Reason: no Chromium found" in words(rendered(run).select_one(".notice.bad"))


def test_languages_are_counted_by_source(run: Path) -> None:
    section = rendered(run).find(id="languages")
    kept, refused = (table_.find_all("tr") for table_ in section.find_all("table"))
    assert words(kept[0]).split() == ["Source", "nb", "nn", "und", "all"]
    assert words(kept[1]).strip() == "reviews 1,400 82.9 % 280 16.6 % 8 0.5 % 1,688"
    assert words(refused[-1]).strip() == "all 130 72.2 % 50 27.8 % 180"


def test_examples_come_from_every_source_and_are_cut(run: Path) -> None:
    data = read_run(run)
    assert {example.source for example in data.dropped_examples["language"]} == {"books", "reviews"}
    assert [len(examples) for examples in data.dropped_examples.values()] == [3] * 5
    long = next(e for examples in data.kept_examples.values() for e in examples if e.length > 300)
    assert len(long.text) == 300 and long.length == len(STRANGE[1])
    assert next(iter(data.dropped_examples["empty"])).text == ""


def test_examples_are_the_rows_they_are_taken_from(run: Path) -> None:
    for rule, examples in read_run(run).dropped_examples.items():
        rows = pa.concat_tables([pq.read_table(part) for part in sorted((run / "dropped").glob("*"))]).to_pylist()
        for one in examples:
            assert any(row["rule"] == rule and row["url"] == one.url and row["text"][:300] == one.text for row in rows)


def test_a_curve_of_many_steps_is_thinned_and_marks_its_best() -> None:
    history = [{"step": step, "loss": 5 - step / 1000} for step in range(1, 1001)]
    line = charts.curve([*history, {"step": 1001, "loss": float("nan")}], "loss", best_step=500)
    assert line is not None and len(line.points.split()) == charts.POINTS
    assert (line.mean_of, line.left_out) == (5, 1)
    assert line.best == (54.5, 94.0)  # half-way right; 4.5 on an axis from 4 to 5
    assert charts.curve([{"step": 1, "loss": None}], "loss") is None
    assert charts.curve([{"step": 0, "loss": 0.0}], "loss") is not None


@pytest.mark.parametrize(
    ("low", "high"), [(0, 1), (0.31, 0.33), (2.1, 9.9), (-0.2, 0.4), (3, 3), (0, 0), (-2, -2), (0, 123_456)]
)
def test_ticks_enclose_what_they_measure(low: float, high: float) -> None:
    found = charts.ticks(low, high)
    assert found[0] <= low and high <= found[-1] and 2 <= len(found) <= 9
    assert len({round(after - before, 9) for before, after in pairwise(found)}) == 1


def test_numbers_are_set_alike() -> None:
    assert [charts.score(value) for value in (0.7126, -0.03, 1.0, 0.0, None)] == [".713", "−.030", "1.000", ".000", "–"]
    assert [charts.duration(value) for value in (3.24, 250, 7500, None)] == [
        "3.2\xa0s",
        "4\xa0min 10\xa0s",
        "2\xa0h 05\xa0min",
        "–",
    ]
    assert [charts.tick(value) for value in (2000, 6.5, 0.2, -0.2, 0)] == ["2,000", "6.5", ".2", "−.2", "0"]


def test_a_folder_that_is_no_run_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ReportError, match=r"no manifest\.json"):
        read_run(tmp_path)
    (tmp_path / "manifest.json").write_text("[]")
    with pytest.raises(ReportError, match="found a list"):
        read_run(tmp_path)
    (tmp_path / "manifest.json").write_text('{"name": "x"}')
    with pytest.raises(ReportError, match="has no kvern, recipe"):
        read_run(tmp_path)


def test_the_same_run_gives_the_same_page(run: Path) -> None:
    assert render_report(read_run(run)) == render_report(read_run(run))


@pytest.fixture
def browser(tmp_path: Path) -> Iterator[Any]:
    chromium, driver = shutil.which("chromium"), shutil.which("chromedriver")
    if chromium is None or driver is None:
        pytest.skip("no Chromium found: install chromium and chromium-driver")
    webdriver = pytest.importorskip(
        "selenium.webdriver", reason="selenium is not installed: pip install 'kvern[browser]'"
    )
    options = webdriver.ChromeOptions()
    options.binary_location = chromium
    quiet = "headless=new no-sandbox disable-gpu disable-background-networking disable-component-update disable-sync"
    for flag in (*quiet.split(), "no-first-run", f"user-data-dir={tmp_path / 'profile'}"):
        options.add_argument(f"--{flag}")
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    logging.getLogger("selenium").setLevel(logging.WARNING)
    chrome = webdriver.Chrome(options=options, service=webdriver.ChromeService(driver))
    yield chrome
    chrome.quit()


@pytest.mark.browser
def test_a_browser_shows_a_hostile_run_and_nothing_happens(hostile: Path, browser: Any) -> None:
    path = written(hostile)
    for width in (1280, 390):
        screen = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": False}
        browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", screen)
        browser.get(path.as_uri())
        browser.execute_script("document.querySelectorAll('details').forEach(one => one.open = true)")
        assert browser.execute_script("return window.innerWidth") == width
        assert browser.execute_script("return document.documentElement.scrollWidth") <= width
        assert browser.execute_script("return window.hacked") is None and browser.title.startswith(
            "norske omtaler<script>"
        )
        shown = "return arguments[0].filter(id => document.getElementById(id)?.getBoundingClientRect().height > 40)"
        assert browser.execute_script(shown, SECTIONS) == SECTIONS
        assert browser.execute_script("return performance.getEntriesByType('resource').length") == 0
        assert browser.get_log("browser") == []
