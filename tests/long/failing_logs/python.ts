/** Failing projects of Python's tools. */

import { type FailingProject, many } from "./project.ts";

const CASES = 60;

export const PYTHON: readonly FailingProject[] = [
  {
    name: "pytest, assert",
    tool: "pytest",
    files: {
      "test_a.py": many(CASES, (n) => `def test_ok_${n}():\n    assert ${n} == ${n}\n`) +
        '\ndef test_total():\n    total = sum([1, 2, 3])\n    assert total == 7, "the sum of the cart"\n',
    },
    args: ["-p", "no:cacheprovider"],
    tells: ["test_total", "assert 6 == 7", "the sum of the cart"],
  },
  {
    name: "pytest -v, with many tests and output of its own",
    tool: "pytest",
    files: {
      "test_a.py": many(CASES, (n) => `def test_ok_${n}():\n    print("no error in ${n}")\n`) +
        "\ndef test_names():\n    assert ['ada', 'bob'] == ['ada', 'eve']\n",
    },
    args: ["-v", "-p", "no:cacheprovider"],
    tells: ["test_names", "'bob' != 'eve'"],
  },
  {
    name: "pytest, short",
    tool: "pytest",
    files: {
      "test_a.py":
        "import pytest\n@pytest.mark.parametrize('n', range(80))\ndef test_square(n):\n    assert n * n != 3136\n",
    },
    args: ["-q", "--tb=short", "-p", "no:cacheprovider"],
    tells: ["test_square[56]", "assert (56 * 56) != 3136"],
  },
  {
    name: "pytest, a fixture that is missing",
    tool: "pytest",
    files: { "test_a.py": "def test_db(database):\n    assert database\n" },
    args: ["-p", "no:cacheprovider"],
    tells: ["fixture 'database' not found"],
  },
  {
    name: "pytest, a module that is missing",
    tool: "pytest",
    files: { "test_a.py": "import depot_client\n\ndef test_a():\n    pass\n" },
    args: ["-p", "no:cacheprovider"],
    tells: ["No module named 'depot_client'"],
  },
  {
    name: "pytest, an exception in called code",
    tool: "pytest",
    files: {
      "lib.py": "def parse(text):\n    return int(text)\n",
      "test_a.py": "from lib import parse\n\ndef test_parse():\n    assert parse('12a') == 12\n",
    },
    args: ["-p", "no:cacheprovider"],
    tells: ["test_parse", "invalid literal for int() with base 10: '12a'"],
  },
  {
    name: "unittest",
    tool: "python3",
    files: {
      "test_a.py": "import unittest\n\nclass T(unittest.TestCase):\n" +
        many(CASES, (n) => `    def test_ok_${n}(self):\n        self.assertEqual(1, 1)\n`) +
        "\n    def test_depth(self):\n        self.assertEqual(3, 4, 'levels of the tree')\n",
    },
    args: ["-m", "unittest"],
    tells: ["test_depth", "3 != 4 : levels of the tree"],
  },
  {
    name: "unittest -v, of texts",
    tool: "python3",
    files: {
      "test_a.py": "import unittest\n\nclass T(unittest.TestCase):\n" +
        many(CASES, (n) => `    def test_ok_${n}(self):\n        pass\n`) +
        "\n    def test_text(self):\n        self.assertEqual('one\\ntwo\\n', 'one\\nthree\\n')\n",
    },
    args: ["-m", "unittest", "-v"],
    tells: ["test_text", "- two", "+ three"],
  },
  {
    name: "doctest",
    tool: "python3",
    files: { "a.py": 'def twice(n):\n    """\n    >>> twice(4)\n    9\n    """\n    return 2 * n\n' },
    args: ["-m", "doctest", "a.py"],
    tells: ["twice(4)", "Expected:", "Got:"],
  },
  {
    name: "python, an exception behind an exception",
    tool: "python3",
    files: {
      "a.py": "def read():\n    try:\n        return {}['region']\n    except KeyError as e:\n" +
        "        raise RuntimeError('the settings name no region') from e\n\n" +
        "for n in range(2000):\n    print('row', n)\nread()\n",
    },
    args: ["a.py"],
    tells: ["RuntimeError: the settings name no region"],
  },
  {
    name: "python, a syntax error",
    tool: "python3",
    files: { "a.py": "def f(:\n    pass\n" },
    args: ["a.py"],
    tells: ["SyntaxError", "line 1"],
  },
  {
    name: "python, a module that is missing",
    tool: "python3",
    files: { "a.py": "import lanterns\n" },
    args: ["a.py"],
    tells: ["No module named 'lanterns'"],
  },
  {
    name: "python, logging of errors before the end",
    tool: "python3",
    files: {
      "a.py": "import logging, sys\nlogging.basicConfig(level=logging.INFO)\n" +
        "for n in range(800):\n    logging.info('copied %d', n)\n" +
        "logging.error('upload of part 12 failed: checksum differs')\n" +
        "for n in range(800):\n    logging.info('removed %d', n)\nsys.exit(2)\n",
    },
    args: ["a.py"],
    tells: ["upload of part 12 failed: checksum differs"],
  },
  {
    name: "mypy",
    tool: "mypy",
    files: { "a.py": 'def f(n: int) -> str:\n    return n\n\nf("x")\n' },
    args: ["--cache-dir=/dev/null", "a.py"],
    tells: ["a.py:2: error: Incompatible return value type"],
  },
  {
    name: "flake8",
    tool: "flake8",
    files: { "a.py": "import os\n\n\ndef f():\n    return lamp\n" },
    args: ["a.py"],
    tells: ["a.py:5:12: F821 undefined name 'lamp'"],
  },
  {
    name: "pycodestyle",
    tool: "pycodestyle",
    files: { "a.py": "def f( a ):\n    return a\n" },
    args: ["a.py"],
    tells: ["a.py:1:7: E201"],
  },
  {
    name: "pylint",
    tool: "pylint",
    files: { "a.py": '"""A."""\n\n\ndef f():\n    """F."""\n    return lamp\n' },
    args: ["a.py"],
    tells: ["a.py:6:11: E0602: Undefined variable 'lamp'"],
  },
  {
    name: "black --check",
    tool: "black",
    files: { "a.py": "x   =  1\n" },
    args: ["--check", "."],
    tells: ["would reformat", "a.py"],
  },
  {
    name: "yamllint",
    tool: "yamllint",
    files: { "a.yaml": "---\na: 1\na: 2\n" },
    args: ["-d", "relaxed", "a.yaml"],
    tells: ["3:1", 'duplication of key "a"'],
  },
];
