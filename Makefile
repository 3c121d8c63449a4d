# make demo   simulate a company, import its exports, show its board, serve its pages (SERVE=0: not that)
# make test   everything that must hold before a change goes in
# make coverage the same, and which lines of the program ran
# make bench  the speed ratios, at a tenth of the full size
# make trials the long trials whole, written to docs/trials.md
# make clean  remove the environment and what the commands above made

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-builtin-rules --no-print-directory

export PYTHON ?=
VENV ?= .venv
BIN := $(VENV)/bin
BASE := $(VENV)/.base-ready
DEV := $(VENV)/.dev-ready
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
DEMO ?= demo-workspace

.PHONY: help demo test coverage check bench trials picture clean

help:
	@sed -n 's/^# make/make/p' Makefile

demo: $(BASE)
	@$(BIN)/holdfast demo --fresh $(DEMO)

test: $(DEV)
	@tests/run $(BIN)

coverage: $(DEV)
	@COVERAGE=1 tests/run $(BIN)

# The quick half of `make test`: form, types and directions, without running anything.
check: $(DEV)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: $(DEV)
	@$(BIN)/python -m benchmarks --size tenth $(BENCH)

trials: $(DEV)
	@$(BIN)/python -m pytest -n 2 --dist worksteal -m trial --whole $(TRIALS)

# The pictures of the documents, drawn again from the demo; they need LibreOffice, pdftoppm and Chromium.
picture: $(DEV)
	@$(BIN)/python docs/pictures/draw.py
	@$(BIN)/python docs/pictures/draw_charts.py
	@$(BIN)/python docs/pictures/draw_pages.py

clean:
	rm -rf $(VENV) build dist .coverage* .mypy_cache .pytest_cache .ruff_cache .import_linter_cache

$(VENV)/bin/python:
	@.ci/environment $(VENV)

$(BASE): $(VENV)/bin/python requirements/base.txt requirements/build.txt pyproject.toml
	@echo "Installing what Holdfast needs into $(VENV) (the first time takes a minute or two)."
	@$(PIP) install --require-hashes -r requirements/base.txt
	@$(PIP) install --require-hashes -r requirements/build.txt
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

$(DEV): $(BASE) requirements/dev.txt
	@echo "Installing what the tests need into $(VENV)."
	@$(PIP) install --require-hashes -r requirements/dev.txt
	@touch $@
