# Chores of wxarchive. `make` alone lists them.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
SETUP := $(VENV)/.ready

.DEFAULT_GOAL := help
.PHONY: help setup demo test test-fast lint fix types layers golden docs docs-check score fuzz damage crowd growth bench bench-fetch bench-search crash endure smoke fold-table check clean pin-score

help: ## List these targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

$(SETUP): pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "wxarchive needs Python 3.11 or newer; name one with PYTHON=…")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --upgrade pip
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable . --group dev
	@touch $@

setup: $(SETUP) ## Make the environment in .venv and install everything into it

demo: $(SETUP) ## Fetch the fixtures over HTTP from a loopback server, search them, export a CSV
	@PATH="$(CURDIR)/$(BIN):$$PATH" bash tools/demo.sh

test: $(SETUP) ## Run all tests, on all processors
	$(BIN)/python -m pytest -q -n auto --dist loadfile

test-fast: $(SETUP) ## Run the tests without the real pages
	$(BIN)/python -m pytest -q -m 'not shared'

lint: $(SETUP) ## Check style (ruff)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

fix: $(SETUP) ## Mend style where ruff can
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

types: $(SETUP) ## Check types (mypy --strict)
	$(BIN)/mypy

layers: $(SETUP) ## Check that imports point downwards
	$(BIN)/python -m pytest -q tests/test_layers.py

golden: $(SETUP) ## Write the expected records of the fixtures anew, for review
	$(BIN)/python tools/write_golden.py

docs: $(SETUP) ## Write the generated pages of docs/ anew
	$(BIN)/python tools/write_docs.py

docs-check: $(SETUP) ## Fail if a generated page of docs/ is out of date
	$(BIN)/python tools/write_docs.py --check

score: $(SETUP) ## Score reading and cleaning on the real pages in ../shared, by label and by rule; V=-v says more
	@find ../shared/pages \( -name '*.html' -not -name '*.gold.*' -o -path '*/text-dump/*.txt' \) -print0 \
	  | xargs -0 $(BIN)/wxarchive inspect --jsonl | $(PYTHON) ../shared/tools/score.py ../shared/pages $(V)
	@$(BIN)/python tools/score_cleaning.py ../shared/pages $(V)

pin-score: $(SETUP) ## Pin the score of cleaning as the floor that a test holds; A=--allow-lower lets it sink
	$(BIN)/python tools/score_cleaning.py ../shared/pages --pin tests/score_floor.json $(A)

fuzz: $(SETUP) ## Feed broken pages to the reader for a minute
	$(BIN)/python tools/fuzz.py --seconds 60

bench: $(SETUP) ## Measure what reading costs, beside other tools; writes docs/benchmarks.md
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --group bench
	$(BIN)/python bench/read.py --write docs/benchmarks.md
	$(BIN)/python bench/archive.py --write docs/benchmarks-archive.md

damage: $(SETUP) ## Flip 200 bits in each part of an archive; verify must name every one
	$(BIN)/python tests/damage.py --flips 200

crowd: $(SETUP) ## Two writers and five readers on one archive for a minute
	$(BIN)/python tests/crowd.py --seconds 60

bench-fetch: $(SETUP) ## Measure fetching with 8 connections against 1, and import against reading alone
	$(BIN)/python bench/fetching.py

bench-search: $(SETUP) ## Measure what searching costs, beside other indexes (N=10000,100000); writes docs/benchmarks-search.md
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --group bench
	$(BIN)/python bench/search.py --posts $(or $(N),10000,100000) --write docs/benchmarks-search.md

crash: $(SETUP) ## Kill programs that work on an archive at 250 random moments; nothing may be lost (half an hour)
	$(BIN)/python tests/crash.py --kills 200
	WXARCHIVE_KILLS=50 $(BIN)/python -m pytest -q -k kill_at_any_moment tests/test_reindex.py

growth: $(SETUP) ## Show that reading time grows with page size alone, for 0.1 to 50 MB
	$(BIN)/python tools/growth.py

endure: $(SETUP) ## Fetch 1,000 links of which 200 go wrong, and 300 through 100 kills (4 minutes)
	$(BIN)/python tools/endure.py

smoke: ## Build the wheel, install it alone in a fresh environment, run it
	bash tools/smoke.sh "$(PYTHON)"

fold-table: $(SETUP) ## Write the character fold table anew
	$(BIN)/python tools/make_fold_table.py

check: lint types test docs-check ## What CI runs

clean: ## Remove what the other targets made
	rm -rf $(VENV) demo-archive build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis
