# `make` builds the graph of the first article and asks it a question; `make test` proves that it is right.

PYTHON ?= python3
VENV := .venv
KG := $(VENV)/bin/kg
INSTALLED := $(VENV)/.installed
TESTED := $(VENV)/.tested

.PHONY: all test test-full servers bench renew format clean

all: $(INSTALLED)
	@$(KG) build
	@echo
	@echo 'Who turned down the Asian NATO proposal, and how? (kg query who-rejected)'
	@$(KG) query who-rejected --format table
	@echo
	@echo 'Next: source $(VENV)/bin/activate, then `kg query` lists all questions, `kg --help` all commands.'

test: $(TESTED) servers
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/mypy
	$(VENV)/bin/python -m pytest -n 2 --dist loadfile

test-full: $(TESTED) servers
	KG_TEST_FULL=1 $(VENV)/bin/python -m pytest

servers: $(TESTED)
	@$(VENV)/bin/python -m tests.servers

bench: $(TESTED)
	$(VENV)/bin/python -m benchmarks

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
