/** Failing projects of compilers and build tools of native code. */

import { type FailingProject, many } from "./project.ts";

const CASES = 60;
const CARGO = '[package]\nname = "depot"\nversion = "0.1.0"\nedition = "2021"\n';

export const NATIVE: readonly FailingProject[] = [
  {
    name: "gcc, a type that is unknown",
    tool: "gcc",
    files: { "a.c": "int main(void) { widget w; return 0; }\n" },
    args: ["-c", "a.c"],
    tells: ["unknown type name", "widget"],
  },
  {
    name: "gcc, one error behind many warnings",
    tool: "gcc",
    files: {
      "a.c": many(80, (n) => `int f${n}(void) { int unused${n}; return 0; }`) +
        "\nint main(void) { return lamp; }\n",
    },
    args: ["-Wall", "-c", "a.c"],
    tells: ["lamp", "undeclared"],
  },
  {
    name: "gcc, a function that is not linked",
    tool: "gcc",
    files: { "a.c": "void shine(void);\nint main(void) { shine(); return 0; }\n" },
    args: ["a.c", "-o", "a"],
    tells: ["undefined reference to `shine'"],
  },
  {
    name: "g++, in a template",
    tool: "g++",
    files: {
      "a.cc":
        "#include <algorithm>\n#include <list>\nint main() { std::list<int> l{3, 1}; std::sort(l.begin(), l.end()); }\n",
    },
    args: ["-c", "a.cc"],
    tells: ["error: no match for", "operator-"],
  },
  {
    name: "clang",
    tool: "clang",
    files: { "a.c": "int main(void) { return lamp }\n" },
    args: ["-c", "a.c"],
    tells: ["use of undeclared identifier 'lamp'"],
  },
  {
    name: "make, two levels down",
    tool: "make",
    needs: ["gcc"],
    files: {
      "Makefile": 'all:\n\t@for n in $$(seq 1 300); do echo "CC part$$n.o"; done\n\t$(MAKE) -C lib\n',
      "lib/Makefile": "all: a.o\na.o: a.c\n\tgcc -c a.c\n",
      "lib/a.c": "int f(void) { return lamp; }\n",
    },
    args: [],
    tells: ["lamp", "undeclared", "Error"],
  },
  {
    name: "make, without a rule",
    tool: "make",
    files: { "Makefile": "all: depot.bin\n" },
    args: [],
    tells: ["No rule to make target 'depot.bin'"],
  },
  {
    name: "make -j, where one of many fails",
    tool: "make",
    files: {
      "Makefile": `all: ${
        many(40, (n) => `p${n}`).replaceAll("\n", " ")
      }\np17:\n\t@echo "linking p17"; echo "ld: symbol table of p17 is broken" >&2; exit 3\np%:\n\t@echo "building $@"\n`,
    },
    args: ["-j4", "-k"],
    tells: ["p17", "Error 3"],
  },
  {
    name: "cmake, a package that is missing",
    tool: "cmake",
    files: {
      "CMakeLists.txt":
        "cmake_minimum_required(VERSION 3.10)\nproject(x C)\nfind_package(Lantern REQUIRED)\n",
    },
    args: ["."],
    tells: ["CMake Error", "Lantern"],
  },
  {
    name: "ctest",
    tool: "ctest",
    needs: ["cmake"],
    files: {
      "CMakeLists.txt": "cmake_minimum_required(VERSION 3.10)\nproject(x NONE)\nenable_testing()\n" +
        many(40, (n) => `add_test(NAME ok${n} COMMAND true)`) +
        '\nadd_test(NAME lamp COMMAND sh -c "echo expected on but was off; exit 1")\n',
    },
    before: [["cmake", "."]],
    args: ["--output-on-failure"],
    tells: ["lamp", "expected on but was off"],
  },
  {
    name: "ninja",
    tool: "ninja",
    needs: ["gcc"],
    files: {
      "build.ninja": "rule cc\n  command = gcc -c $in -o $out\nbuild a.o: cc a.c\n",
      "a.c": "int f(void) { return lamp; }\n",
    },
    args: [],
    tells: ["lamp", "undeclared"],
  },
  {
    name: "an assert() of C",
    tool: "gcc",
    files: {
      "a.c":
        '#include <assert.h>\n#include <stdio.h>\nint main(void) { for (int n = 0; n < 900; n++) printf("row %d\\n", n); int depth = 4; assert(depth == 3); }\n',
      "run.sh": "gcc a.c -o a && ./a\n",
    },
    needs: ["sh"],
    args: ["@run.sh"],
    tells: ["depth == 3", "Assertion"],
  },
  {
    name: "gfortran",
    tool: "gfortran",
    files: { "a.f90": "program a\n  implicit none\n  x = 1\nend program\n" },
    args: ["-c", "a.f90"],
    tells: ["Symbol", "x", "IMPLICIT"],
  },
  {
    name: "go test",
    tool: "go",
    files: {
      "go.mod": "module depot\n\ngo 1.19\n",
      "a_test.go": 'package depot\n\nimport "testing"\n\n' +
        many(CASES, (n) => `func TestOk${n}(t *testing.T) {}`) +
        '\n\nfunc TestLamp(t *testing.T) {\n\tif got, want := "off", "on"; got != want {\n' +
        '\t\tt.Errorf("lamp is %q, want %q", got, want)\n\t}\n}\n',
    },
    args: ["test", "-v", "./..."],
    tells: ["TestLamp", 'lamp is "off", want "on"'],
  },
  {
    name: "go test, a panic",
    tool: "go",
    files: {
      "go.mod": "module depot\n\ngo 1.19\n",
      "a_test.go":
        'package depot\n\nimport "testing"\n\nfunc TestMap(t *testing.T) {\n\tvar m map[string]int\n\tm["a"] = 1\n}\n',
    },
    args: ["test", "./..."],
    tells: ["TestMap", "assignment to entry in nil map"],
  },
  {
    name: "go build",
    tool: "go",
    files: {
      "go.mod": "module depot\n\ngo 1.19\n",
      "a.go": "package main\n\nfunc main() {\n\tlamp := 1\n}\n",
    },
    args: ["build", "./..."],
    tells: ["a.go:4:2", "lamp declared"],
  },
  {
    name: "go vet",
    tool: "go",
    files: {
      "go.mod": "module depot\n\ngo 1.19\n",
      "a.go": 'package main\n\nimport "fmt"\n\nfunc main() { fmt.Printf("%d\\n", "one") }\n',
    },
    args: ["vet", "./..."],
    tells: ["a.go:5", "Printf format %d has arg"],
  },
  {
    name: "cargo test",
    tool: "cargo",
    files: {
      "Cargo.toml": CARGO,
      "src/lib.rs": "#[cfg(test)]\nmod tests {\n" +
        many(CASES, (n) => `    #[test]\n    fn ok_${n}() {}`) +
        '\n    #[test]\n    fn lamp_is_on() {\n        assert_eq!("off", "on", "the lamp at the gate");\n    }\n}\n',
    },
    args: ["test", "--offline"],
    tells: ["lamp_is_on", "the lamp at the gate", 'left: "off"', 'right: "on"'],
  },
  {
    name: "cargo build, a type",
    tool: "cargo",
    files: { "Cargo.toml": CARGO, "src/main.rs": 'fn main() {\n    let n: u32 = "seven";\n}\n' },
    args: ["build", "--offline"],
    tells: ["E0308", "mismatched types", "src/main.rs:2:18"],
  },
  {
    name: "rustc, a borrow",
    tool: "rustc",
    files: {
      "a.rs": 'fn main() {\n    let v = vec![1];\n    let w = v;\n    println!("{:?} {:?}", v, w);\n}\n',
    },
    args: ["a.rs"],
    tells: ["E0382", "borrow of moved value: `v`"],
  },
];
