/** Repositories with recipes and tasks: just, go-task, mise. */

import type { Repository } from "./repository.ts";

export const JUST: Repository = {
  name: "a justfile with everything that one can have, beside a cargo workspace",
  files: {
    justfile: String.raw`# All recipes of the project
set shell := ["bash", "-uc"]
set windows-shell := ["powershell.exe", "-NoLogo", "-Command"]

import 'just/ci.just'
import? 'just/local.just'

# Documentation
mod docs
mod? missing

version := ${"`git describe 2>/dev/null || echo 0`"}
message := '''
not_a_recipe: build
  another: one
'''
export RUST_BACKTRACE := "1"
alias b := build
alias t := test

_default:
    @just --list

# Build it
[group('build')]
build target="debug build" flags=${"`echo --quiet`"} *rest:
    cargo build {{rest}}

test *args: (build "release" '--x:y')
    cargo test {{args}}

[doc('Open the documentation')]
[linux]
open:
    xdg-open target/doc
[doc('Open the documentation')]
[windows]
open:
    start target/doc
[macos]
open:
    open target/doc

[macos]
notarize:
    xcrun notarytool

[group: 'release']
[confirm("Publish to crates.io?")]
publish:
    cargo publish
[confirm]
wipe:
    rm -rf target
deploy where $STAGE +hosts:
    echo {{where}}
[private]
secret:
    true
@quiet-one:
    echo hush
bump kind=(if version == "0" { "minor" } else { "patch" }):
    #!/usr/bin/env bash
    set -euo pipefail
    other: thing
`,
    "just/ci.just": "# What CI runs\nci: build test\n    true\n",
    "docs.just":
      "# Serve the documentation\nserve port='8000':\n    mdbook serve\nbuild:\n    mdbook build\n",
    "Cargo.toml": '[workspace]\nmembers = ["crates/*"]\n',
    ".cargo/config.toml": '[alias]\nxtask = "run --package xtask --"\n',
    "README.md": "Run `just test`, or\n\n```\ncargo test --workspace\ncargo build --workspace\njust ci\n" +
      "just build\njust build x\n```\n",
  },
  lists: {
    just: {
      argv: ["just", "--summary"],
      form: "words",
      names: [
        "build",
        "bump",
        "ci",
        "deploy",
        "open",
        "publish",
        "quiet-one",
        "test",
        "wipe",
        "docs::build",
        "docs::serve",
      ],
    },
  },
  jobs: [
    "ci: just ci",
    "build: just build",
    "test: just test",
    "open: just open",
    "publish: just --yes publish",
    "wipe: just --yes wipe",
    "deploy: just deploy",
    "quiet-one: just quiet-one",
    "bump: just bump ${args.kind}",
    "docs-serve: just docs::serve ${args.port}",
    "docs-build: just docs::build",
    "cargo-build: cargo build --workspace",
    "cargo-test: cargo test --workspace",
    "check: cargo check --workspace",
    "xtask: cargo xtask",
  ],
};

export const TASKFILE: Repository = {
  name: "a Taskfile with includes, beside a meson.build",
  files: {
    "Taskfile.yml": String.raw`version: '3'
includes:
  docs: ./docs
  local:
    taskfile: ./Taskfile.local.yml
    optional: true
vars:
  NAME: "x: y"
tasks:
  default:
    cmds: [task: test]
  test:
    desc: Run the tests
    aliases: [t]
    cmds:
      - go test ./...
  build: go build ./...
  gen:*:
    cmds: ['echo {{index .MATCH 0}}']
  helper:
    internal: true
    cmds: ["true"]
  mac-only:
    platforms: [darwin]
    cmds: ["true"]
  amd:
    platforms: [linux/amd64, windows]
    cmds: ["true"]
  release:
    prompt: Release it?
    requires:
      vars: [VERSION]
    cmds: ["true"]
`,
    "docs/Taskfile.yml":
      "version: '3'\ntasks:\n  serve:\n    desc: Serve the documentation\n    cmds: [mkdocs serve]\n",
    "meson.build": "project('app', 'c')\nsubdir('src')\n",
  },
  // Written by hand, from the documentation of go-task.
  lists: {
    task: {
      argv: ["task", "--list-all", "--json"],
      form: "json_names",
      names: ["amd", "build", "default", "docs:serve", "gen:*", "mac-only", "release", "test"],
      notProposed: { "it is a pattern": ["gen:*"], "it is for another system": ["mac-only"] },
    },
  },
  jobs: [
    "default: task default",
    "test: task test",
    "build: task build",
    "amd: task amd",
    "release: task --yes release",
    "docs-serve: task docs:serve",
    "setup: meson setup build",
    "meson-build: meson compile -C build",
    "meson-test: meson test -C build",
  ],
};

export const MISE: Repository = {
  name: "tasks of mise, some of them files",
  files: {
    "mise.toml": String.raw`[tools]
[tasks]
lint = "eslint ."
[tasks.build]
description = "Build the program"
run = ["cargo build", "echo done"]
alias = "b"
[tasks."test:unit"]
depends = ["build"]
run = "cargo test"
[tasks.internal]
hide = true
run = "true"
[tasks.ship]
confirm = "Ship it?"
run = "true"
[tasks.greet]
usage = 'arg "<name>" help="Who"'
run = "echo hello"
`,
    "mise-tasks/seed": '#!/usr/bin/env bash\n#MISE description="Fill the database"\n#MISE alias="s"\ntrue\n',
  },
  lists: {
    mise: {
      argv: ["mise", "tasks", "ls", "--json"],
      form: "json_names",
      names: ["build", "greet", "lint", "seed", "ship", "test:unit"],
    },
  },
  jobs: [
    "lint: mise run lint",
    "build: mise run build",
    "test-unit: mise run test:unit",
    "ship: mise --yes run ship",
    "greet: mise run greet",
    "seed: mise run seed",
  ],
};
