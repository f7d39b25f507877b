# Everything here needs only git, make and Python >= 3.11 on the machine.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
STAMP  := $(VENV)/.installed

export PREFECT_SERVER_ANALYTICS_ENABLED := false
export GX_ANALYTICS_ENABLED := false
export DO_NOT_TRACK := 1

.DEFAULT_GOAL := help
.PHONY: help install demo test soak lint bench accuracy up docs lock clean

help:  ## say what each target does
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /  make \1\t/' | expand -t 16

install: $(STAMP)  ## make .venv with the locked requirements and this project

# The lock is complete, so pip need not resolve (--no-deps); hashes guard what it fetches.
$(STAMP): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Araxes needs Python 3.11 or newer; set PYTHON=python3.x")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements.lock
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $(STAMP)

demo: $(STAMP)  ## ingest the demo news world over real HTTP and compare with its truth
	$(BIN)/python -m demo.run

test: $(STAMP)  ## run the whole suite (under 10 minutes)
	$(BIN)/python -m pytest -n 2 --dist loadfile

soak: $(STAMP)  ## run the long proofs (many kills, many rows)
	$(BIN)/python -m pytest -m soak --timeout 3600

lint: $(STAMP)  ## ruff, mypy --strict and the import contracts
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: $(STAMP)  ## measure the pipeline against bare trafilatura; writes benchmarks/RESULTS.md
	$(BIN)/python -m benchmarks.run

up: $(STAMP)  ## start a Prefect server, a worker and the deployments; says where to look
	$(BIN)/python -m flows.up

accuracy: $(STAMP)  ## measure the error rates on the gold set; writes docs/accuracy.md
	$(BIN)/python -m flows.accuracy

docs: $(STAMP)  ## regenerate the generated pages under docs/
	$(BIN)/python -m flows.docs

lock:  ## resolve the requirements again (needs uv)
	uv pip compile --quiet --extra dev --generate-hashes --no-emit-index-url --no-header --universal --python-version 3.11 pyproject.toml -o requirements.lock

clean:  ## remove what the other targets made
	rm -rf $(VENV) .demo .mypy_cache .ruff_cache .pytest_cache .hypothesis
