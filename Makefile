# make help tells what there is. make test is the whole of what must hold before
# anything is merged; .ci/run runs nothing else.

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

VERSION := $(shell git describe --tags --always --dirty 2>/dev/null || echo unknown)
FUZZTIME ?= 20s
BENCH ?= .

# Packages but for the end-to-end tests, which measure milliseconds and so run
# alone and without the race detector.
PACKAGES = $$(go list ./... | grep -v '/e2e$$')

# The tools have a go.mod of their own: what checks the program is no part of it.
TOOL = go tool -modfile=tools/go.mod

.PHONY: analysis bpf help build test peers format vet lint race e2e vulnerabilities fuzz bench demo docs pacing clean

help: ## this list
	@awk -F ':.*## ' '/^[a-z0-9]+:.*## /{printf "make %-16s%s\n", $$1, $$2}' $(MAKEFILE_LIST)

build: ## the static binary bin/outdial
	CGO_ENABLED=0 go build -trimpath -ldflags '-s -w -X main.version=$(VERSION)' -o bin/outdial ./cmd/outdial

test: ## everything: peers, format, vet, lint, race, e2e, vulnerabilities
	@$(MAKE) peers
	@$(MAKE) format
	@$(MAKE) vet
	@$(MAKE) lint
	@$(MAKE) race
	@$(MAKE) e2e
	@$(MAKE) vulnerabilities

peers: ## installs what the tests talk to, where it is missing
	@tools/peers

format: ## fails when a file is not as gofmt writes it
	@files=$$(gofmt -l .); if [ -n "$$files" ]; then echo "not as gofmt writes it:"; echo "$$files"; exit 1; fi

vet: ## go vet
	go vet ./...

lint: ## staticcheck, as staticcheck.conf says
	$(TOOL) staticcheck ./...

# Two packages run at a time: those that mostly wait come first, beside those that compute.
race: ## all tests but the end-to-end ones, under the race detector
	CGO_ENABLED=1 go test -race -parallel 8 -timeout 8m ./internal/telephony ./internal/store ./internal/media $(PACKAGES)

# What each test took is shown, so that the slow ones are seen before all of it is slow.
e2e: ## the real binary against sipp, baresip, linphone and Kamailio, alone, for it measures time
	@log=$$(mktemp) && trap "rm -f $$log" EXIT && echo "go test -count=1 -parallel 4 -timeout 12m ./e2e" && \
	if go test -count=1 -parallel 4 -timeout 12m -v ./e2e >$$log 2>&1; then \
		awk '/^--- /{gsub(/[(s)]/, "", $$4); printf "%7.1f s  %s\n", $$4, $$3}' $$log | sort -rn; tail -n 1 $$log; \
	else \
		cat $$log; exit 1; \
	fi

vulnerabilities: ## govulncheck, where its database can be reached
	@if curl -sSf -m 5 -o /dev/null https://vuln.go.dev/index/db.json 2>/dev/null; then \
		$(TOOL) govulncheck ./...; \
	else \
		echo "govulncheck was left out: vuln.go.dev can not be reached from here"; \
	fi

fuzz: ## each fuzz target for FUZZTIME (20s)
	@for package in $(PACKAGES); do \
		for target in $$(go test -list '^Fuzz' "$$package" | grep '^Fuzz' || true); do \
			echo "$$package $$target"; \
			go test -run '^$$' -fuzz "^$$target\$$" -fuzztime $(FUZZTIME) "$$package"; \
		done; \
	done

bench: ## the benchmarks that BENCH (all) names
	go test -run '^$$' -bench '$(BENCH)' -benchmem $(PACKAGES)

demo: build ## an agent's shift against phones on this machine
	bin/outdial demo

analysis: ## the tables of docs/analysis.md (needs tools/voices, which installs speech engines)
	go run ./cmd/cpaset

docs: ## writes the tables of docs/icws.md and docs/trunks.md from the code
	go test -count=1 -run TestTheDocumentHoldsTheTableOfResources ./internal/icws -update
	go test -count=1 -run TestTheDocumentHoldsTheTablesOfAnswers ./internal/campaign -update

bpf: ## compiles the kernel's program of internal/forward (needs clang 14 or later, llvm and libbpf-dev)
	cd internal/forward && GOPACKAGE=forward go tool -modfile=../../tools/go.mod bpf2go -target bpfel,bpfeb -tags linux -type flow -type tap -cflags '-O2 -Wall -Werror -mcpu=v3 -fno-strict-aliasing' program bpf/forward.c -- $(foreach headers,$(wildcard /usr/include/$(shell uname -m)-linux-gnu),-I$(headers))

pacing: ## plays the days of docs/pacing.md with each method, and writes their table; minutes
	go test -count=1 -timeout 2h -run TestTable ./internal/pacing -table -seeds 2

clean: ## removes what was built
	rm -rf bin
