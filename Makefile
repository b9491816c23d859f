# Two commands matter first: `make run` and `make test`.
PYTHON ?= python3
PORT ?= 8000
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet

.DEFAULT_GOAL := help
.PHONY: help setup setup-dev run demo serve test test-long check docs bench lock clean

help:  ## list the commands
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Kyoso needs Python 3.11 or newer; name one with: make PYTHON=python3.12 $(MAKECMDGOALS)"; exit 1; }
	@$(PYTHON) -m venv $(VENV) || \
	  { echo "The venv module is missing; on Debian or Ubuntu: apt install python3-venv"; exit 1; }

# Hashes are checked, nothing outside the lock is built or fetched.
$(VENV)/.run: requirements/run.txt pyproject.toml | $(BIN)/python
	@echo "Setting up Kyoso in $(VENV) (a few minutes the first time) …"
	@$(PIP) install --require-hashes -r requirements/run.txt
	@$(PIP) install --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.dev: requirements/dev.txt $(VENV)/.run
	@echo "Adding what tests, checks, benchmarks and docs need …"
	@$(PIP) install --require-hashes -r requirements/dev.txt
	@touch $@

setup: $(VENV)/.run  ## what Kyoso needs to run, in .venv
setup-dev: $(VENV)/.dev  ## and what its tests need

demo: setup  ## programmes, sample data, methods run, status report in out/
	@$(BIN)/kyoso demo

run: demo serve  ## the same, then the site on port 8000

serve: setup  ## the site and its worker
	@$(BIN)/kyoso serve --port $(PORT)

# The site runs on two databases: its tests run a second time, on a PostgreSQL of their own. Those of
# pages, letters and files do so with the long tests.
test: setup-dev  ## the whole suite but the long tests
	@bash scripts/system-packages.sh
	@$(BIN)/python -m pytest -m "not long"
	@$(BIN)/python scripts/with-postgres.py $(BIN)/python -m pytest -m "not long and not once_a_day" tests/hub

test-long: setup-dev  ## the tests marked long
	@bash scripts/system-packages.sh
	@$(BIN)/python -m pytest -m long
	@$(BIN)/python scripts/with-postgres.py $(BIN)/python -m pytest -m "long or once_a_day" tests/hub

check: setup-dev  ## style, types, floors, dependencies
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/deptry .

# Pages about the code are made from it and committed; what is not current is named.
docs: setup-dev  ## the documentation site, in site/
	@$(BIN)/python docs/generate.py --check
	@NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict --quiet

bench: setup-dev  ## ratios against named peers, measured in one run
	@$(BIN)/python -m benchmarks

# uv resolves; the lock names no registry and holds a hash for every file.
LOCK := uv pip compile --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-emit-find-links --no-header --no-annotate --quiet
lock:  ## renew requirements/*.txt (needs uv)
	$(LOCK) pyproject.toml requirements/build.in --extra hub -c requirements/constraints.in -o requirements/run.txt
	$(LOCK) pyproject.toml requirements/build.in --all-extras --group dev --group docs --group bench \
	  -c requirements/run.txt -o requirements/dev.txt

clean:  ## remove everything that was built (not your data in var/)
	rm -rf $(VENV) build dist out site .pytest_cache .ruff_cache .mypy_cache
