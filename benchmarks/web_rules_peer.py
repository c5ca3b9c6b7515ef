"""The rules of `web_rules.toml` as datatrove has them, in a process of its own that `web_rules.py` starts.

Reads the stop words, a line of JSON, then texts, a list a line. Answers each list with `{"seconds", "reasons"}`: of
processor time, and of each text why datatrove drops it, or an empty string.
"""

import json
import sys
import time

from datatrove.data import Document
from datatrove.pipeline.filters import (
    C4QualityFilter,
    FineWebQualityFilter,
    GopherQualityFilter,
    GopherRepetitionFilter,
)
from datatrove.pipeline.formatters import FTFYFormatter, PIIFormatter

LANGUAGE = "nob"  # spaCy's tokenizer of Norwegian, for nynorsk as well


def main() -> None:
    """Answers until its input ends."""
    stop_words = json.loads(sys.stdin.readline())
    formatters = [FTFYFormatter(), PIIFormatter()]
    filters = [
        GopherRepetitionFilter(language=LANGUAGE),
        GopherQualityFilter(language=LANGUAGE, stop_words=stop_words),
        C4QualityFilter(language=LANGUAGE),
        FineWebQualityFilter(language=LANGUAGE),
    ]

    def reason(text: str) -> str:
        for formatter in formatters:
            text = formatter.format(text)
        document = Document(text=text, id="")
        for rule in filters:
            answer = rule.filter(document)
            if isinstance(answer, tuple):
                return str(answer[1])
            if not answer:
                return rule.name
        return ""

    for line in sys.stdin:
        texts = json.loads(line)
        start = time.process_time()
        reasons = [reason(text) for text in texts]
        print(json.dumps({"seconds": time.process_time() - start, "reasons": reasons}), flush=True)


if __name__ == "__main__":
    main()
