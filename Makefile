# What can be done with pagesync. All that a command needs is installed into this folder first, once;
# a bare machine needs make and Python 3.11 or later.

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.SUFFIXES:

ENV ?= dev
VENV := .venv
BIN := $(VENV)/bin
LOCKED := $(addprefix requirements/,runtime.txt infra.txt local.txt dev.txt)
PACKAGES := $(VENV)/.packages-installed
TOOLS := node_modules/.tools-installed
WEB_PACKAGES := web/node_modules/.packages-installed
WEB_CLIENT := web/src/api/schema.d.ts
WEB_CHECKED := web/node_modules/.checked
WEB_BUILT := web/dist/index.html
WEB_SOURCES = $(shell find web/src web/public -type f ! -path '$(WEB_CLIENT)') $(wildcard web/*.*)
NPM_CI := ci --ignore-scripts --no-audit --no-fund --no-update-notifier --loglevel=error
IN_WEB := cd web && PATH="$(CURDIR)/$(BIN):$$PATH" ../$(BIN)/npm --silent --no-update-notifier
LOCK := $(BIN)/uv pip compile --quiet --universal --generate-hashes --no-header --no-emit-index-url --python-version 3.11
CDK := PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/node node_modules/aws-cdk/bin/cdk --context env=$(ENV)

# The caller's Python setup would lead ours astray. The unpacked CDK library is kept with the installed one.
unexport PYTHONHOME PYTHONPATH VIRTUAL_ENV CONDA_PREFIX PIP_REQUIRE_VIRTUALENV PIP_TARGET PIP_USER
export JSII_RUNTIME_PACKAGE_CACHE_ROOT := $(CURDIR)/$(VENV)/cache/jsii

# The functions run on 3.13, so that comes first. A name may be a shim of a version that is not there: each is tried.
PYTHONS := $(PYTHON) python3.13 $(wildcard $(or $(PYENV_ROOT),$(HOME)/.pyenv)/versions/3.13.*/bin/python3.13) \
	python3 python3.14 python3.12 python3.11

.PHONY: help
help:  ## show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

.PHONY: demo
demo: install  ## boot a fresh local stack, sync the demo Page, show the result, stop everything
	@$(BIN)/python -m local demo

.PHONY: up
up: install web  ## boot the local stack, deploy to it, and leave it running
	@$(BIN)/python -m local up

.PHONY: down
down:  ## stop the local stack; its data stays
	@test ! -x $(BIN)/pagesync-local || $(BIN)/python -m local down

.PHONY: clean
clean:  ## stop the local stack and delete its data
	@test ! -x $(BIN)/pagesync-local || $(BIN)/python -m local clean

.PHONY: test
test: lint web chromium  ## run all checks and all tests
	@$(BIN)/python -m pytest -q --numprocesses 2 --dist loadfile --ignore tests/e2e --ignore tests/browser --ignore tests/bench
	@$(BIN)/python -m pytest -q tests/e2e
	@$(BIN)/python -m pytest -q tests/browser
	@$(BIN)/python -m pytest -q tests/bench

.PHONY: test-browser
test-browser: web chromium  ## run the tests of the web application in Chromium
	@$(BIN)/python -m pytest -q tests/browser

.PHONY: screenshots
screenshots: web chromium  ## take the pictures in docs/screenshots anew
	@$(BIN)/python -m tests.browser.screenshots

# A browser is part of a machine, not of this folder: it is installed where that is possible, and named where not.
.PHONY: chromium
chromium: install
	@$(BIN)/python -c 'from tests.browser.chromium import executable; executable()' 2>/dev/null && exit 0; \
	if test "$$(id -u)" = 0 && command -v apt-get > /dev/null; then \
		echo "  Installing Chromium …"; \
		apt-get update -qq > /dev/null && \
		DEBIAN_FRONTEND=noninteractive apt-get install -qq --yes --no-install-recommends chromium > /dev/null; \
	else \
		echo "Install Chromium (on Debian: apt-get install chromium) or name one in CHROMIUM, then run make again." >&2; \
		exit 1; \
	fi

.PHONY: test-fast
test-fast: lint  ## run the checks and the tests of verbs and handlers in memory
	@$(BIN)/python -m pytest -q --numprocesses 2 --dist loadfile tests/unit tests/handlers

.PHONY: torture
torture: install  ## run thousands of random disasters over the sync engine; a failure prints its seed
	@$(BIN)/python -m tests.torture --schedules 5000

.PHONY: eval
eval: install  ## measure the lead analysis over labelled conversations; with GEMINI_API_KEY the real model's
	@$(BIN)/python -m tests.eval

.PHONY: bench
bench: install  ## measure speed and cost: all of it, or PARTS="throughput resync growth latency coldStart"
	@PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/python -m bench $(PARTS)

.PHONY: bench-smoke
bench-smoke: install web  ## run the benchmark in small, and check what it counts
	@$(BIN)/python -m pytest -q tests/bench

.PHONY: openapi
openapi: install  ## rewrite docs/openapi.json from the routes
	@$(BIN)/python -m local.openapi

.PHONY: web
web: install $(WEB_BUILT)  ## build the web application

.PHONY: lint
lint: install $(WEB_CHECKED)  ## run the static checks
	@$(BIN)/ruff check --quiet .
	@$(BIN)/ruff format --quiet --check .
	@$(BIN)/basedpyright
	@$(BIN)/lint-imports

.PHONY: lock
lock: install  ## rewrite requirements/*.txt from pyproject.toml
	@$(LOCK) pyproject.toml --output-file requirements/runtime.txt
	@locked=runtime; for group in infra local dev; do \
		$(LOCK) $$(printf -- '--constraint requirements/%s.txt ' $$locked) \
			--group $$group --output-file requirements/$$group.txt || exit; \
		locked="$$locked $$group"; \
	done

.PHONY: licences
licences: install  ## rewrite docs/licences.md from the locked packages
	@$(BIN)/python -m local.licences

# Not part of the tests: what is known of a package changes from day to day, and has to be asked for.
.PHONY: audit
audit: install $(WEB_PACKAGES)  ## ask PyPI and npm for known vulnerabilities of all that is locked
	@failed=; \
	$(BIN)/pip-audit --strict --disable-pip --require-hashes --progress-spinner off \
		$(addprefix --requirement ,$(LOCKED)) || failed="$$failed pip-audit"; \
	$(BIN)/npm audit --no-update-notifier || failed="$$failed npm"; \
	($(IN_WEB) audit) || failed="$$failed web/npm"; \
	test -z "$$failed" || { echo "Vulnerable, or not told: see above what$$failed says." >&2; exit 1; }

.PHONY: bootstrap
bootstrap: aws-only web  ## prepare an AWS account and region for deployments, once: make bootstrap ENV=dev
	@$(CDK) bootstrap

.PHONY: deploy
deploy: aws-only web  ## deploy to an AWS account: make deploy ENV=dev
	@$(CDK) deploy --all

.PHONY: deploy-backwards
deploy-backwards: aws-only web  ## deploy what needs less of the data stack than before: make deploy-backwards ENV=dev
	@$(CDK) deploy --exclusively Pagesync-$(ENV)-Web Pagesync-$(ENV)-Sync
	@$(CDK) deploy --all

.PHONY: diff
diff: aws-only web  ## show what a deployment would change: make diff ENV=dev
	@$(CDK) diff

.PHONY: destroy
destroy: aws-only web  ## delete an environment from an AWS account: make destroy ENV=dev
	@printf 'This deletes the environment %s with its jobs, contacts and people. Its name, to go on: ' '$(ENV)'; \
		read -r answer; test "$$answer" = '$(ENV)' || { echo 'Nothing was deleted.' >&2; exit 1; }
	@$(CDK) destroy --all --force

.PHONY: aws-only
aws-only:
	@test "$(ENV)" != local || { echo 'The local stack is deployed by `make up`; ENV names an environment on AWS.' >&2; exit 1; }

.PHONY: install
install: $(PACKAGES) $(TOOLS)  ## install what the other commands need

$(TOOLS): package.json package-lock.json $(PACKAGES)
	@echo "  Installing the Node tools …"
	@$(BIN)/npm $(NPM_CI) > /dev/null
	@touch $@

$(WEB_PACKAGES): web/package.json web/package-lock.json $(PACKAGES)
	@echo "  Installing the web application's packages …"
	@$(IN_WEB) $(NPM_CI) > /dev/null
	@touch $@

# The typed client is never older than the API's document: a change that breaks the application fails its check.
$(WEB_CLIENT): docs/openapi.json $(WEB_PACKAGES)
	@$(IN_WEB) run client > /dev/null

$(WEB_CHECKED): $(WEB_SOURCES) $(WEB_CLIENT)
	@$(IN_WEB) run check
	@$(IN_WEB) run test
	@touch $@

$(WEB_BUILT): $(WEB_SOURCES) $(WEB_CLIENT)
	@echo "  Building the web application …"
	@$(IN_WEB) run build > /dev/null

# uv installs by its own lock entry, then everything else by theirs.
$(PACKAGES): $(LOCKED) pyproject.toml $(VENV)/.created
	@echo "  Installing the Python packages …"
	@awk '/^[^ #]/ { mine = /^uv==/ } mine' requirements/infra.txt > $(VENV)/uv.txt
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --no-deps --require-hashes -r $(VENV)/uv.txt
	@$(BIN)/uv pip sync --quiet --python $(BIN)/python --require-hashes $(LOCKED)
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --editable .
	@echo "  Unpacking the CDK library …"
	@PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/python -c 'import aws_cdk; aws_cdk.App()'
	@touch $@

$(VENV)/.created:
	@for python in $(PYTHONS); do \
		"$$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || continue; \
		found="$$python"; \
		"$$python" -c 'import ensurepip, venv' 2>/dev/null || continue; \
		"$$python" -m venv --clear $(VENV) && touch $@ && exit 0; \
	done; \
	if test -n "$$found"; then \
		echo "Install the venv module of $$found (on Debian and Ubuntu the package python3-venv), then run make again." >&2; \
	else \
		echo "Install Python 3.11 or later, best 3.13, then run make again." >&2; \
	fi; \
	exit 1
