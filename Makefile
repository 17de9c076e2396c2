# ForgeSyte: every command, each installing what it needs on its first run.
# Variables: PORT= and DATA_DIR= move a server aside, PYTHON= names another interpreter.

PYTHON ?= python3
VENV ?= .venv
PY := $(VENV)/bin/python
MANAGE := $(PY) manage.py
export PORT DATA_DIR FILE PLUGIN TOOL
# Sources, documents and file names, whatever the locale. (A comment behind it would be part of it.)
export PYTHONUTF8 := 1

# Installed once per content of the pinned requirements, hence seconds on the second run.
fingerprint = $(firstword $(shell cat $(1) 2>/dev/null | sha256sum))
RUNTIME := $(VENV)/.runtime-$(call fingerprint,requirements.txt)
PEERS := .cache/bench-venv/.ready-$(call fingerprint,benchmarks/requirements.txt)
TESTING := $(VENV)/.testing-$(call fingerprint,requirements.txt tests/requirements.txt)
UV := $(shell grep -s '^uv==' tests/requirements.txt)

# uv installs in seconds; where it can't reach the package index, pip may know the way.
# Nothing is uninstalled: plugins that people added to the environment stay.
define install
	@echo "Installing $(1) into $(VENV)"
	@$(PY) -m pip --version >/dev/null 2>&1 || $(PY) -m ensurepip >/dev/null
	@$(PY) -m pip install --quiet "$(UV)"
	@$(PY) -m uv pip install --quiet --compile-bytecode --python $(PY) -r $(1) || $(PY) -m pip install --quiet -r $(1)
	@$(PY) -m forgesyte.libraries
	@rm -f $(2)* && touch $@
endef

# What is run on both databases.
QUEUE_TESTS := tests/engine tests/jobs tests/intake tests/api/test_jobs_create.py tests/api/test_job_cancel.py \
  tests/api/test_job_delete.py tests/api/test_job_retry.py tests/api/test_only_changed.py \
  tests/faults/test_killed_processes.py tests/faults/test_fail_points.py \
  tests/exporting/test_jobs.py tests/exporting/test_elsewhere.py

.DEFAULT_GOAL := help
.PHONY: help demo run worker test postgresql check lint soak bench openapi samples format requirements

help:  ## list the targets
	@sed -n 's/^\([a-z]*\):.*  ## /  make \1\t/p' $(firstword $(MAKEFILE_LIST)) | expand -t 24

demo: $(RUNTIME)  ## start, read a sample receipt through the API, keep serving (ONCE=1: stop; FILE= PLUGIN= TOOL=)
	@exec $(MANAGE) demo $(if $(filter-out 0,$(ONCE)),--once) $(if $(FILE),--file "$$FILE") \
	  $(if $(PLUGIN),--plugin "$$PLUGIN") $(if $(TOOL),--tool "$$TOOL")

run: $(RUNTIME)  ## serve the pages and the API and work on jobs; data is kept (PORT= DATA_DIR=)
	@$(MANAGE) migrate --verbosity 0
	@exec $(MANAGE) serve

worker: $(RUNTIME)  ## one more worker node (DATABASE_URL= names the shared database)
	@exec env SQLITE_SYNCHRONOUS=$${SQLITE_SYNCHRONOUS:-NORMAL} $(MANAGE) worker

test: $(TESTING)  ## all tests with their coverage, in a data folder of their own (ARGS= goes to pytest, unmeasured)
	@folder=$$(mktemp -d) && trap 'rm -rf "$$folder"' EXIT && export DATA_DIR="$$folder" && \
	  $(if $(ARGS),$(PY) -m pytest -n 2 --dist loadfile $(ARGS),\
	  $(PY) -m coverage erase && $(PY) -m coverage run -m pytest -n 2 --dist loadfile && \
	  $(PY) -m coverage combine --quiet && \
	  printf 'Coverage in percent ($(PY) -m coverage report lists files): ' && $(PY) -m coverage report --format=total && \
	  $(MAKE) --no-print-directory postgresql)

postgresql: $(TESTING)  ## what touches the queue once more, on a PostgreSQL that is started for it
	@if $(PY) -m tests.postgres true; then $(PY) -m tests.postgres $(PY) -m pytest -n 2 --dist loadfile $(QUEUE_TESTS); \
	  else test -z "$$FORGESYTE_NO_SKIPS"; fi

check: lint  ## what lint looks at, and the fast tests: under two minutes
	@folder=$$(mktemp -d) && trap 'rm -rf "$$folder"' EXIT && export DATA_DIR="$$folder" && \
	  $(PY) -m pytest -q -n 2 --dist loadfile -m "not slow and not browser" --hypothesis-profile quick $(ARGS)

lint: $(TESTING)  ## style, types, import rules, settings, migrations and the API schema
	$(PY) -m ruff check
	$(PY) -m ruff format --check
	$(PY) -m djlint --lint --check templates
	$(PY) -m mypy --explicit-package-bases forgesyte jobs plugins_app $(wildcard benchmarks/*.py)
	$(VENV)/bin/lint-imports
	@folder=$$(mktemp -d) && trap 'rm -rf "$$folder"' EXIT && export DATA_DIR="$$folder" && set -ex && \
	  $(MANAGE) check --fail-level WARNING && \
	  $(MANAGE) makemigrations --check --dry-run && \
	  $(MANAGE) spectacular --fail-on-warn --validate --file "$$folder/openapi.yaml" && \
	  diff -u docs/openapi.yaml "$$folder/openapi.yaml"

soak: $(TESTING)  ## long proofs: many rows, a thousand random kills (ONLY=rows or chaos, DB=sqlite or postgres, N=)
	@for one in $(or $(ONLY),rows chaos); do for db in $(or $(DB),sqlite postgres); do \
	  $(PY) -m tests.soak.$$one --db $$db $(if $(N),-n $(N)) || exit; done; done

bench: $(TESTING) $(PEERS)  ## measure beside others (ONLY=queues, video, ocr or idle; ARGS=, see benchmarks/README.md)
	@for one in $(or $(ONLY),queues video ocr idle); do $(PY) -m benchmarks.$$one $(ARGS) || exit; done

openapi: $(RUNTIME)  ## write the API's schema to docs/openapi.yaml
	$(MANAGE) spectacular --fail-on-warn --validate --file docs/openapi.yaml

samples: $(TESTING)  ## draw the sample receipt and video again
	$(PY) -m tests.samples.draw

format: $(TESTING)  ## bring code and templates into the common form
	$(PY) -m ruff check --fix
	$(PY) -m ruff format
	$(PY) -m djlint --quiet --reformat templates

requirements: $(TESTING)  ## pin the newest releases that pyproject.toml allows
	$(PY) -m uv pip compile --quiet --upgrade --universal --python-version 3.11 \
	  --custom-compile-command "make requirements" pyproject.toml -o requirements.txt
	$(PY) -m uv pip compile --quiet --upgrade --universal --python-version 3.11 \
	  --custom-compile-command "make requirements" --extra test -c requirements.txt \
	  pyproject.toml -o tests/requirements.txt

$(RUNTIME): | $(PY)
	$(call install,requirements.txt,$(VENV)/.runtime-)

$(TESTING): $(RUNTIME)
	$(call install,tests/requirements.txt,$(VENV)/.testing-)

$(PEERS): benchmarks/requirements.txt | $(TESTING)
	@echo "Installing $< into .cache/bench-venv"
	@$(PY) -m venv .cache/bench-venv
	@$(PY) -m uv pip install --quiet --python .cache/bench-venv/bin/python -r $< || .cache/bench-venv/bin/python -m pip install --quiet -r $<
	@rm -f .cache/bench-venv/.ready-* && touch $@

$(PY):
	@command -v "$(PYTHON)" >/dev/null || { echo "$(PYTHON) was not found. Install Python 3.11 or newer \
	(Debian: apt install python3 python3-venv), or name one: make PYTHON=/path/to/python3"; exit 1; } >&2
	@"$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "$(PYTHON) is older than \
	Python 3.11, which ForgeSyte needs. Name a newer one: make PYTHON=python3.12"; exit 1; } >&2
	@"$(PYTHON)" -c 'import venv, ensurepip' 2>/dev/null || { echo "$(PYTHON) can't make virtual \
	environments. Install the rest of it (Debian: apt install python3-venv) and try again."; exit 1; } >&2
	@"$(PYTHON)" -m venv $(VENV)
