# Everything a newcomer does here. It needs Python 3.11 or newer, git and make; the rest it brings itself, into .venv.
# The locks name every package, so pip need not resolve anything (--no-deps) and may install nothing else.

PYTHON ?= python3
UV ?= uv
BIN := .venv/bin
PIP := $(BIN)/pip --disable-pip-version-check --quiet
COMPILE := $(UV) pip compile --universal --generate-hashes --python-version 3.11 --quiet \
	--no-header --no-emit-index-url --no-emit-find-links
PROJECT := pyproject.toml --extra build --extra sandbox
STRANGERS := .venv/strangers
PROOFS := tests/crash tests/faults tests/disasters \
	tests/unit/test_store_outbox_laws.py tests/unit/test_parsers_rows.py tests/unit/test_parsers_values.py tests/unit/test_parsers_letters.py \
	tests/unit/test_reconciler_laws.py tests/unit/test_reconciler_laws_each.py tests/unit/test_catch_up.py \
	tests/unit/test_schedule.py tests/unit/test_schedule_due.py tests/e2e/test_scheduler.py tests/e2e/test_scheduler_day.py \
	tests/e2e/test_same_tick.py tests/e2e/test_plan_is_apply.py tests/e2e/test_brakes.py tests/e2e/test_brakes_by_hand.py \
	tests/e2e/test_message_ladder.py tests/e2e/test_month_of_visits.py tests/e2e/test_receivables.py tests/e2e/test_month_of_newcomers.py tests/e2e/test_promises_messages.py tests/e2e/test_dealers.py

.DEFAULT_GOAL := help
.PHONY: help demo test soak lint format schema lock

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: .venv/ready ## Play the example companies' working week on this machine; letters and reports in out/
	$(BIN)/sverka demo --out out

test: lint $(STRANGERS)/ready ## Check everything: lint, then all tests
	$(BIN)/pytest -n auto --dist worksteal

soak: .venv/ready-to-develop ## The long proofs, of hours: months of the company at random (MONTHS=2), crashes, faults, laws, the schedule
	SOAK_MONTHS=$(or $(MONTHS),2) $(BIN)/pytest -n auto tests/e2e/test_random_month.py
	SOAK=1 $(BIN)/pytest -n auto -rP $(PROOFS)

lint: .venv/ready-to-develop ## Check style, types and the walls between packages
	$(BIN)/ruff check --quiet .
	$(BIN)/ruff format --check --quiet .
	$(BIN)/mypy --no-error-summary
	@$(BIN)/lint-imports --no-logo

format: .venv/ready-to-develop ## Put the code into the house's layout, mend what can be mended by itself
	$(BIN)/ruff check --quiet --fix .
	$(BIN)/ruff format .

schema: .venv/ready ## Write config/company.schema.json anew, after the shape of company files changed
	$(BIN)/python -m sverka.companies.schema config/company.schema.json

lock: ## Compile requirements*.lock anew from pyproject.toml and the strangers' list, with uv; versions stay where they may
	$(COMPILE) $(PROJECT) --output-file requirements.lock
	$(COMPILE) $(PROJECT) --extra dev --constraint requirements.lock --output-file requirements-dev.lock
	$(COMPILE) tests/strangers/requirements.in --override tests/strangers/requirements.in --output-file requirements-strangers.lock

.venv/ready: requirements.lock pyproject.toml | .venv
	@echo "Installing what is needed to run into .venv, once ..."
	@$(PIP) install --no-deps --require-hashes -r requirements.lock
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

.venv/ready-to-develop: requirements-dev.lock .venv/ready
	@echo "Installing what is needed to develop into .venv, once ..."
	@$(PIP) install --no-deps --require-hashes -r requirements-dev.lock
	@touch $@

# Clients that strangers wrote test our emulators; what they need does not go with what we need.
$(STRANGERS)/ready: requirements-strangers.lock | .venv
	@echo "Installing the strangers' clients into $(STRANGERS), once ..."
	@rm -rf $(STRANGERS)
	@$(BIN)/python -m venv --without-pip $(STRANGERS)
	@$(PIP) --python $(STRANGERS) install --no-deps --require-hashes -r requirements-strangers.lock
	@touch $@

.venv:
	@$(PYTHON) -c 'import sys; sys.version_info >= (3, 11) or sys.exit("Python 3.11 or newer is needed; name it: make PYTHON=python3.12 ...")'
	@$(PYTHON) -m venv .venv
