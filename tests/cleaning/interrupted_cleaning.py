"""Cleans the raw parts of the run at argv[1]: a process for test_clean.py to kill."""

import sys

from cleaning.clean import clean_corpus
from cleaning.profile import load_profile
from scrapers.manifest import Run

if __name__ == "__main__":
    run = Run(sys.argv[1])
    clean_corpus(run, load_profile("no", "polyglot"), inputs=run.files("raw"))
