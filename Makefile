# `make` builds the graph of the first article and runs a stored query; `make test` proves that it is right.
#
# The lanes of the tests; on a slow machine `make test PATIENCE=10` gives each ten times its time:
#   make quick       lint, types and the tests of the core, in about a minute
#   make test        the product, with nothing but what pip installs
#   make test-full   lint, types, and all that, with what needs Java, servers or a browser; coverage; fuzzing
#   make kills       every command that writes, killed at each call that changes the disk
#   make bench       what a user waits for; make bench-full measures all

PYTHON ?= python3
PATIENCE ?= 1
FOR ?= 20
VENV := .venv
KG := $(VENV)/bin/kg
PYTEST := $(VENV)/bin/python -m pytest -n 2 --dist loadfile
COUNTED := --cov --cov-append --cov-report= --cov-fail-under=0
INSTALLED := $(VENV)/.installed
TESTED := $(VENV)/.tested
CORE := tests/core tests/rdf tests/sparql tests/claims tests/format tests/project kg/core kg/rdf kg/sparql
STORES := tests/stores tests/servers tests/remote

# $(call within,MINUTES) COMMAND: the command fails when its time is over.
within = timeout --kill-after=60 $$(( $(1) * $(PATIENCE) ))m

.PHONY: all lint quick test test-full rooms stores fuzz kills servers bench bench-full renew format clean

all: $(INSTALLED)
	@$(KG) build
	@echo
	@echo 'Who turned down the Asian NATO proposal, and how? (kg query who-rejected)'
	@$(KG) query who-rejected --format table
	@echo
	@echo "Whose view is that, and where does it say so? (kg why '#B06' --project examples, a text of ours)"
	@$(KG) why '#B06' --quotes --project examples
	@echo
	@echo 'Next: source $(VENV)/bin/activate, then `kg query` lists all stored queries, `kg --help` all commands.'

lint: $(TESTED)
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/mypy

quick: lint
	$(call within,4) $(PYTEST) $(CORE)

test: $(TESTED)
	$(call within,10) $(PYTEST)

test-full: lint servers
	rm -f .coverage
	$(MAKE) rooms
	$(MAKE) stores
	$(MAKE) fuzz
	$(VENV)/bin/coverage report --skip-covered --sort=cover

rooms: $(TESTED) servers
	KG_TEST_FULL=1 $(call within,24) $(PYTEST) $(COUNTED) kg tests \
	    --ignore=tests/fuzz $(STORES:%=--ignore=%)

stores: $(TESTED) servers
	KG_TEST_FULL=1 $(call within,14) $(PYTEST) $(COUNTED) $(STORES)

fuzz: $(TESTED)
	KG_TEST_FULL=1 KG_FUZZ_SECONDS=$(FOR) $(call within,12) $(PYTEST) --dist load tests/fuzz

kills: $(TESTED)
	KG_TEST_FULL=1 KG_KILL_STEP=1 $(PYTEST) --dist load -rP tests/kills

servers: $(TESTED)
	@$(VENV)/bin/python -m tests.servers

bench: $(TESTED)
	$(VENV)/bin/python -m benchmarks startup build queries names checks

bench-full: $(TESTED)
	NAMED_ARTICLES=10000 $(VENV)/bin/python -m benchmarks

renew: $(TESTED)
	$(VENV)/bin/python -m tests.renew

format: $(TESTED)
	$(VENV)/bin/ruff check --fix .
	$(VENV)/bin/ruff format .

$(INSTALLED): pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	    { echo 'Python 3.11 or later is needed; name one: make PYTHON=python3.11'; exit 1; }
	@$(PYTHON) -m venv $(VENV)
	@echo 'installing secpol-kg into $(VENV) ...'
	@$(VENV)/bin/python -m pip install --quiet --disable-pip-version-check --editable .
	@touch $@

$(TESTED): $(INSTALLED)
	@echo 'installing what the tests need ...'
	@$(VENV)/bin/python -m pip install --quiet --disable-pip-version-check --editable '.[test]'
	@touch $@

clean:
	rm -rf .kg dist .servers $(VENV)
