# The two commands of the README are `make demo` and `make test`. Both install what they need and say so.

SWIFT ?= swift
PYTHON ?= python3
VENV := .venv
VENV_PYTHON := $(VENV)/bin/python
SOURCES := Package.swift Sources Tests Plugins Tools Benchmarks
DEBUG_BINARY := .build/debug/ptvsd-publish
RELEASE_BINARY := .build/release/ptvsd-publish

.PHONY: help setup setup-demo setup-test demo build test check lint format bench fuzz conformance test-sanitizers test-threads golden man release clean

help: ## Show the targets.
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-16s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: ## Install what building needs (libraries, a Python environment).
	@Tools/setup.sh build

setup-demo: ## Install what the demo needs as well.
	@Tools/setup.sh demo

setup-test: ## Install what testing needs as well.
	@Tools/setup.sh test

build: setup ## Build the program for debugging.
	$(SWIFT) build

demo: setup-demo ## Publish a sample in Debug, show the result, and serve it.
	@$(SWIFT) build --product ptvsd-publish
	@Tools/demo.sh $(DEBUG_BINARY)

test: setup-test ## Run all tests.
	$(SWIFT) build --build-tests
	PATH="$(CURDIR)/$(VENV)/bin:$$PATH" $(SWIFT) test --skip-build --no-parallel
	$(VENV_PYTHON) -m pytest -q -n 4 Tests

check: ## The quick loop: Swift tests only, nothing installed.
	$(SWIFT) test --no-parallel

lint: setup-test ## Check the form of Swift, Python and shell sources.
	$(SWIFT) format lint --strict --recursive --parallel $(SOURCES)
	$(VENV_PYTHON) -m ruff check .
	$(VENV_PYTHON) -m mypy
	$(VENV)/bin/shellcheck Tools/*.sh .ci/run

format: ## Put the Swift sources into form.
	$(SWIFT) format --in-place --recursive --parallel $(SOURCES)

release: setup ## Build the program for use; it is $(RELEASE_BINARY).
	$(SWIFT) build --configuration release --product ptvsd-publish --static-swift-stdlib

bench: setup-test ## Measure speed, side by side with the peers.
	Benchmarks/run.sh

fuzz: setup ## Feed the transform engine broken input for five minutes.
	$(SWIFT) build --configuration release --product fuzz-transform
	.build/release/fuzz-transform --seconds $${SECONDS_TO_RUN:-300}

conformance: setup-test ## Run the Autobahn testsuite against both ends of the tunnel; needs pyenv's Python 2.7.
	$(SWIFT) build --product websocket-echo
	$(VENV_PYTHON) Tests/SiteAgentTests/conformance.py
	$(VENV_PYTHON) Tests/EndToEndTests/client_conformance.py

test-sanitizers: setup ## Run the XML tests under AddressSanitizer.
	LSAN_OPTIONS=suppressions=$(CURDIR)/Tests/leaks.supp \
		$(SWIFT) test --scratch-path .build-asan --sanitize=address --disable-xctest \
		--filter 'XMLDocumentTransformTests|WebConfigurationTests|ProjectsTests'

test-threads: setup ## Run the tunnel's tests under ThreadSanitizer.
	$(SWIFT) test --scratch-path .build-tsan --sanitize=thread --disable-xctest --no-parallel --filter TunnelTests

golden: ## Record the golden folders anew; review the difference before you commit.
	RECORD_GOLDEN=1 $(SWIFT) test --filter Golden

man: build ## Generate the reference of the command line, the manual page and the guide to troubleshooting.
	$(PYTHON) Tools/generate-reference.py $(DEBUG_BINARY)

clean: ## Remove what was built.
	rm -rf .build .build-asan .build-tsan $(VENV)
