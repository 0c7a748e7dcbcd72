# What everybody runs. `make` alone builds the program; .ci/run strings the
# checks together the way continuous integration does.

GO       ?= go
FUZZTIME ?= 10s
BENCH    ?= .
REPORT   ?= demarc-report.html
LOAD     ?= 1m
LISTEN   ?= 127.0.0.1:8080
VERSION  ?= 0.0.0-devel

# The same flags for every target, so that what one compiles serves the others.
# Without cgo Go is all that is needed, the program runs on any Linux, and a test
# that means the whole program is linked several times faster. The compiler takes
# a quarter less time when it collects garbage less often; its largest process
# then takes 1.1 GB.
export GOFLAGS := $(strip $(filter-out -trimpath,$(GOFLAGS)) -trimpath)
CGO_ENABLED ?= 0
export CGO_ENABLED
build test race: export GOGC ?= 400

# Tools are built from source into bin/tools, by version, and never touch go.mod.
GOLANGCI_LINT := bin/tools/golangci-lint-v2.14.0
GOVULNCHECK   := bin/tools/govulncheck-v1.8.0
HELM          := bin/tools/helm-v4.3.1
NFPM          := bin/tools/nfpm-v2.45.0

FLAVOURS := amd64 arm64

.PHONY: build platforms packages run report test race proof lint format bench bench-integrity fuzz vuln tools clean

build:
	$(GO) build -ldflags '-s -w' -o bin/demarc ./cmd/demarc
	$(GO) build -ldflags '-s -w' -o bin/demarc-agent ./cmd/demarc-agent

# The agent builds wherever it is to run.
platforms:
	set -e; for p in linux/amd64 linux/arm64 windows/amd64 darwin/arm64; do \
		GOOS=$${p%/*} GOARCH=$${p#*/} $(GO) build -ldflags '-s -w' -o bin/agents/$${p%/*}-$${p#*/}/ ./cmd/demarc-agent; \
	done

# deb and rpm of the agent, and what the control plane serves to servers that install
# it, in bin/packages. Two builds of the same commit are the same bytes.
packages: export SOURCE_DATE_EPOCH := $(shell git log -1 --format=%ct)
packages: $(NFPM)
	rm -rf bin/packages && mkdir -p bin/packages
	set -e; for arch in $(FLAVOURS); do \
		GOOS=linux GOARCH=$$arch $(GO) build -ldflags '-s -w -X github.com/demarc-sec/demarc/internal/agent/cli.Version=$(VERSION)' -o bin/agents/linux-$$arch/ ./cmd/demarc-agent; \
		cp bin/agents/linux-$$arch/demarc-agent bin/packages/demarc-agent-linux-$$arch; \
		for kind in deb rpm; do \
			ARCH=$$arch VERSION=$(VERSION) $(NFPM) package --config deploy/agent/nfpm.yaml --packager $$kind --target bin/packages/demarc-agent-linux-$$arch.$$kind; \
		done; \
	done
	cp deploy/agent/demarc-agent.service bin/packages/
	cd bin/packages && sha256sum * > SHA256SUMS

# Starts the control plane with the examples assessed, and tells where it is
# and how to get in. Ctrl-C ends it, and nothing is kept.
run: build
	bin/demarc serve --demo examples --log-level warn --listen $(LISTEN)

# Assesses the examples and leaves a report. The examples are full of findings,
# so that none of them is a failure here.
report: build
	bin/demarc assess examples --format html --output $(REPORT) --fail-on never --allow-incomplete
	@echo "The report is in $(CURDIR)/$(REPORT)"

# Needs Go and nothing else. vet is among the linters: here it would read every
# dependency a second time.
test:
	$(GO) test -vet=off -timeout 5m ./...

# The same with the race detector, which needs a C compiler and takes several
# times longer. -short leaves out what does much work on a single thread.
race: export CGO_ENABLED = 1
race:
	$(GO) test -race -short -vet=off -timeout 10m ./...

# Kills replicas, databases and queues while work comes in, and fills a disk.
# Takes some minutes, and as root; see docs/reliability.md.
proof:
	$(GO) test -tags proof -count=1 -timeout 60m -v ./internal/server/proof -load $(LOAD)

lint: $(GOLANGCI_LINT)
	$(GOLANGCI_LINT) run ./...

format: $(GOLANGCI_LINT)
	$(GOLANGCI_LINT) fmt ./...

bench:
	$(GO) test -run '^$$' -bench '$(BENCH)' -benchtime 5x ./...

# File integrity beside a bare walk and beside AIDE, on one tree, in turns. DEMARC_FIM_TREE keeps the tree.
bench-integrity:
	DEMARC_FIM_BESIDE=1 DEMARC_FIM_FILES=$${DEMARC_FIM_FILES:-200000} $(GO) test ./internal/agent/fim/walk -count=1 -timeout 2h -v -run '^TestBeside$$'

# Every fuzz target in turn, for FUZZTIME each. Go's fuzzer sometimes calls it a
# failure that its time was up; only one that leaves a failing input is one.
fuzz:
	@grep -rlE '^func Fuzz' --include='*_test.go' . | xargs -r -n1 dirname | sort -u | while read -r dir; do \
		for target in $$(grep -hoE '^func Fuzz[A-Za-z0-9_]*' "$$dir"/*_test.go | cut -d' ' -f2); do \
			echo "== $$dir $$target"; \
			out=$$($(GO) test -run '^$$' -fuzz "^$$target\$$" -fuzztime $(FUZZTIME) -fuzzminimizetime 10x "$$dir" 2>&1) && continue; \
			echo "$$out" | tail -n 30; \
			case "$$out" in \
				*'Failing input written'*) exit 1 ;; \
				*'context deadline exceeded'*) ;; \
				*) exit 1 ;; \
			esac; \
		done; \
	done

vuln: $(GOVULNCHECK)
	$(GOVULNCHECK) ./...

# For scripts: the value of a variable, as in make -s print-GOVULNCHECK.
print-%:
	@echo $($*)

tools: $(GOLANGCI_LINT) $(GOVULNCHECK)

bin/tools/golangci-lint-%:
	GOBIN=$(CURDIR)/bin/tools $(GO) install github.com/golangci/golangci-lint/v2/cmd/golangci-lint@$*
	mv bin/tools/golangci-lint $@

bin/tools/govulncheck-%:
	GOBIN=$(CURDIR)/bin/tools $(GO) install golang.org/x/vuln/cmd/govulncheck@$*
	mv bin/tools/govulncheck $@

bin/tools/nfpm-%:
	GOBIN=$(CURDIR)/bin/tools $(GO) install github.com/goreleaser/nfpm/v2/cmd/nfpm@$*
	mv bin/tools/nfpm $@

bin/tools/helm-%:
	GOBIN=$(CURDIR)/bin/tools $(GO) install helm.sh/helm/v4/cmd/helm@$*
	mv bin/tools/helm $@

clean:
	rm -rf bin $(REPORT)
