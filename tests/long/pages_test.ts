/** The pages of `ui` and `report` in a real browser: every view in light and dark, wide and narrow, live, and with hostile content. */

/// <reference lib="dom" />
import { assert, assertEquals, assertMatch } from "@std/assert";
import axe from "axe-core";
import { type Browser, type BrowserContext, chromium, type Page } from "playwright-core";
import { inRealFolder, type RealFolder } from "../support/real_program.ts";
import { type RealSite, withRealSite } from "../support/real_site.ts";
import { findTool } from "../support/tools.ts";

const BROWSER = findTool("chromium") ?? findTool("chromium-browser") ?? findTool("google-chrome");
const BOUND_MS = 30_000;
/** Markup, sequences of terminals, a link that runs a script, and characters that reorder text. */
const HOSTILE = '<img src=x onerror="document.title=1"><script>parent.pwned=1</script> \\u202Eevil\\u202C';
/** Beside the generated part of a document. */
const BY_A_PERSON = `
## Words of a person

<img src=x onerror="window.pwned=1"> [a link](javascript:window.pwned=1) **bold** \u202Eevil\u202C
<script>window.pwned=1</script>

\`\`\`html
</code></pre><script>window.pwned=1</script> \x1b[2J
\`\`\`
`;
const SHOUT = String
  .raw`printf '<script>window.pwned=1</script>\n\033]8;;javascript:alert(1)\033\\link\033]8;;\033\\\n'
printf '\033[31mred\033[0m \033[2J\033[Hmoved \033]0;title\007 \342\200\256reversed\n' >&2
head -c 10000000 /dev/zero | tr '\0' 'x'
printf '\nAssertionError: expected 1, got 2\n' >&2
exit 1`;
const TOML = `
[jobs.build]
description = "Compile"
command = ["sh", "-c", "echo built"]
[jobs.test]
command = ["sh", "-c", "echo ok 1; exit 3"]
needs = ["build"]
[jobs.package]
command = ["true"]
needs = ["test"]
[jobs.shout]
description = "${HOSTILE.replaceAll('"', '\\"')}"
command = ["sh", "shout.sh"]
[jobs.slow]
command = ["sh", "-c", "echo begun; while [ ! -e go ]; do sleep 0.1; done; echo ended"]
[jobs.late]
command = ["sleep", "20"]
timeout_seconds = 1
[tasks.page]
description = "${HOSTILE.replaceAll('"', '\\"')}"
command = ["true"]
acceptance = [
  { id = "ac1", text = "it <b>works</b>", check = ["true"] },
  { id = "ac2", text = "it looks good" },
]
[tasks.next]
command = ["true"]
needs = ["page"]
`;

async function prepare(folder: RealFolder): Promise<void> {
  folder.write("orchastration.toml", TOML);
  folder.write("shout.sh", SHOUT);
  await folder.orchastration("run", "package", "late", "--keep-going", "-q");
  await folder.orchastration("run", "shout", "-q");
  await folder.orchastration("build", "run", "page", "--plan", "-q");
  assertEquals((await folder.orchastration("doc", "generate", "page", "--output", "page.md")).code, 0);
  folder.write("page.md", `${folder.read("page.md")}${BY_A_PERSON}`);
}

async function inBrowser(test: (browser: Browser) => Promise<void>): Promise<void> {
  const browser = await chromium.launch({ executablePath: BROWSER!, args: ["--no-sandbox"] });
  try {
    await test(browser);
  } finally {
    await browser.close();
  }
}

/** A page that came in by the printed address, and everything that went wrong on it. */
async function enter(context: BrowserContext, site: RealSite) {
  const page = await context.newPage();
  page.setDefaultTimeout(BOUND_MS);
  const wrong: string[] = [];
  page.on("pageerror", (error) => wrong.push(error.message));
  page.on("console", (message) => message.type() === "error" && wrong.push(message.text()));
  page.on("request", (request) => {
    if (!request.url().startsWith(`http://127.0.0.1:${site.port}/`)) wrong.push(request.url());
  });
  await page.goto(site.address);
  await page.waitForSelector("main h1");
  return { page, wrong };
}

/** The views of the prepared folder, each with a text that is on it when it has been loaded. */
const VIEWS: readonly (readonly [string, string])[] = [
  ["#/", "package"],
  ["#/board", "criteria proven"],
  ["#/task/page", "it looks good"],
  ["#/run/graph", "critical path"],
  ["#/run/shout", "first failure"],
  ["#/run/late", "the timeout of 1.0s passed"],
];

async function show(page: Page, [hash, text]: readonly [string, string]): Promise<void> {
  await page.evaluate((hash) => void (location.hash = hash), hash);
  await page.getByText(text).first().waitFor();
}

