# Two commands for a newcomer: `make demo` (serving side only) and `make test` (everything).
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
TORCH ?= torch==2.13.0
DEMO := build/demo.html

.PHONY: demo test lint types contracts unit browser clean

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

unit: $(VENV)/.training browser
	$(BIN)/python -m pytest

# Debian ships Python without venv's installer unless python3-venv is there; virtualenv comes by pip.
$(VENV)/.serving: pyproject.toml
	$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); $(PYTHON) -m pip install --quiet --user --break-system-packages virtualenv && $(PYTHON) -m virtualenv --quiet $(VENV); }
	$(BIN)/python -m pip install --quiet --editable .
	@touch $@

# iiif-prezi3, which judges our manifests, asks for an old Pillow to measure pictures with; we hand it none.
# torch first and by itself: left to a range, pip may choose a build of several gigabytes.
$(VENV)/.training: pyproject.toml $(VENV)/.serving
	$(BIN)/python -m pip install --quiet $(TORCH)
	$(BIN)/python -m pip install --quiet --editable '.[train,dev,formats]'
	$(BIN)/python -m pip install --quiet --no-deps 'iiif-prezi3>=3.1,<4'
	@touch $@

# The pages are tested in a real browser; Debian's, because what a test tool downloads is not everywhere to be had.
BROWSERS := chromium chromium-browser google-chrome
SUDO := $(shell [ "$$(id -u)" = 0 ] || command -v sudo)
browser:
	@for name in $(BROWSERS); do command -v $$name > /dev/null && exit 0; done; \
	{ $(SUDO) apt-get update -qq && $(SUDO) apt-get install -y -qq --no-install-recommends chromium fonts-noto-cjk > /dev/null; } \
	|| { echo "The browser tests need Chromium: install it so that 'chromium' is found, then run make test again."; exit 1; }

clean:
	rm -rf build dist $(VENV)
