# make demo: set up, run the main job on the embedded demo site, print the path of its report.
# make test: set up, run the tests.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

.PHONY: demo test test-all check format system lock clean help

help: ## list the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 12

demo: $(READY) ## run the main job on the embedded demo site
	@$(BIN)/kvern run recipes/demo.toml

test: $(READY) ## run the tests
	$(BIN)/pytest

test-all: $(READY) ## run the tests, the slow ones too
	$(BIN)/pytest -m ''

check: $(READY) ## lint, format and types, as CI does
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

format: $(READY) ## format the code
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

# The lock pins every package exactly; pip takes torch's CPU build where one is offered, the CUDA build elsewhere.
$(READY): pyproject.toml requirements.lock | system
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Kvern needs Python 3.11 or newer, and $(PYTHON) is `$(PYTHON) --version`. Name another: make PYTHON=python3.12"; exit 1; }
	@$(PYTHON) -m venv $(VENV) || { echo "This Python cannot make virtual environments. Debian: apt-get install python3-venv"; exit 1; }
	@echo "Installing into $(VENV); the first time takes some minutes ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint requirements.lock --editable '.[browser,dev]'
	@touch $(READY)

# ICU is needed to build PyICU, which polyglot needs; Chromium only for pages that JavaScript fills.
system:
	@need=""; want=""; \
	command -v pkg-config >/dev/null || need="$$need pkg-config"; \
	pkg-config --exists icu-i18n 2>/dev/null || need="$$need libicu-dev"; \
	command -v c++ >/dev/null || need="$$need g++"; \
	command -v chromium >/dev/null || command -v google-chrome >/dev/null || want="$$want chromium fonts-dejavu-core"; \
	command -v chromedriver >/dev/null || want="$$want chromium-driver"; \
	if [ -n "$$need$$want" ]; then \
	  sudo=""; [ "`id -u`" = 0 ] || sudo="sudo -n"; \
	  if command -v apt-get >/dev/null && $$sudo true 2>/dev/null; then \
	    echo "Installing system packages:$$need$$want"; \
	    $$sudo apt-get update -qq && $$sudo env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $$need$$want >/dev/null || echo "apt-get failed."; \
	  fi; \
	  pkg-config --exists icu-i18n 2>/dev/null && command -v c++ >/dev/null || \
	    { echo "Missing system packages. Install them and run make again: apt-get install$$need$$want"; exit 1; }; \
	  command -v chromedriver >/dev/null || \
	    echo "No Chromium: pages that JavaScript fills will be reported as not collected. To have it: apt-get install$$want"; \
	fi

lock: ## write requirements.lock anew from what pip resolves now, all extras included
	rm -rf $(VENV)-lock && $(PYTHON) -m venv $(VENV)-lock
	$(VENV)-lock/bin/python -m pip install --quiet '.[browser,dask,ray,hub,dev]' 'torch==2.13.0'
	$(VENV)-lock/bin/python -m pip freeze --exclude kvern | sed 's/^torch==\([0-9.]*\).*/torch==\1/' > requirements.lock
	rm -rf $(VENV)-lock

clean: ## remove the virtual environment and what tools left; runs/ stays
	rm -rf $(VENV) build *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis
