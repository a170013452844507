/** Repositories in Python. */

import type { Repository } from "./repository.ts";

export const HATCH: Repository = {
  name: "a library in Python with hatch, tox and nox",
  files: {
    "pyproject.toml": String.raw`[build-system]
requires = ["hatchling"]
[project]
name = "thing"
version = "1"
[project.scripts]
thing = "thing:main"
[project.optional-dependencies]
dev = ["pytest-cov", "pytest>=8"]
[tool.hatch.envs.default.scripts]
cov = "pytest --cov {args}"
_hidden = "true"
[tool.hatch.envs.docs.scripts]
build = ["mkdocs build", "echo done"]
[tool.mypy]
files = ["src"]
[tool.ruff.lint]
select = ["E"]
`,
    "tox.ini": String.raw`[tox]
envlist = py{311,312}-{a,b}, lint
isolated_build = true

[testenv]
commands = pytest {posargs}

[testenv:lint]
description = check the style
commands =
    ruff check
    x: y

[testenv:docs]
commands = mkdocs build
`,
    "noxfile.py": String.raw`import nox

nox.options.sessions = ["tests"]


@nox.session(python=["3.11", "3.12"])
def tests(session: nox.Session) -> None:
    """Run the test suite."""
    session.run("pytest", *session.posargs)


@nox.session(
    name="type-check",
    reuse_venv=True,
)
@nox.parametrize("flag", ["a"])
def type_check(
    session,
    flag,
):
    session.run("mypy")


def helper(session):
    """No session."""
`,
    "README.rst": "Testing\n=======\n\nThe tests run with ``tox -e lint`` and::\n\n    nox -s tests\n",
  },
  lists: {
    tox: {
      argv: ["tox", "-a"],
      form: "lines",
      names: ["py311-a", "py311-b", "py312-a", "py312-b", "lint", "docs"],
    },
    nox: { argv: ["nox", "-l"], form: "nox", names: ["tests", "type-check"] },
  },
  jobs: [
    "tox: tox",
    "py311-a: tox -e py311-a",
    "py311-b: tox -e py311-b",
    "py312-a: tox -e py312-a",
    "py312-b: tox -e py312-b",
    "lint: tox -e lint",
    "docs: tox -e docs",
    "tests: nox -s tests",
    "type-check: nox -s type-check",
    "cov: hatch run cov",
    "docs-build: hatch run docs:build",
    "test: pytest",
    "python-lint: ruff check",
    "types: mypy",
  ],
};

export const UV: Repository = {
  name: "an application in Python that uv keeps",
  files: {
    "pyproject.toml": String.raw`[project]
name = "app"
version = "1"
[project.scripts]
app = "app:main"
[dependency-groups]
dev = ["ruff>=0.9", "pytest"]
[tool.poe.tasks]
serve = { cmd = "uvicorn app:app", help = "Serve it" }
seed = "python seed.py"
_private = "true"
[tool.mypy]
strict = true
[tool.ruff.format]
quote-style = "single"
`,
    "uv.lock": "version = 1\n",
  },
  lists: {},
  jobs: [
    "serve: uv run poe serve",
    "seed: uv run poe seed",
    "test: uv run pytest",
    "lint: uv run ruff check",
    "format: uv run ruff format",
    "types: uv run mypy .",
    "app: uv run app",
  ],
};
