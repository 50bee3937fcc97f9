# Two commands for a newcomer: `make demo` (serving side only) and `make test` (everything).
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
TORCH ?= torch==2.13.0
DEMO := build/demo.html

.PHONY: demo test lint types contracts unit clean

demo: $(VENV)/.serving
	@mkdir -p build
	$(BIN)/biaotu annotate examples/records.jsonl -o $(DEMO) --force || [ $$? -eq 1 ]
	@echo "Open in a browser: $(abspath $(DEMO))"

test: $(VENV)/.training lint types contracts unit

lint: $(VENV)/.training
	$(BIN)/ruff format --check src tests benchmarks examples
	$(BIN)/ruff check src tests benchmarks examples

types: $(VENV)/.training
	$(BIN)/mypy

contracts: $(VENV)/.training
	$(BIN)/lint-imports

unit: $(VENV)/.training
	$(BIN)/python -m pytest

# Debian ships Python without venv's installer unless python3-venv is there; virtualenv comes by pip.
$(VENV)/.serving: pyproject.toml
	$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); $(PYTHON) -m pip install --quiet --user --break-system-packages virtualenv && $(PYTHON) -m virtualenv --quiet $(VENV); }
	$(BIN)/python -m pip install --quiet --editable .
	@touch $@

# torch first and by itself: left to a range, pip may choose a build of several gigabytes.
$(VENV)/.training: pyproject.toml $(VENV)/.serving
	$(BIN)/python -m pip install --quiet $(TORCH)
	$(BIN)/python -m pip install --quiet --editable '.[train,dev]'
	@touch $@

clean:
	rm -rf build dist $(VENV)
