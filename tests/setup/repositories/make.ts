/** Repositories with a Makefile. */

import type { Repository } from "./repository.ts";

const MAKE = ["make", "-qpRr"] as const;

export const GIT: Repository = {
  name: "git: a large Makefile with included parts, beside a Cargo.toml that cannot stand alone",
  files: {
    Makefile: String.raw`# The default target of this Makefile is...
all::

# Define V=1 to have a more verbose compile.
#
# Define SHELL_PATH to a POSIX shell if your /bin/sh is broken.
#
include shared.mak
-include config.mak
-include missing.mak

uname_S := $(shell sh -c 'uname -s 2>/dev/null || echo not')
CFLAGS = -g -O2 -Wall
export DEVELOPER := 1
LIB_FILE = libgit.a
OBJECTS := $(patsubst %.c,%.o,$(wildcard *.c))
BUILT_INS += git-add$X
ALL_PROGRAMS = git-daemon$X
X =

define cmd_munge_script
sed -e 's|@SHELL@|$(SHELL_PATH)|g' \
    $@.sh >$@+
usage: never a target
endef

please_set_SHELL_PATH_to_a_more_modern_shell:
	@$$(:)

shell_compatibility_test: please_set_SHELL_PATH_to_a_more_modern_shell

all:: $(ALL_PROGRAMS) shell_compatibility_test
git-daemon$X: daemon.o $(LIB_FILE)
	$(CC) -o $@ $^
$(BUILT_INS): git-daemon$X
	ln $< $@
$(LIB_FILE): $(OBJECTS)
	$(AR) rcs $@ $^
%.o: %.c
	$(CC) -c $<
git.sp git.s: EXTRA_CPPFLAGS = -DX

ifdef USE_ASCIIDOCTOR
ASCIIDOC = asciidoctor
doc-asciidoctor: ; true
else ifeq ($(uname_S),NONSTOP_KERNEL)
nonstop:
	true
endif

.PHONY: doc man html info pdf
doc: man
	$(MAKE) -C Documentation all
man html info pdf:
	$(MAKE) -C Documentation $@

### Testing rules

test: all
	$(MAKE) -C t/ all

# Run the tests one after the other.
perf: all
	$(MAKE) -C t/perf/ all
.PHONY: perf test

check: git.o
	@echo checking
coccicheck: check
strip: $(ALL_PROGRAMS)
	$(STRIP) $^

### Installation rules
install: all
	install -d '$(DESTDIR)'
install-doc install-man install-html: doc
	$(MAKE) -C Documentation $@

### Cleaning rules
distclean: clean
	$(RM) configure
clean:
	$(RM) *.o
.PHONY: all install clean strip

# Tags for editors
tags: FORCE
	ctags -R
FORCE:
.PHONY: FORCE
${Array.from({ length: 30 }, (_, index) => `tool-${index}:\n\ttrue\n`).join("")}`,
    "shared.mak": ".SUFFIXES:\n.DELETE_ON_ERROR:\nQUIET = @\n%.cocci.patch: %.cocci\n\ttrue\n",
    "config.mak": "# Local\nprefix = /usr\n\n# Compare with the last release\nrange-diff:\n\ttrue\n",
    "Cargo.toml": '[package]\nname = "gitcore"\nversion = "0.1.0"\n[lib]\ncrate-type = ["staticlib"]\n',
    INSTALL:
      "Normally you can just do\n\n    $ make\n    $ make install\n\nmake sure that make test says nothing.\n",
    ".github/workflows/main.yml": "jobs:\n  ci:\n    steps:\n      - run: make -j4 test # make build\n",
  },
  lists: {
    make: {
      argv: MAKE,
      form: "make",
      names: [
        ...[
          "all",
          "please_set_SHELL_PATH_to_a_more_modern_shell",
          "shell_compatibility_test",
          "git-daemon",
          "git-add",
        ],
        ...["doc", "man", "html", "info", "pdf", "test", "perf", "check", "coccicheck", "strip", "install"],
        ...[
          "install-doc",
          "install-man",
          "install-html",
          "distclean",
          "clean",
          "tags",
          "FORCE",
          "range-diff",
          "libgit.a",
        ],
        ...Array.from({ length: 30 }, (_, index) => `tool-${index}`),
      ],
      notProposed: { "it only forces others": ["FORCE"], "it is a file": ["libgit.a"] },
    },
  },
  jobs: [
    "all: make all",
    "range-diff: make range-diff",
    "please_set_SHELL_PATH_to_a_more_modern_shell: make please_set_SHELL_PATH_to_a_more_modern_shell",
    "shell_compatibility_test: make shell_compatibility_test",
    "git-daemon: make git-daemon",
    "git-add: make git-add",
    "doc: make doc",
    "man: make man",
    "html: make html",
    "info: make info",
    "pdf: make pdf",
    "test: make test",
    "perf: make perf",
    "check: make check",
    "coccicheck: make coccicheck",
    "strip: make strip",
    "install: make install",
    "install-doc: make install-doc",
    "install-man: make install-man",
    "install-html: make install-html",
    "distclean: make distclean",
    "clean: make clean",
    "tags: make tags",
    "tool-0: make tool-0",
    "tool-1: make tool-1",
    "tool-2: make tool-2",
    "tool-3: make tool-3",
    "tool-4: make tool-4",
    "tool-5: make tool-5",
    "tool-6: make tool-6",
    "tool-7: make tool-7",
    "tool-8: make tool-8",
    "tool-9: make tool-9",
    "tool-10: make tool-10",
    "tool-11: make tool-11",
    "tool-12: make tool-12",
    "tool-13: make tool-13",
    "build: cargo build",
    "cargo-test: cargo test",
    "cargo-check: cargo check",
  ],
};

