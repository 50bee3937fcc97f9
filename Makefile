# Two commands for a newcomer: `make demo` (serving side only) and `make test` (everything but what needs Ray, which
# `make test-cluster` brings and tries: half a gigabyte more).
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
DEMO := build/demo.html
# From the lock files, every file by its hash; `make test LOCKED=` goes by the ranges of pyproject.toml instead.
LOCKED ?= 1
UPGRADE ?=
# Processes that share the tests; each may take 2 GB of memory.
JOBS ?= 2
TOOLS := build/tools
SBOM := build/sbom
CLUSTER_TESTS := tests/test_cluster_ray.py tests/test_cluster_blocks.py tests/test_records_parquet.py \
	tests/test_intake_loading.py tests/test_supply_licences.py

.PHONY: demo test test-cluster lint types contracts unit browser lock sbom licences clean

demo: $(VENV)/.serving
	@mkdir -p build
	$(BIN)/biaotu annotate examples/records.jsonl -o $(DEMO) --force || [ $$? -eq 1 ]
	@echo "Open in a browser: $(abspath $(DEMO))"

test: $(VENV)/.training lint types contracts unit

lint: $(VENV)/.training
	$(BIN)/ruff format --check src tests benchmarks examples tools
	$(BIN)/ruff check src tests benchmarks examples tools

types: $(VENV)/.training
	$(BIN)/mypy

contracts: $(VENV)/.training
	$(BIN)/lint-imports

unit: $(VENV)/.training browser
	$(BIN)/python -m pytest --numprocesses $(JOBS) --dist loadfile -m "not cluster"

# One process: Ray starts several of its own. Where Ray is missing these tests are skipped, so it is asked for first.
test-cluster: $(VENV)/.cluster
	$(BIN)/python -c "import ray, pyarrow.parquet"
	$(BIN)/python -m pytest -rs --durations 5 $(CLUSTER_TESTS)

# Debian ships Python without venv's installer unless python3-venv is there; virtualenv comes by pip.
define make_venv
$(PYTHON) -m venv $(1) || { rm -rf $(1); $(PYTHON) -m pip install --quiet --user --break-system-packages virtualenv && $(PYTHON) -m virtualenv --quiet $(1); }
endef

# The builders first: a package that comes as source is then built with them and fetches none of its own. No
# dependency is looked for, the locks hold them all.
FROM_LOCK := install --quiet --no-deps --no-build-isolation --require-hashes --requirement

$(VENV)/.serving: pyproject.toml requirements/build.lock requirements/serve.lock
	$(call make_venv,$(VENV))
ifneq ($(LOCKED),)
	$(BIN)/python -m pip $(FROM_LOCK) requirements/build.lock
	$(BIN)/python -m pip $(FROM_LOCK) requirements/serve.lock
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --editable .
else
	$(BIN)/python -m pip install --quiet --editable .
endif
	@touch $@

# torch goes first and by itself: left to a range, pip may choose a build of several gigabytes. Where no index has the
# build for processors alone, the lock brings the other one, and the third command what that asks for beyond the lock.
$(VENV)/.training: $(VENV)/.serving requirements/test.lock requirements/torch-cpu.lock
ifneq ($(LOCKED),)
	$(BIN)/python -m pip $(FROM_LOCK) requirements/torch-cpu.lock 2> /dev/null || echo "no torch for processors alone here"
	$(BIN)/python -m pip $(FROM_LOCK) requirements/test.lock
	$(BIN)/python -c 'import torch' 2> /dev/null || $(BIN)/python -m pip install --quiet "$$(grep ^torch== requirements/test.in)"
else
	$(BIN)/python -m pip install --quiet "$$(grep ^torch== requirements/test.in)"
	$(BIN)/python -m pip install --quiet --editable '.[train,dev,formats]'
	$(BIN)/python -m pip install --quiet --no-deps "$$(grep ^iiif requirements/test.in)"
	$(BIN)/python -m pip install --quiet $$(grep -v -e '^#' -e ^torch -e ^iiif requirements/test.in)
endif
	@touch $@

# Over the rest, whose versions it shares.
$(VENV)/.cluster: $(VENV)/.training requirements/cluster.lock
ifneq ($(LOCKED),)
	$(BIN)/python -m pip $(FROM_LOCK) requirements/cluster.lock
else
	$(BIN)/python -m pip install --quiet --editable '.[cluster]'
endif
	@touch $@

# What makes lock files and lists of parts, apart from what the project itself uses.
$(TOOLS)/.made: requirements/tools.lock
	@mkdir -p build
	$(call make_venv,$(TOOLS))
	$(TOOLS)/bin/python -m pip install --quiet --no-deps --require-hashes --requirement requirements/tools.lock
	@touch $@

COMPILE = $(TOOLS)/bin/uv --quiet --config-file requirements/uv.toml pip compile --universal --python-version 3.11 \
	--generate-hashes --no-header --no-annotate --no-emit-index-url --no-emit-find-links $(if $(UPGRADE),--upgrade)

lock: $(TOOLS)/.made
	$(COMPILE) requirements/build.in --output-file requirements/build.lock
	$(COMPILE) pyproject.toml --output-file requirements/serve.lock
	$(COMPILE) pyproject.toml requirements/test.in --extra train --extra dev --extra formats \
		--constraint requirements/build.lock --constraint requirements/serve.lock --override requirements/overrides.txt --output-file requirements/test.lock
	$(COMPILE) pyproject.toml --extra cluster --constraint requirements/test.lock --output-file requirements/cluster.lock
	$(COMPILE) requirements/tools.in --output-file requirements/tools.lock

# Lists of parts (CycloneDX): of a plain install and of everything that the tests use, Ray included.
sbom: $(VENV)/.training $(VENV)/.cluster $(TOOLS)/.made
	@mkdir -p $(SBOM)
	$(call make_venv,build/plain)
	build/plain/bin/python -m pip $(FROM_LOCK) requirements/build.lock
	build/plain/bin/python -m pip $(FROM_LOCK) requirements/serve.lock
	build/plain/bin/python -m pip install --quiet --no-deps --no-build-isolation .
	$(TOOLS)/bin/cyclonedx-py environment build/plain --pyproject pyproject.toml --output-reproducible -o build/plain.json
	$(TOOLS)/bin/cyclonedx-py environment $(VENV) --pyproject pyproject.toml --output-reproducible -o build/all.json
	$(TOOLS)/bin/python tools/sbom.py build/plain.json $(SBOM)/serving.cdx.json
	$(TOOLS)/bin/python tools/sbom.py build/all.json $(SBOM)/everything.cdx.json

# The list of licences (docs/licences.md); fails on one that is unknown or not allowed (tools/licences.toml).
licences: $(VENV)/.training $(VENV)/.cluster
	$(BIN)/python tools/licences.py

# The pages are tested in a real browser; Debian's, because what a test tool downloads is not everywhere to be had.
BROWSERS := chromium chromium-browser google-chrome
SUDO := $(shell [ "$$(id -u)" = 0 ] || command -v sudo)
browser:
	@for name in $(BROWSERS); do command -v $$name > /dev/null && exit 0; done; \
	{ $(SUDO) apt-get update -qq && $(SUDO) apt-get install -y -qq --no-install-recommends chromium fonts-noto-cjk > /dev/null; } \
	|| { echo "The browser tests need Chromium: install it so that 'chromium' is found, then run make test again."; exit 1; }

clean:
	rm -rf build dist $(VENV)
