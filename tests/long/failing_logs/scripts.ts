/** Failing projects of the other languages: Ruby, PHP, Perl, shells, Lua, Java and more. */

import { type FailingProject, many } from "./project.ts";

const CASES = 60;

export const SCRIPTS: readonly FailingProject[] = [
  {
    name: "rspec",
    tool: "rspec",
    files: {
      "a_spec.rb": "RSpec.describe 'lamp' do\n" +
        many(CASES, (n) => `  it('ok ${n}') { expect(${n}).to eq(${n}) }`) +
        "\n  it('is on') { expect('off').to eq('on') }\nend\n",
    },
    args: ["a_spec.rb"],
    tells: ["is on", 'expected: "on"', 'got: "off"'],
  },
  {
    name: "rspec, documentation, an exception",
    tool: "rspec",
    files: {
      "a_spec.rb": "RSpec.describe 'depot' do\n" +
        many(CASES, (n) => `  it('ok ${n}') { expect(${n}).to eq(${n}) }`) +
        "\n  it('opens') { raise KeyError, 'no key for the depot' }\nend\n",
    },
    args: ["--format", "documentation", "a_spec.rb"],
    tells: ["opens", "no key for the depot"],
  },
  {
    name: "minitest",
    tool: "ruby",
    files: {
      "a_test.rb": "require 'minitest/autorun'\nclass LampTest < Minitest::Test\n" +
        many(CASES, (n) => `  def test_ok_${n}; assert_equal ${n}, ${n}; end`) +
        "\n  def test_on; assert_equal 'on', 'off', 'the lamp at the gate'; end\nend\n",
    },
    args: ["a_test.rb"],
    tells: ["test_on", "the lamp at the gate", '"on"', '"off"'],
  },
  {
    name: "test-unit",
    tool: "ruby",
    files: {
      "a_test.rb": "require 'test/unit'\nclass LampTest < Test::Unit::TestCase\n" +
        many(CASES, (n) => `  def test_ok_${n}; assert_equal ${n}, ${n}; end`) +
        "\n  def test_on; assert_equal('on', 'off'); end\nend\n",
    },
    args: ["a_test.rb"],
    tells: ["test_on", '<"on"> expected but was', '<"off">'],
  },
  {
    name: "ruby, an exception",
    tool: "ruby",
    files: { "a.rb": "2000.times { |n| puts \"row #{n}\" }\nraise ArgumentError, 'row 2000 has no owner'\n" },
    args: ["a.rb"],
    tells: ["row 2000 has no owner", "ArgumentError"],
  },
  {
    name: "ruby, a syntax error",
    tool: "ruby",
    files: { "a.rb": "def f\n  if true\nend\n" },
    args: ["a.rb"],
    tells: ["syntax error", "a.rb:3"],
  },
  {
    name: "phpunit",
    tool: "phpunit",
    files: {
      "ATest.php": "<?php\nuse PHPUnit\\Framework\\TestCase;\nfinal class ATest extends TestCase {\n" +
        many(CASES, (n) => `  public function testOk${n}(): void { $this->assertSame(${n}, ${n}); }`) +
        "\n  public function testLamp(): void { $this->assertSame('on', 'off', 'the lamp at the gate'); }\n}\n",
    },
    args: ["--do-not-cache-result", "ATest.php"],
    tells: ["testLamp", "the lamp at the gate", "+'off'"],
  },
  {
    name: "php, an exception",
    tool: "php",
    files: {
      "a.php":
        "<?php\nfor ($n = 0; $n < 900; $n++) echo \"row $n\\n\";\nthrow new LogicException('the cart is closed');\n",
    },
    args: ["a.php"],
    tells: ["the cart is closed", "LogicException"],
  },
  {
    name: "php -l",
    tool: "php",
    files: { "a.php": "<?php\nfunction f( { }\n" },
    args: ["-l", "a.php"],
    tells: ["syntax error", "line 2"],
  },
  {
    name: "prove",
    tool: "prove",
    needs: ["perl"],
    files: {
      "t/a.t": `use Test::More tests => ${CASES + 1};\n` + many(CASES, (n) => `ok(1, "ok ${n}");`) +
        "\nis('off', 'on', 'the lamp is on');\n",
    },
    args: ["-v", "t"],
    tells: ["the lamp is on", "got: 'off'", "expected: 'on'"],
  },
  {
    name: "perl, die",
    tool: "perl",
    files: { "a.pl": 'print "row $_\\n" for 1..900;\ndie "no such depot: harbour";\n' },
    args: ["a.pl"],
    tells: ["no such depot: harbour at a.pl line 2."],
  },
  {
    name: "perl -c",
    tool: "perl",
    files: { "a.pl": "my $x = ;\n" },
    args: ["-c", "a.pl"],
    tells: ["syntax error at a.pl line 1"],
  },
  {
    name: "bats",
    tool: "bats",
    files: {
      "a.bats": many(CASES, (n) => `@test "ok ${n}" { true; }`) +
        '\n@test "the lamp is on" {\n  state=off\n  [ "$state" = on ]\n}\n',
    },
    args: ["a.bats"],
    tells: ["the lamp is on", '[ "$state" = on ]'],
  },
  {
    name: "shellcheck",
    tool: "shellcheck",
    files: { "a.sh": "#!/bin/sh\nrm -rf $1/*\nlamp=on\n" },
    args: ["a.sh"],
    tells: ["a.sh line 2", "SC2086"],
  },
  {
    name: "sh, a command that is missing",
    tool: "sh",
    files: { "a.sh": "set -e\nfor n in $(seq 1 500); do echo row $n; done\nlantern --light\necho never\n" },
    args: ["a.sh"],
    tells: ["lantern", "not found"],
  },
  {
    name: "bash -u, a variable that is not set",
    tool: "bash",
    files: { "a.sh": 'seq 1 500\necho "$DEPOT_REGION_NAME"\n' },
    args: ["-u", "a.sh"],
    tells: ["DEPOT_REGION_NAME: unbound variable"],
  },
  {
    name: "cp, a file that is missing",
    tool: "sh",
    files: { "a.sh": "seq 1 500\ncp chart.xyz copy.xyz || { seq 1 500; exit 3; }\n" },
    args: ["a.sh"],
    tells: ["cannot stat 'chart.xyz'", "No such file or directory"],
  },
  {
    name: "lua",
    tool: "lua",
    files: { "a.lua": 'for n = 1, 500 do print("row", n) end\nlocal lamp = nil\nprint(lamp.colour)\n' },
    args: ["a.lua"],
    tells: ["a.lua:3", "attempt to index a nil value (local 'lamp')"],
  },
  {
    name: "busted",
    tool: "busted",
    files: {
      "a_spec.lua": "describe('lamp', function()\n" +
        many(CASES, (n) => `  it('ok ${n}', function() assert.are.equal(${n}, ${n}) end)`) +
        "\n  it('is on', function() assert.are.equal('on', 'off') end)\nend)\n",
    },
    args: ["a_spec.lua"],
    tells: ["is on", "(string) 'off'", "(string) 'on'"],
  },
  {
    name: "tclsh",
    tool: "tclsh",
    files: { "a.tcl": "for {set n 0} {$n < 500} {incr n} {puts $n}\nerror {the lamp is broken}\n" },
    args: ["a.tcl"],
    tells: ["the lamp is broken"],
  },
  {
    name: "javac",
    tool: "javac",
    files: { "A.java": 'class A { int f() { return "seven"; } }\n' },
    args: ["A.java"],
    tells: ["A.java:1: error: incompatible types: String cannot be converted to int"],
  },
  {
    name: "java, an exception",
    tool: "java",
    needs: ["javac"],
    files: {
      "A.java":
        'class A { public static void main(String[] a) { for (int n = 0; n < 500; n++) System.out.println("row " + n); throw new IllegalStateException("the gate is shut"); } }\n',
    },
    args: ["A.java"],
    tells: ["java.lang.IllegalStateException: the gate is shut"],
  },
  {
    name: "git, a merge that conflicts",
    tool: "git",
    files: { "a.txt": "one\n" },
    before: [
      ["git", "init", "-q", "-b", "main", "."],
      ["git", "add", "a.txt"],
      ["git", "-c", "user.name=a", "-c", "user.email=a@example.org", "commit", "-qm", "one"],
      ["git", "switch", "-qc", "other"],
      ["sh", "-c", "echo two > a.txt"],
      ["git", "-c", "user.name=a", "-c", "user.email=a@example.org", "commit", "-qam", "two"],
      ["git", "switch", "-q", "main"],
      ["sh", "-c", "echo three > a.txt"],
      ["git", "-c", "user.name=a", "-c", "user.email=a@example.org", "commit", "-qam", "three"],
    ],
    args: ["merge", "other"],
    tells: ["CONFLICT (content): Merge conflict in a.txt"],
  },
];
