# `make run` and `make test` set up everything that is missing on the way: see CONTRIBUTING.md.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

VENV := .venv
BIN := $(VENV)/bin
ARGS ?=

RUN_PACKAGES := libegl1 libgl1 libgl1-mesa-dri libportaudio2
TEST_PACKAGES := xvfb

.PHONY: help
help: ## Say what there is to make
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

.PHONY: run
run: setup system ## Start the visit (options: make run ARGS="--ask 'Who are you?'")
	@$(BIN)/visavis assets
	@$(BIN)/visavis $(ARGS)

.PHONY: test
test: setup system-test lint types ## Check everything: style, types, behaviour
	@$(BIN)/python -m pytest $(ARGS)

.PHONY: lint
lint: setup ## Check style and formatting
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .

.PHONY: types
types: setup ## Check types
	@$(BIN)/mypy

.PHONY: format
format: setup ## Put the formatting right
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

.PHONY: bench
bench: setup system ## Measure all published figures (write them: make bench ARGS="--write docs/figures.md")
	@$(BIN)/visavis assets
	@$(BIN)/python -m benchmarks $(ARGS)

.PHONY: gallery
gallery: setup system ## Draw the pictures of docs/gallery.md (options: make gallery ARGS="--only moods")
	@$(BIN)/visavis assets
	@$(BIN)/python -m viewer.gallery docs/gallery $(ARGS)

.PHONY: protocol
protocol: setup system ## Record a session and write docs/protocol.md anew
	@$(BIN)/visavis assets
	@$(BIN)/python -m server.specimen > docs/session.jsonl.part && mv docs/session.jsonl.part docs/session.jsonl
	@$(BIN)/python -m server.protocol.reference > docs/protocol.md

.PHONY: setup
setup: $(VENV)/.installed ## Make the virtual environment

$(VENV)/.installed: pyproject.toml
	@$(BIN)/python -m pip --version >/dev/null 2>&1 || { python=$$(bash scripts/find-python); $$python -m venv --clear $(VENV); }
	@echo "Installing the packages into $(VENV)"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	@touch $@

.PHONY: system system-test
system: ## Install the Debian packages that drawing and sound need, where they are missing
	@bash scripts/debian-packages $(RUN_PACKAGES)

system-test: system
	@bash scripts/debian-packages $(TEST_PACKAGES)

.PHONY: clean
clean: ## Delete what was made here (not the cache of assets)
	@rm -rf $(VENV) build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis tests/golden/failed visit.mp4 visit.json
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