/** What axe finds serious, as "rule: element". */
async function seriousOn(page: Page): Promise<readonly string[]> {
  await page.evaluate(axe.source);
  return await page.evaluate(async () => {
    // deno-lint-ignore no-explicit-any
    const { violations } = await (globalThis as any).axe.run(document, { resultTypes: ["violations"] });
    // deno-lint-ignore no-explicit-any
    return violations.filter(({ impact }: any) => impact === "serious" || impact === "critical")
      // deno-lint-ignore no-explicit-any
      .flatMap(({ id, nodes }: any) => nodes.map(({ html }: any) => `${id}: ${html.slice(0, 120)}`));
  });
}

/** Content from records must not have become markup, and must not be wider than the window. */
async function wrongWith(page: Page): Promise<readonly string[]> {
  return await page.evaluate(() => [
    ...Reflect.has(globalThis, "pwned") ? ["a script of a record ran"] : [],
    ...[
      ...document.querySelectorAll(
        "#page img, #page script, #page iframe, #page b:not(.name b), [href^='javascript:']",
      ),
    ]
      .map((element) => element.outerHTML.slice(0, 80)),
    ...document.documentElement.scrollWidth > innerWidth
      ? [`the page is ${document.documentElement.scrollWidth} wide`]
      : [],
  ]);
}

function browserTest(name: string, test: (folder: RealFolder, browser: Browser) => Promise<void>): void {
  Deno.test({
    name,
    ignore: BROWSER === undefined,
    sanitizeOps: false,
    sanitizeResources: false,
    fn: () =>
      inRealFolder(async (folder) => {
        await prepare(folder);
        await inBrowser((browser) => test(folder, browser));
      }),
  });
}

browserTest(
  "pages: every view is accessible, fits its window and shows hostile content as text, in light and dark, wide and narrow",
  (folder, browser) =>
    withRealSite(folder, async (site) => {
      for (const colorScheme of ["light", "dark"] as const) {
        for (const width of [1100, 360]) {
          const context = await browser.newContext({ colorScheme, viewport: { width, height: 800 } });
          const { page, wrong } = await enter(context, site);
          for (const view of VIEWS) {
            await show(page, view);
            const where = `${view[0]}, ${colorScheme}, ${width}`;
            assertEquals(await wrongWith(page), [], where);
            assertEquals(await seriousOn(page), [], where);
          }
          assertEquals(wrong, []);
          await context.close();
        }
      }
    }),
);

browserTest(
  "pages: a run that begins is on the first view, its output arrives line by line, and nothing flickers",
  (folder, browser) =>
    withRealSite(folder, async (site) => {
      const { page, wrong } = await enter(await browser.newContext(), site);
      // Elements stay the same while their content changes.
      await page.evaluate(() => void document.querySelector("main h1")!.setAttribute("data-kept", ""));
      const running = folder.orchastration("run", "slow", "-q");
      await page.locator("ul.running a", { hasText: "slow" }).waitFor();
      assertEquals(await page.locator("main h1[data-kept]").count(), 1);
      await page.locator("ul.running a", { hasText: "slow" }).click();
      await page.locator(".line", { hasText: "begun" }).waitFor();
      await page.evaluate(() => void document.querySelector(".line")!.setAttribute("data-kept", ""));
      folder.write("go", "");
      await page.locator(".line", { hasText: "ended" }).waitFor();
      await page.getByText("exited with status 0").first().waitFor();
      assertEquals((await running).code, 0);
      assertEquals(await page.locator(".line[data-kept]", { hasText: "begun" }).count(), 1);
      assertEquals(wrong, []);
    }),
);

browserTest(
  "pages: the first failure and a search lead to their lines, with the keyboard",
  (folder, browser) =>
    withRealSite(folder, async (site) => {
      const { page, wrong } = await enter(await browser.newContext(), site);
      await show(page, VIEWS[4]!);
      await page.getByRole("button", { name: "first failure" }).press("Enter");
      await page.locator(".line.found", { hasText: "AssertionError: expected 1, got 2" }).waitFor();
      await page.getByRole("button", { name: "begin" }).press("Enter");
      await page.locator(".line", { hasText: "<script>window.pwned=1</script>" }).waitFor();
      assertEquals(await page.locator(".line .f-ansi-red", { hasText: "red" }).count(), 1);
      await page.getByRole("searchbox").fill("REVERSED");
      await page.getByRole("searchbox").press("Enter");
      await page.locator(".results button", { hasText: "reversed" }).press("Enter");
      await page.locator(".line.found", { hasText: "reversed" }).waitFor();
      await show(page, VIEWS[0]!);
      const cells = page.locator(".row", { hasText: "page" }).locator("a.cell");
      await cells.first().focus();
      await page.keyboard.press("ArrowRight");
      assertEquals(await cells.nth(1).evaluate((cell) => cell === document.activeElement), true);
      assertEquals(await page.locator(".tip").count(), 1);
      assertEquals(wrong, []);
    }),
);