export const REDIS: Repository = {
  name: "redis: a Makefile that hands everything down",
  files: {
    Makefile: "# Top level makefile, the real stuff is at ./src/Makefile and in ./modules/Makefile\n\n" +
      "SUBDIRS = src\nifeq ($(BUILD_WITH_MODULES), yes)\n\tSUBDIRS += modules\nendif\n\n" +
      "default: all\n\n.DEFAULT:\n\tfor dir in $(SUBDIRS); do $(MAKE) -C $$dir $@; done\n\n" +
      "install:\n\tfor dir in $(SUBDIRS); do $(MAKE) -C $$dir $@; done\n\n.PHONY: install\n",
    "README.md": "# Redis\n\n    make\n    make test\n",
  },
  lists: { make: { argv: MAKE, form: "make", names: ["default", "install"] } },
  jobs: [
    "default: make default",
    "install: make install",
  ],
};

export const LINUX: Repository = {
  name: "linux: a Makefile of variables, conditionals and patterns",
  files: {
    Makefile: String.raw`# SPDX-License-Identifier: GPL-2.0
VERSION = 6
# *DOCUMENTATION*
# To see a list of typical targets execute "make help"

ifeq ($(filter undefine,$(.FEATURES)),)
endif
PHONY := __all
__all:

MAKEFLAGS += -rR
ifdef building_out_of_srctree
$(CURDIR)/Makefile: Makefile
	$(Q)echo
endif
quiet_cmd_depmod = DEPMOD  $(MODLIB)
      cmd_depmod = $(srctree)/scripts/depmod.sh
define filechk_kernel.release
	echo "$(KERNELVERSION): $@"
endef

PHONY += scripts_basic
scripts_basic:
	true

no-dot-config-targets := clean mrproper \
			 help%
PHONY += all
all: vmlinux
vmlinux: scripts_basic
	true

ifeq ($(KBUILD_EXTMOD),)
%config: scripts_basic FORCE
	true
config: scripts_basic FORCE
	true
# Devicetree files
ifneq ($(wildcard arch/boot/dts/),)
dtbs:
	true
endif
PHONY += modules_install install
modules_install install: all
	true
headers: ; true
else
PHONY += external_only
external_only:
	true
endif

PHONY += help
help:
	@echo  'Cleaning targets:'
	@echo  '  clean: remove'
tags TAGS cscope gtags: FORCE
	true
PHONY += clean mrproper distclean
clean: ; true
mrproper: clean
distclean: mrproper
samples/%: FORCE
	true
FORCE:
PHONY += FORCE
.PHONY: $(PHONY)
`,
  },
  lists: {
    make: {
      argv: MAKE,
      form: "make",
      names: [
        "FORCE",
        "TAGS",
        "__all",
        "all",
        "clean",
        "config",
        "cscope",
        "distclean",
        "gtags",
        "headers",
        "help",
        "install",
        "modules_install",
        "mrproper",
        "scripts_basic",
        "tags",
        "vmlinux",
      ],
      notProposed: { "it is for other targets": ["__all", "FORCE"] },
    },
  },
  jobs: [
    "scripts_basic: make scripts_basic",
    "all: make all",
    "vmlinux: make vmlinux",
    "config: make config",
    "modules_install: make modules_install",
    "install: make install",
    "headers: make headers",
    "help: make help",
    "tags: make tags",
    "make-TAGS: make TAGS",
    "cscope: make cscope",
    "gtags: make gtags",
    "clean: make clean",
    "mrproper: make mrproper",
    "distclean: make distclean",
  ],
};

