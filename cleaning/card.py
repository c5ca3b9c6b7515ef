"""The card of a dataset: what is in it, under which licences, how it was made."""

import html
import re
from collections import Counter
from collections.abc import Mapping
from typing import Any

from huggingface_hub import DatasetCard, DatasetCardData

from cleaning.split import SPLITS
from scrapers.manifest import Stage, kvern_version

TEMPLATE = """---
{data}
---

# {name}

{total:,} documents, sharded by Kvern {version}. How each document came here, and which were dropped by which rule,
stands in `manifest.json` and `dropped/` beside this dataset.

## Languages and splits

| language | {heads} |
|---|{rules}|
{rows}

No group (product, app, document){clusters} is in two splits.

## Sources and licences

| source | licence | documents |
|---|---|--:|
{sources}

The licence of each document is in its column `licence`. `unknown` means that nobody granted one: such text may be
measured and learned from where the law allows it, and is not to be published again.

## Columns

{columns}

## Personal data

{privacy}Who wants a text removed can have it taken down: `kvern takedown`.
"""
# Said only of a corpus that went through these stages here.
CLUSTERS = " and no cluster of near-duplicates (Jaccard similarity of {threshold:g} or more)"
COLLECTED = "Names, handles and pictures of reviewers are dropped where a page is parsed; dates are coarse. "
CLEANED = "Masked in the text, as far as they are recognised: {}. "
MASKED = {
    "email": "e-mail addresses",
    "phone": "telephone numbers",
    "national_id": "national identity numbers",
    "account": "bank accounts",
    "card": "payment cards",
    "ip": "IP addresses",
    "handle": "handles of users",
    "profile": "addresses of personal pages",
    "name": "names of people",
}


def dataset_card(
    name: str,
    sizes: Counter[tuple[str, str]],
    sources: Counter[tuple[str, str]],
    features: Mapping[str, Any],
    *,
    content: str,
    stages: Mapping[str, Stage],
) -> str:
    """The README.md of a dataset. sizes: documents by (language, split); sources: documents by (source, licence).

    content: a digest of the shards. stages: of the run, which say what may be claimed of its documents.
    """
    threshold = stages["dedup"].detail["threshold"] if "dedup" in stages else 1
    collected = any(stage.startswith("collect/") for stage in stages)
    masked = [MASKED[kind] for kind in stages["clean"].detail["masked"]] if "clean" in stages else []
    languages = sorted({language for language, _ in sizes})
    licences = sorted({str(licence) for _, licence in sources})
    data = DatasetCardData(
        language=languages,
        license=licences[0].lower() if len(licences) == 1 and licences[0] != "unknown" else "other",
        license_name=None if len(licences) == 1 else "per-document",
        pretty_name=name,
        task_categories=["text-classification", "fill-mask"],
        configs=configs(languages, sizes, content),
    )
    rows = [
        f"| {language} | {' | '.join(f'{sizes[language, split]:,}' for split in SPLITS)} |" for language in languages
    ]
    content = TEMPLATE.format(
        clusters=CLUSTERS.format(threshold=threshold) if threshold < 1 else "",
        privacy=(COLLECTED if collected else "") + (CLEANED.format(", ".join(masked)) if masked else ""),
        data=data.to_yaml(),
        name=name,
        total=sum(sizes.values()),
        version=kvern_version(),
        heads=" | ".join(SPLITS),
        rules="|".join("--:" for _ in SPLITS),
        rows="\n".join(rows),
        sources="\n".join(
            f"| {cell(source)} | {cell(licence)} | {count:,} |" for (source, licence), count in sorted(sources.items())
        ),
        columns=", ".join(f"`{column}`" for column in features),
    )
    return str(DatasetCard(content))


def cell(text: str) -> str:
    """`text` as a cell of a Markdown table, where it means nothing else: it may come from anywhere."""
    return re.sub(r"([\\`*_\[\]!|~])", r"\\\1", html.escape(" ".join(text.split())))


def configs(languages: list[str], sizes: Counter[tuple[str, str]], content: str) -> list[dict[str, Any]]:
    """The card's configurations: `all`, loaded by default, and one a language; splits without documents left out.

    Each names the content: `datasets` keeps what it loaded by the name of the folder and its configurations alone, and
    would give the shards of an earlier run of that name.
    """
    said = {"description": f"content {content}"}
    whole = {"config_name": "all", "default": True, "data_files": data_files(languages, sizes)} | said
    return [whole, *({"config_name": code, "data_files": data_files([code], sizes)} | said for code in languages)]


def data_files(languages: list[str], sizes: Counter[tuple[str, str]]) -> list[dict[str, Any]]:
    """The files of each split of these languages."""
    files = []
    for split in SPLITS:
        paths = [f"{language}/{split}-*.parquet" for language in languages if sizes[language, split]]
        if paths:
            files.append({"split": split, "path": paths})
    return files
