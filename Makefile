# make demo: set up, run the main job on the embedded demo site, print the path of its report.
# make test: set up, run the tests.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

.PHONY: demo test test-all check format engines system needed browser lock clean help

help: ## list the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 12

demo: $(READY) ## run the main job on the embedded demo site
	@$(BIN)/kvern run recipes/demo.toml

# Two processes, a file of tests at a time: what a file shares, such as a run of the demo, is made once. In the order of
# the files: by the number of their tests, as xdist has it, those that take longest would come last.
TOGETHER = -n 2 --dist loadfile --no-loadscope-reorder

test: $(READY) ## run the tests
	$(BIN)/pytest $(TOGETHER)

test-all: $(READY) ## run the tests, the slow ones too
	$(BIN)/pytest $(TOGETHER) -m ''

check: $(READY) ## lint, format and types, as CI does
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

format: $(READY) ## format the code
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

engines: $(READY) ## install the optional language engines, the word lists that ours was trained with, and spaCy
	@$(INSTALL_KVERN) --editable '.[engines,identifier,names]'

INSTALL_KVERN = $(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint requirements.lock

# The lock pins every package exactly; pip takes torch's CPU build where one is offered, the CUDA build elsewhere.
$(READY): pyproject.toml requirements.lock | system
	@$(PYTHON) -m venv $(VENV)
	@echo "Installing into $(VENV); the first time takes some minutes ..."
	@$(INSTALL_KVERN) --editable '.[browser,dev]'
	@touch $(READY)

# Once, before the installation: a Python that is new enough, and what has to come from the system.
system:
	@test -e $(READY) || $(MAKE) --no-print-directory needed browser

# PyICU, which polyglot needs, is built on the spot, from ICU and Python's headers.
NEEDED = $(shell \
  command -v pkg-config >/dev/null || echo pkg-config; \
  pkg-config --exists icu-i18n 2>/dev/null || echo libicu-dev; \
  command -v c++ >/dev/null || echo g++; \
  $(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || echo python3-venv; \
  test -e "`$(PYTHON) -c 'import sysconfig; print(sysconfig.get_path("include"))'`/Python.h" || echo python3-dev)
BROWSER = $(shell \
  command -v chromium >/dev/null || command -v chromium-browser >/dev/null || command -v google-chrome >/dev/null || echo chromium fonts-dejavu-core; \
  command -v chromedriver >/dev/null || echo chromium-driver)
# Does nothing where apt-get is missing or not allowed.
INSTALL = as=""; test "`id -u`" = 0 || as="sudo -n"; command -v apt-get >/dev/null && $$as true 2>/dev/null && \
  { $$as apt-get update -qq; $$as env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends

needed:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Kvern needs Python 3.11 or newer; $(PYTHON) is `$(PYTHON) --version`. Name another: make PYTHON=python3.12"; exit 1; }
	@if [ -n "$(NEEDED)" ]; then \
	  echo "Installing system packages: $(NEEDED)"; \
	  $(INSTALL) $(NEEDED) >/dev/null; } || \
	  { echo "Kvern needs system packages that are missing. Install them, then run make again: apt-get install $(NEEDED)"; exit 1; }; \
	fi

# Only for pages that JavaScript fills: without it they are reported as not collected, and all else goes on.
browser:
	@if [ -n "$(BROWSER)" ]; then \
	  echo "Installing a browser: $(BROWSER)"; \
	  $(INSTALL) $(BROWSER) >/dev/null; } || \
	  echo "No Chromium: pages that JavaScript fills will be reported as not collected. To have them: apt-get install $(BROWSER)"; \
	fi

lock: ## write requirements.lock anew from what pip resolves now, all extras included
	rm -rf $(VENV)-lock && $(PYTHON) -m venv $(VENV)-lock
	$(VENV)-lock/bin/python -m pip install --quiet '.[browser,engines,identifier,dask,ray,hub,dev]' 'torch==2.13.0'
	$(VENV)-lock/bin/python -m pip freeze --exclude kvern | sed 's/^torch==\([0-9.]*\).*/torch==\1/' > requirements.lock
	rm -rf $(VENV)-lock

clean: ## remove the virtual environment and what tools left; runs/ stays
	rm -rf $(VENV) build *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis
