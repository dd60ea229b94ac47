# The commands of this project; `make help` lists them.
PYTHON ?= python3
VENV ?= .venv
CASES ?= 10000 100000
MORE ?=

bin := $(VENV)/bin
python_checked = @command -v $(PYTHON) >/dev/null || { echo "$(PYTHON) was not found; install Python 3.11 or later." >&2; exit 1; }
environment = $(python_checked); $(PYTHON) tools/environment.py --venv $(VENV)

# Python keeps what it has compiled, also where the environment tells it not to: tests start many processes.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help environment run test test-long lint format lock translations bench screenshots clean

help: ## List these commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

environment: ## Build the Python environment with everything development needs
	$(environment) development

run: ## Start the desk with demo data: web (PORT=8000), scheduler and a local mailbox (MAIL_PORT=8025)
	$(environment) desk
	@exec $(bin)/python tools/run.py

test: environment ## Run the tests (under 8 minutes on two cores; three at once, as many wait for a page or a process)
	@$(bin)/pytest -n $(or $(JOBS),3) -m "not long"

test-long: environment ## Run the long tests: fault runs, the whole accessibility matrix
	@$(bin)/pytest -n $(or $(JOBS),2) -m long

lint: environment ## Check style, types and templates
	@$(bin)/ruff check
	@$(bin)/ruff format --check
	@$(bin)/mypy
	@$(bin)/djlint --quiet --lint templates

format: environment ## Put the code into the project's format
	@$(bin)/ruff check --fix
	@$(bin)/ruff format

lock: environment ## Renew the locked versions from requirements.in and requirements-dev.in
	@$(bin)/python -m pip install --quiet --disable-pip-version-check uv
	@for lock in requirements requirements-dev; do \
		$(bin)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-annotate --no-header \
			$$lock.in -o $$lock.txt || exit 1; \
	done

translations: environment ## Bring the catalogs of other languages up to date with the sentences of the desk
	@$(bin)/python -m tools.translations

bench: environment ## Measure rules, pages, resolving, filing and delivery against their targets (MORE=1000000: also that, on PostgreSQL)
	@$(bin)/python -m benchmarks --cases $(CASES) --more $(MORE)

screenshots: environment ## Take the pictures of docs/screenshots from a desk with demo data
	@$(bin)/python -m tools.screenshots

clean: ## Remove the environment and what tools leave behind; instance/ with its data stays
	@rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis .coverage
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
