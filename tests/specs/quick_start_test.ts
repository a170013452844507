/**
 * The quick start, word for word: every command of a user's first day, with the example as the user's own
 * file.
 */

import { assert, assertEquals } from "@std/assert";
import { ghVersion } from "../support/github_project.ts";
import { MOCK_HOST, MOCK_REPOSITORY, MOCK_TOKEN, MockGitHub } from "../support/mock_github.ts";
import { inRealFolder } from "../support/real_program.ts";

const EXAMPLE = new URL("../../configs/config.example.toml", import.meta.url);

/** The typed line, and a text in its answer. */
const DAY: readonly (readonly [line: string, answer: RegExp])[] = [
  ["list", /^sample +List current directory$/m],
  ["run sample", /README\.md/],
  ["status", /^sample +succeeded +exit 0/m],
  ["plan list", /^sample_task +unplanned/m],
  ["plan create sample_task", /^sample_task is planned: /m],
  ["plan status sample_task", /^status +planned/m],
  ["git issue create sample_task", new RegExp(`^${MOCK_HOST}/${MOCK_REPOSITORY}#1 created: `, "m")],
  ["git branch create sample_task", /task\/sample_task/],
  ["build run sample_task", /^sample_task is done: /m],
  ["doc generate sample_task", /^Wrote docs\/tasks\/sample_task\.md$/m],
  ["hash --file README.md", /^[0-9a-f]{64} {2}README\.md$/m],
  ["--help", /^Usage: orchastration/m],
  ["--version", /^orchastration \d/m],
];

Deno.test({
  name: "the quick start works with the example as the user's own file and an empty home",
  ignore: Deno.build.os === "windows",
  fn: () =>
    inRealFolder(async (folder) => {
      await using github = new MockGitHub();
      const proxy = `http://127.0.0.1:${github.port}`;
      const env = {
        HTTP_PROXY: proxy,
        http_proxy: proxy,
        NO_PROXY: "",
        no_proxy: "",
        GH_TOKEN: MOCK_TOKEN,
        GH_CONFIG_DIR: `${folder.path}/gh-config`,
        GIT_AUTHOR_NAME: "Ada",
        GIT_AUTHOR_EMAIL: "ada@example.org",
        GIT_COMMITTER_NAME: "Ada",
        GIT_COMMITTER_EMAIL: "ada@example.org",
      };
      const typed = (line: string) =>
        folder.call("sh", ["-c", `cd project && ${line}`, "sh", ...folder.command], env);
      const prepared = await folder.call("sh", ["-ec", PREPARE, "sh", EXAMPLE.pathname], env);
      assertEquals([prepared.code, prepared.stderr], [0, ""]);

      for (const [line, answer] of DAY) {
        if (line.startsWith("git issue") && ghVersion() === undefined) continue;
        const said = await typed(`"$@" ${line}`);
        // The result for the task is printed beside the output of its command.
        const isBuild = line.startsWith("build run");
        assertEquals([line, said.code, isBuild ? "" : said.stderr], [line, 0, ""]);
        const shown = isBuild ? said.stderr : said.stdout;
        assert(answer.test(shown), `${line} said:\n${shown}`);
      }
      assertEquals((await typed("cat dist/example.txt")).stdout, "hello\n");
      const proof = (await typed("cat docs/tasks/sample_task.md")).stdout;
      assert(proof.includes("**Done:**"), proof);
      // The home contains nothing except what the user was told about.
      assertEquals((await folder.call("ls", ["-A"])).stdout, ".cache\n.config\nproject\n");
      assertEquals((await folder.call("ls", ["-A", ".config"])).stdout, "orchastration\n");
    }),
});

const PREPARE = `
mkdir -p .config/orchastration project
cp "$1" .config/orchastration/config.toml
cd project
git init -q -b main
echo hello > README.md
git add README.md
git commit -q -m Begin
git remote add origin http://${MOCK_HOST}/${MOCK_REPOSITORY}.git
`;
