# The same commands for people and for CI. PYTHON may name the Python that set-up begins with;
# ARGS is handed on, as in: make test ARGS="tests/german -k dates"
PYTHON ?= python3
ARGS ?=
BIN := .venv/bin

.DEFAULT_GOAL := help
.PHONY: help run setup test check format bench lock clean

help:  ## Show this help
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-8s %s\n", $$1, $$2 }' Makefile

run:  ## Set everything up and start the hotline
	@$(PYTHON) scripts/setup.py run
	@exec $(BIN)/ivr run $(ARGS)

setup:  ## Set everything up: environments, speech models, Rasa's model
	@$(PYTHON) scripts/setup.py run
	@echo "The hotline is set up: make run starts it."

test:  ## Set up what the tests need, then run them all
	@$(PYTHON) scripts/setup.py test
	@exec $(BIN)/python -m pytest $(ARGS)

check:  ## Format, lint, types, the floors of the house, the Dockerfile
	@$(PYTHON) scripts/setup.py check
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo
	$(BIN)/hadolint Dockerfile

format:  ## Bring the code into its format
	@$(PYTHON) scripts/setup.py check
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench:  ## Measure the hotline; prints a table and writes JSON
	@$(PYTHON) scripts/setup.py test
	@exec $(BIN)/ivr bench $(ARGS)

lock:  ## Make the locks anew; ARGS=--upgrade takes the newest versions
	@$(PYTHON) scripts/setup.py lock $(ARGS)

clean:  ## Remove the environments, so that the next set-up makes them anew
	rm -rf .setup .venv .venv-nlu
