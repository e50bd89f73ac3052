# TradeDesk: `make run` starts the desk, `make test` proves it. The rest serves those two.

PYTHON_DIRS := brokers risk tradedesk journal
RUN := .venv/bin/python -m
ORDERS ?= 200
SEED ?= 1
SEEDS ?= 100

.DEFAULT_GOAL := help
.PHONY: help install install-dev run demo test lint types contracts checks units faults chaos storm screenshots requirements format clean

help:
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F':.*## ' '{printf "  make %-14s %s\n", $$1, $$2}'

install:
	@bin/install requirements.txt

install-dev:
	@bin/install requirements.txt requirements-dev.txt

run: install ## start the desk and print its address
	@exec $(RUN) tradedesk.runtime

test: lint types contracts checks units storm ## everything that a change must pass

lint: install-dev ## style, formatting, templates, dependencies, secrets
	$(RUN) ruff check --quiet .
	$(RUN) ruff format --quiet --check .
	@bin/lint-files

types: install-dev ## strict types
	$(RUN) mypy $(PYTHON_DIRS)

contracts: install-dev ## who may import whom
	.venv/bin/lint-imports --no-logo --no-cache

checks: install-dev ## settings as deployed, and migrations in step with the models
	DJANGO_SETTINGS_MODULE=tests.static_settings .venv/bin/python manage.py check --deploy --fail-level WARNING
	DJANGO_SETTINGS_MODULE=tests.settings .venv/bin/python manage.py makemigrations --check --dry-run

units: install-dev ## every test, browser tests included
	@bin/run-tests

faults: install-dev ## every row of the fault matrix, over many seeds (SEEDS=)
	FAULT_SEEDS=$(SEEDS) $(RUN) pytest -q -n $${WORKERS:-2} --dist loadfile tests/faults tests/race

chaos: install-dev ## kill and break things while orders are sent (ORDERS=, SEED=, KILLS=, MINUTES=, TRADERS=, THREADS=, RECORD=)
	@$(RUN) tests.chaos --orders $(ORDERS) --seed $(SEED) $(if $(KILLS),--kills $(KILLS)) \
		$(if $(MINUTES),--minutes $(MINUTES)) $(if $(TRADERS),--traders $(TRADERS)) $(if $(THREADS),--threads $(THREADS)) $(if $(RECORD),--record $(RECORD))

storm: install-dev ## 2,000 orders (1,000 on a slow machine), 20 kills, at most ten minutes
	@$(RUN) tests.chaos --orders 2000 --enough 1000 --kills 20 --minutes 7.5 --stop-after 10

screenshots: install-dev ## every page into docs/guide/; fails where axe-core finds something
	@CHROMIUM="$$(bin/chromium)" && export CHROMIUM && $(RUN) tests.screenshots

demo: install ## an invented year in the running desk, to look at (OWNER=, REMOVE=1)
	@.venv/bin/python manage.py demo $(if $(OWNER),--owner $(OWNER)) $(if $(REMOVE),--remove)

format: install-dev ## put the code into its standard form
	$(RUN) ruff check --quiet --fix .
	$(RUN) ruff format .
	@.venv/bin/djade --target-version 5.2 $$(find templates -name '*.html')

requirements: install-dev ## pin and hash what the requirements*.in files ask for
	@bin/compile-requirements

clean: ## remove what the tools left behind, never the desk's data
	rm -rf .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache test-results
