# Two commands do all the set-up on a fresh machine: make run, make test.
PYTHON ?= python3
BIN := .venv/bin

.PHONY: install run test check bench disasters
.DEFAULT_GOAL := run

.venv/installed: requirements.txt requirements-dev.txt
	@$(PYTHON) -c "import sys; sys.exit(sys.version_info < (3, 11))" || { echo "Il faut Python 3.11 ou plus récent."; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet -r requirements-dev.txt
	@touch $@

install: .venv/installed  ## the virtual environment, with everything in it

run: install  ## the whole site on http://127.0.0.1:8000/, with a stand-in Gazelle unless .env holds credentials
	@$(BIN)/python manage.py demo

check: install  ## lint, types, migrations
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy .
	$(BIN)/python manage.py makemigrations --check --dry-run
	$(BIN)/python manage.py check --fail-level WARNING

test: check  ## the whole suite, on SQLite and on PostgreSQL, browser included; what is absent is skipped and said
	$(BIN)/python -m tests.run

var/bench-venv/installed: requirements-bench.txt
	@test -x var/bench-venv/bin/python || $(PYTHON) -m venv var/bench-venv
	var/bench-venv/bin/python -m pip install --quiet -r requirements-bench.txt
	@touch $@

bench: install var/bench-venv/installed  ## figures beside bare inserts and dlt; twenty minutes
	$(BIN)/python -m tests.benchmarks --json var/benchmarks.json
	$(BIN)/python -m tests.benchmarks --lists
	$(BIN)/python -m tests.sandbox.measure

disasters: install  ## every fault, kill and outage we can play, and a judge; SEED=N plays one history again
	$(BIN)/python -m tests.disasters $(if $(SEED),--seed $(SEED))
