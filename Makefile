# Warmup · 热身. `make run` serves the site, `make test` runs everything, `make help` lists the rest.
PYTHON ?= python3
BIN := .venv/bin
# The browser's tests run one after the other, all else on all cores.
PYTEST := $(BIN)/python -m pytest
CORES := --numprocesses auto --dist loadgroup
.DEFAULT_GOAL := help

help:  ## this list
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/' | expand -t 12

run: install  ## serve on http://localhost:8000 (make run ARGS="--port 9000")
	$(BIN)/warmup serve $(ARGS)

install: .venv/.installed

.venv/.installed: pyproject.toml constraints.txt tools/install
	PYTHON=$(PYTHON) tools/install
	touch $@

.venv/.installed-test: .venv/.installed
	PYTHON=$(PYTHON) tools/install test
	touch $@

.venv-tools/.installed: constraints-tools.txt
	PYTHON=$(PYTHON) tools/install tools
	touch $@

.venv-anki/.installed: constraints-anki.txt
	PYTHON=$(PYTHON) tools/install anki
	touch $@

test: .venv/.installed-test .venv-anki/.installed  ## everything: style, types, contracts, content, unit, database and browser tests
	tools/system-packages
	$(MAKE) --no-print-directory static-checks
	$(PYTEST) $(CORES) -m "not browser"
	$(PYTEST) -m browser

check: .venv/.installed-test static-checks  ## the fast half: no browser, no PostgreSQL, no Anki
	$(PYTEST) $(CORES) -m "not browser and not postgres and not anki"

static-checks: .venv/.installed-test
	$(BIN)/ruff format --check app tests
	$(BIN)/ruff check app tests
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo
	$(BIN)/warmup check

bench: .venv/.installed-test  ## ratios against floors measured in the same run
	tools/system-packages
	$(BIN)/python -m tests.bench

screens: .venv/.installed-test  ## screenshots of every page into screens/
	tools/system-packages
	$(BIN)/python -m tests.e2e.screens

fix:  ## format and apply safe lint fixes
	$(BIN)/ruff format app tests
	$(BIN)/ruff check --fix app tests

notice: .venv/.installed-test  ## write NOTICE: licences of all that comes with Warmup
	$(BIN)/python tools/notice.py

sbom: .venv-tools/.installed  ## write sbom.cdx.json (CycloneDX) from constraints.txt and static/vendor; needs no network
	.venv-tools/bin/cyclonedx-py requirements constraints.txt --pyproject pyproject.toml --output-reproducible -o sbom.cdx.json
	.venv-tools/bin/python tools/sbom.py sbom.cdx.json

audit: .venv-tools/.installed  ## known vulnerabilities of the pinned packages; needs a network, fails without one
	.venv-tools/bin/pip-audit --strict --no-deps --disable-pip --requirement constraints.txt
	.venv-tools/bin/pip-audit --strict --no-deps --disable-pip --requirement constraints-tools.txt

constraints: .venv-tools/.installed  ## pin everything at its newest version (ONLY="fastapi …" for some); needs a network
	tools/constraints $(ONLY)

clean:  ## remove what make made (not your data)
	rm -rf .venv .venv-anki .venv-tools sbom.cdx.json screens .mypy_cache .ruff_cache .pytest_cache

.PHONY: help run install test check static-checks bench screens fix notice sbom audit constraints clean