browserTest(
  "pages: the document of a task is shown as it is in its file, what people wrote in it is text, and a change is said",
  (folder, browser) =>
    withRealSite(folder, async (site) => {
      const { page, wrong } = await enter(await browser.newContext(), site);
      await show(page, ["#/task/page", "Words of a person"]);
      const document = page.locator(".document");
      await document.getByRole("heading", { name: "Acceptance" }).waitFor();
      await document.getByText("changed since it was written").waitFor();
      const shown = await document.innerText();
      for (
        const words of [
          "it <b>works</b>",
          '<img src=x onerror="window.pwned=1"> a link bold',
          "</code></pre><script>",
        ]
      ) {
        assert(shown.includes(words), `${words}: ${shown}`);
      }
      assertEquals(
        await document.locator("a").evaluateAll((all) => all.map((link) => link.getAttribute("href"))),
        [],
      );
      assertEquals(await document.locator("strong", { hasText: "bold" }).count(), 1);
      assertEquals(await wrongWith(page), []);
      // Written again, it is as it was written; the part of the person stays.
      assertEquals((await folder.orchastration("doc", "generate", "page", "--output", "page.md")).code, 0);
      await page.getByText("changed since it was written").waitFor({ state: "detached" });
      await document.getByText("Words of a person").waitFor();
      Deno.removeSync(`${folder.path}/page.md`);
      await folder.call("touch", [`${stateOf(folder)}/runs/again`]);
      await page.getByText("is gone").first().waitFor();
      assertEquals(wrong, []);
    }),
);

browserTest(
  "pages: a criterion without a check is one that a person confirms, and then one that a person has confirmed",
  (folder, browser) =>
    withRealSite(folder, async (site) => {
      const { page, wrong } = await enter(await browser.newContext(), site);
      await show(page, ["#/task/page", "it looks good"]);
      const line = page.locator(".criteria li", { hasText: "it looks good" }).locator("p");
      assertEquals((await line.innerText()).trim(), "a person confirms it");
      assertEquals((await folder.orchastration("plan", "accept", "page", "ac2", "--note", "seen")).code, 0);
      await line.getByText("confirmed by").waitFor();
      assertMatch((await line.innerText()).trim(), /^confirmed by \S+, [0-9: -]+: seen$/);
      assertEquals(wrong, []);
    }),
);

browserTest(
  "pages: damaged records, a broken configuration and the end of the program are said, and the last content stays",
  (folder, browser) =>
    withRealSite(folder, async (site) => {
      const { page } = await enter(await browser.newContext(), site);
      folder.write("orchastration.toml", "[jobs.build\n");
      await folder.call("touch", [`${stateOf(folder)}/runs/again`]);
      await page.getByText("Cannot use configuration").waitFor();
      for (const { name } of [...Deno.readDirSync(`${stateOf(folder)}/runs/build`)]) {
        if (/^\d.*Z\.json$/.test(name)) Deno.writeTextFileSync(`${stateOf(folder)}/runs/build/${name}`, "{");
      }
      await page.locator("a.cell[aria-label^='damaged']").waitFor();
      await site.end("SIGTERM");
      await page.getByText("The program behind this page has ended").waitFor();
      assertEquals(await page.locator(".row").count() > 0, true);
    }),
);

function stateOf(folder: RealFolder): string {
  const projects = `${folder.path}/.cache/orchastration/state/projects`;
  return `${projects}/${[...Deno.readDirSync(projects)][0]!.name}`;
}

browserTest(
  "pages: a report is a file that a browser opens alone: it loads nothing, and each of its links leads to an accessible view",
  async (folder, browser) => {
    // The graph before the newest is no part of its report.
    assertEquals((await folder.orchastration("run", "build", "--output", "none")).code, 0);
    for (const words of [[], ["graph"], ["page"]]) {
      const made = await folder.orchastration("report", ...words);
      assertEquals([made.code, made.stderr], [0, ""]);
      const page = await (await browser.newContext()).newPage();
      page.setDefaultTimeout(BOUND_MS);
      const wrong: string[] = [];
      page.on("pageerror", (error) => wrong.push(error.message));
      page.on("console", (message) => wrong.push(message.text()));
      page.on("request", (request) => wrong.push(request.url()));
      await page.goto(`file://${folder.path}/report.html`);
      await page.waitForSelector("main h1");
      const links = await page.locator("main a[href^='#/run/']").evaluateAll((all) =>
        all.map((link) => link.getAttribute("href")!)
      );
      assert(links.length > 0);
      for (const link of links.slice(0, 6)) {
        await page.evaluate((hash) => void (location.hash = hash), link);
        await page.getByRole("heading", { name: "Outcome" }).waitFor();
        assertEquals(await seriousOn(page), [], link);
        assertEquals(await wrongWith(page), [], link);
      }
      assertEquals(wrong, [`file://${folder.path}/report.html`]);
    }
  },
);
