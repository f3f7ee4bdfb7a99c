# The two that matter: `make run` and `make test`. `make help` lists the rest.
.DEFAULT_GOAL := help
PYTHON ?= python3
BIN := .venv/bin
UV_VERSION := 0.13.9
PORT ?= 8000
DEMO ?=
export PORT

.venv/.ready: requirements.lock pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or later is needed") if sys.version_info < (3, 11) else None'
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet uv==$(UV_VERSION)
	$(BIN)/uv pip install --quiet --require-hashes -r requirements.lock
	$(BIN)/uv pip install --quiet --no-deps --no-build-isolation --editable .
	touch $@

.PHONY: help setup run test lint bench screenshots lock chromium

help: ## list the targets
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/ —/'

setup: .venv/.ready ## make the environment (.venv) from the locked versions

run: setup ## set up and serve the product at http://127.0.0.1:$(PORT)  (DEMO=1: with simulated data)
	SURVEY_DEMO=$(DEMO) $(BIN)/survey serve

chromium: # Debian's browser, where this machine lets us install it
	@command -v chromium >/dev/null || (apt-get update -qq && apt-get install -y -qq chromium) >/dev/null 2>&1 || \
	  echo "!!! chromium could not be installed: the browser tests will NOT run"

test: setup chromium ## set up and run every test
	$(BIN)/pytest -n 2 --dist worksteal

lint: setup ## formatting, lint, types, import rules
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: setup ## ratios against named baselines (benchmarks/)
	for script in benchmarks/*.py; do $(BIN)/python $$script || exit 1; done

screenshots: setup chromium ## refresh the README's pictures from the running product
	$(BIN)/python docs/screenshots.py

lock: ## resolve the versions anew from pyproject.toml
	$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-emit-find-links \
	  --no-header --python-version 3.11 --group dev pyproject.toml -o requirements.lock
