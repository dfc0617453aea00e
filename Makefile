# The two commands: `make demo` and `make test`. Both set up everything first.
PYTHON := .venv/bin/python
READY := .venv/.ready
DEMO_OUTPUT ?= runs/demo
# Files in parallel: two fill two cores, and the memory of a laptop.
TEST_PROCESSES ?= 2
PYTEST := $(PYTHON) -m pytest --numprocesses $(TEST_PROCESSES) --dist loadfile \
  --no-loadscope-reorder --durations 25

export TF_CPP_MIN_LOG_LEVEL ?= 3

.PHONY: help setup demo test test-fast test-campaign test-all check format lock sample clean

help:
	@echo "make demo           run the whole pipeline on the bundled sample, ending with recommendations"
	@echo "make test           run the tests, within ten minutes on two cores"
	@echo "make test-fast      run the tests that take no more than some seconds each"
	@echo "make test-campaign  run the long tests that 'make test' leaves out"
	@echo "make test-all       run every test: test, then test-campaign"
	@echo "make check          ruff, mypy and the import directions"
	@echo "make lock           resolve the dependencies again into requirements.lock"

setup: $(READY)

$(READY): requirements.lock pyproject.toml scripts/setup.sh
	@scripts/setup.sh

demo: $(READY)
	@$(PYTHON) -m tfx_pipeline.command_line.main demo --output $(DEMO_OUTPUT)

test: $(READY)
	$(PYTEST) -m "not campaign"

test-fast: $(READY)
	$(PYTEST) -m "not slow and not serving and not kubeflow and not campaign"

test-campaign: $(READY)
	$(PYTEST) -m campaign

test-all: test test-campaign

check: $(READY)
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/mypy
	.venv/bin/lint-imports

format: $(READY)
	.venv/bin/ruff check --fix .
	.venv/bin/ruff format .

# What the lock departs from is in overrides.txt; docs/stack.md says why.
lock: $(READY)
	.venv/bin/uv pip compile pyproject.toml --extra all --extra dev --overrides overrides.txt \
	  --generate-hashes --python-version 3.11 --no-emit-index-url --no-header \
	  --output-file requirements.lock

sample: $(READY)
	$(PYTHON) -m tfx_pipeline.sample.generate --output tfx_pipeline/sample/data

clean:
	rm -rf .venv runs .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
