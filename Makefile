# make demo    sets everything up and does the main job on a small incident
# make test    sets everything up and runs every check
# make bench   measures on a generated log of 450,000 records, and against incidents whose truth is known (some minutes)

PYTHON ?= $(shell for p in python3.11 python3.12 python3.13 python3.14 python3; do \
	$$p -c 'import sys, ensurepip, venv; sys.exit(sys.version_info < (3, 11, 5))' >/dev/null 2>&1 && { echo $$p; break; }; done)
VENV ?= .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: demo test lint types formats wheel unit bench clean

demo: $(READY)
	@rm -rf demo
	@BIN=$(BIN) bash .ci/demo

# the unit tests last: their summary is what a reader of a log looks for
test: lint types formats wheel unit

lint: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(READY)
	$(BIN)/mypy

formats: $(READY)
	$(BIN)/tracelog formats check

# what a user installs, tried in an empty folder where no checkout can help
wheel: $(READY)
	PYTHON=$(abspath $(BIN))/python bash .ci/wheel

unit: $(READY)
	$(BIN)/python -m pytest

bench: $(READY)
	@for each in ingest scan formats; do $(BIN)/python -m benchmarks.$$each.run || exit 1; done
	@$(BIN)/python -m benchmarks.incidents.run --bounded

# set up once; again when the dependencies change
$(READY): pyproject.toml
	@test -n "$(PYTHON)" || { echo "tracelog needs Python 3.11.5 or newer with its venv module (Debian: apt install python3-venv)"; exit 1; }
	@echo "setting up $(VENV) with $(PYTHON) …"
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --editable '.[dev]'
	@touch $@

clean:
	rm -rf $(VENV) demo dist .mypy_cache .ruff_cache .pytest_cache