export const OPERATOR: Repository = {
  name: "an operator in Go: a Makefile with headings and descriptions behind the targets",
  files: {
    Makefile: String.raw`IMG ?= controller:latest
ifeq (,$(shell go env GOBIN))
GOBIN=$(shell go env GOPATH)/bin
else
GOBIN=$(shell go env GOBIN)
endif
SHELL = /usr/bin/env bash -o pipefail
.SHELLFLAGS = -ec

.PHONY: all
all: build

##@ General

.PHONY: help
help: ## Display this help.
	@awk 'BEGIN {FS = ":.*##"} /^[a-zA-Z_0-9-]+:.*?##/ { print $$1 }' $(MAKEFILE_LIST)

##@ Development

.PHONY: manifests
manifests: controller-gen ## Generate ClusterRole and CustomResourceDefinition objects.
	$(CONTROLLER_GEN) rbac:roleName=manager-role crd paths="./..."

.PHONY: fmt vet
fmt: ## Run go fmt against code.
	go fmt ./...
vet: ## Run go vet against code.
	go vet ./...

.PHONY: test
test: manifests fmt vet ## Run tests.
	go test $$(go list ./... | grep -v /e2e) -coverprofile cover.out

##@ Build

.PHONY: build
build: manifests ## Build manager binary.
	go build -o bin/manager cmd/main.go

.PHONY: docker-push
docker-push: ## Push docker image with the manager.
	$(CONTAINER_TOOL) push $(IMG)

##@ Deployment

ifndef ignore-not-found
  ignore-not-found = false
endif

.PHONY: deploy undeploy
deploy: manifests ## Deploy controller to the K8s cluster.
	true
undeploy: ## Undeploy controller.
	true

## Location to install dependencies to
LOCALBIN ?= $(shell pwd)/bin
$(LOCALBIN):
	mkdir -p $(LOCALBIN)
CONTROLLER_GEN ?= $(LOCALBIN)/controller-gen

.PHONY: controller-gen
controller-gen: $(CONTROLLER_GEN) ## Download controller-gen locally if necessary.
$(CONTROLLER_GEN): $(LOCALBIN)
	$(call go-install-tool,$(CONTROLLER_GEN),sigs.k8s.io/controller-tools)

define go-install-tool
@[ -f "$(1)-$(3)" ] || { \
set -e; \
package=$(2)@$(3) ;\
}
endef
`,
    "go.mod": "module example.com/operator\n\ngo 1.23\n",
    "README.md": "Run `make test`, then:\n\n```sh\nmake docker-push IMG=x\nmake deploy\n```\n",
  },
  lists: {
    make: {
      argv: MAKE,
      form: "make",
      names: [
        "all",
        "help",
        "manifests",
        "fmt",
        "vet",
        "test",
        "build",
        "docker-push",
        "deploy",
        "undeploy",
        "controller-gen",
      ],
    },
  },
  jobs: [
    "all: make all",
    "help: make help",
    "manifests: make manifests",
    "fmt: make fmt",
    "vet: make vet",
    "test: make test",
    "build: make build",
    "docker-push: make docker-push",
    "deploy: make deploy",
    "undeploy: make undeploy",
    "controller-gen: make controller-gen",
    "go-build: go build ./...",
    "go-test: go test ./...",
    "go-vet: go vet ./...",
  ],
};
