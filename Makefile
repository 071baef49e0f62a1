# One lab, two worlds. `make` alone lists what there is to make.

SHELL := /bin/bash
PREFIX ?= /usr/local
BUILD := swift build -c release

.PHONY: help run test bench check fmt docs install swift-is-here
.DEFAULT_GOAL := help

help: ## List the targets.
	@sed -nE 's/^([a-z]+):.* ## (.*)$$/make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 16

run: swift-is-here ## Simulate three weighted backends behind nginx.
	@Scripts/install-packages run
	@$(BUILD) --product simlab
	@.build/release/simlab run topologies/three-weighted.yaml

test: swift-is-here ## Build once and run every test, those on a real container engine too.
	@Scripts/install-packages run test guest
	@Scripts/run-tests

bench: swift-is-here ## Measure speed and exactness against rivals (QUICK=1 for a short look).
	@Scripts/install-packages run bench
	@$(BUILD) --product simlab
	@python3 Benchmarks/bench.py $(if $(QUICK),--quick)
	@python3 Benchmarks/growth.py $(if $(QUICK),--quick)

check: swift-is-here ## Check the style of code, files and documents.
	@Scripts/install-packages run
	@swift format lint --strict -r Sources Tests Package.swift
	@Scripts/run-tests --filter TidyTests

fmt: swift-is-here ## Format the code.
	@swift format -i -r Sources Tests Package.swift

docs: swift-is-here ## Put what simlab prints now into the documents, and check that they are true.
	@Scripts/install-packages run
	@$(BUILD) --product simlab
	@Scripts/refresh-docs
	@Scripts/run-tests --filter 'TidyTests.*(Link|Console|Example)'

install: swift-is-here ## Install simlab and chaos, which then run without Swift, to PREFIX.
	@mkdir -p $(DESTDIR)$(PREFIX)/bin && test -w $(DESTDIR)$(PREFIX)/bin \
	  || { echo "$(PREFIX)/bin cannot be written: be root, or set PREFIX" >&2; exit 77; }
	@Scripts/install-packages run
	@$(BUILD) --static-swift-stdlib --scratch-path .build/static --product simlab
	@$(BUILD) --static-swift-stdlib --scratch-path .build/static --product chaos
	@install -s .build/static/release/{simlab,chaos} $(DESTDIR)$(PREFIX)/bin
	@echo "simlab and chaos are in $(DESTDIR)$(PREFIX)/bin"

swift-is-here:
	@command -v swift >/dev/null \
	  || { echo "Swift 6.3 is missing: https://www.swift.org/install/linux" >&2; exit 69; }
