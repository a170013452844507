/**
 * The archives of `scripts/package.ts`: the tools of each system can read them, and they have the same bytes
 * each time.
 */

import { assert, assertEquals, assertMatch } from "@std/assert";
import { fromFileUrl } from "@std/path";
import { join } from "@std/path/posix";
import { callTool } from "../../scripts/build/tool.ts";
import { idOf, readComponents } from "../../scripts/package/components.ts";
import { deb } from "../../scripts/package/deb.ts";
import { compress, type Entry, textEntry } from "../../scripts/package/entry.ts";
import { notices } from "../../scripts/package/notices.ts";
import { sbom } from "../../scripts/package/sbom.ts";
import { tar } from "../../scripts/package/tar.ts";
import { zip } from "../../scripts/package/zip.ts";

const ROOT = fromFileUrl(new URL("../../", import.meta.url)).replaceAll("\\", "/");
const WHEN = { secondsSinceEpoch: Date.UTC(2026, 10, 22, 12, 30, 14) / 1000 };
const LARGE = new Uint8Array(100_001).map((_, index) => index * index);
const ENTRIES: readonly Entry[] = [
  { ...textEntry("a/bin/program", "#!/bin/sh\necho it runs\n"), executable: true },
  textEntry("a/empty.txt", ""),
  textEntry("a/ü b.txt", "text\n"),
  { path: "a/large.bin", content: LARGE },
];
const WITH_LINK: readonly Entry[] = [...ENTRIES, { path: "a/link", content: { linkTo: "bin/program" } }];

/** Unpacks with a tool of the system, where it is installed. */
async function unpacked(
  name: string,
  bytes: Uint8Array,
  tool: readonly [string, ...string[]],
  check: (folder: string) => Promise<void>,
): Promise<void> {
  const folder = await Deno.realPath(await Deno.makeTempDir({ prefix: "orchastration-package-test-" }));
  try {
    await Deno.writeFile(join(folder, name), bytes);
    const [program, ...words] = tool;
    const said = await callTool(program, words, { cwd: folder });
    if (said.code === 127) return;
    assertEquals([said.code, said.stderr], [0, ""]);
    await check(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

async function expectEntries(folder: string): Promise<void> {
  assertEquals(await Deno.readTextFile(join(folder, "a/ü b.txt")), "text\n");
  assertEquals(await Deno.readTextFile(join(folder, "a/empty.txt")), "");
  assertEquals(await Deno.readFile(join(folder, "a/large.bin")), LARGE);
  if (Deno.build.os === "windows") return;
  const ran = await callTool(join(folder, "a/bin/program"), []);
  assertEquals(ran.stdout, "it runs\n");
  assertEquals((await Deno.stat(join(folder, "a/large.bin"))).mode! & 0o777, 0o644);
}

Deno.test("tar: GNU tar and bsdtar read the archive with its permissions, links and times", async () => {
  const made = await compress(tar(WITH_LINK, WHEN), "gzip");
  assertEquals(made, await compress(tar(WITH_LINK.toReversed(), WHEN), "gzip"));
  await unpacked("x.tar.gz", made, ["tar", "-xzf", "x.tar.gz"], async (folder) => {
    await expectEntries(folder);
    assertEquals(
      (await Deno.stat(join(folder, "a/empty.txt"))).mtime?.getTime(),
      WHEN.secondsSinceEpoch * 1000,
    );
    if (Deno.build.os !== "windows") assertEquals(await Deno.readLink(join(folder, "a/link")), "bin/program");
  });
});

Deno.test("zip: unzip reads the archive with its permissions", async () => {
  const made = await zip(ENTRIES, WHEN.secondsSinceEpoch);
  assertEquals(made, await zip(ENTRIES.toReversed(), WHEN.secondsSinceEpoch));
  await unpacked("x.zip", made, ["unzip", "-q", "x.zip"], expectEntries);
});

Deno.test("deb: dpkg-deb reads the package and its metadata", async () => {
  const made = await deb(WITH_LINK, { version: "1.2.3", architecture: "amd64", ...WHEN });
  await unpacked("x.deb", made, ["dpkg-deb", "--raw-extract", "x.deb", "."], async (folder) => {
    await expectEntries(folder);
    const control = await Deno.readTextFile(join(folder, "DEBIAN/control"));
    assertMatch(control, /^Package: orchastration\nVersion: 1\.2\.3\nArchitecture: amd64\n/);
    assertMatch(control, /^Installed-Size: 101$/m);
    const sums = await callTool("md5sum", ["--quiet", "--check", "DEBIAN/md5sums"], { cwd: folder });
    assertEquals([sums.code, sums.stdout], [0, ""]);
  });
});

const components = await readComponents(ROOT);

Deno.test("the components of the program are its imported packages, each with its licence", () => {
  const names = components.map(({ name }) => name);
  for (const name of ["commander", "smol-toml", "valibot", "@logtape/logtape", "eslint-visitor-keys"]) {
    assert(names.includes(name), name);
  }
  assertEquals(names.filter((name) => ["fast-check", "pure-rand", "mermaid"].includes(name)), []);
  const text = notices(components);
  for (const each of components) {
    assert(text.includes(`${idOf(each)} (${each.license})`), idOf(each));
    assertMatch(each.licenseText, /copyright|apache license/i);
  }
});

Deno.test("the list of components is CycloneDX, complete, and the same each time", async () => {
  const facts = { version: "1.2.3", commit: "abc123", ...WHEN };
  const text = await sbom(components, facts);
  assertEquals(text, await sbom(components, facts));
  const list = JSON.parse(text);
  assertEquals([list.bomFormat, list.specVersion, list.version], ["CycloneDX", "1.6", 1]);
  assertMatch(
    list.serialNumber,
    /^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
  );
  assertEquals(list.metadata.timestamp, "2026-11-22T12:30:14Z");
  const refs = new Set(list.components.map((each: { "bom-ref": string }) => each["bom-ref"]));
  assertEquals(refs.size, components.length + 1);
  for (const { ref, dependsOn } of list.dependencies) {
    assert(refs.has(ref) || ref === list.metadata.component["bom-ref"], ref);
    for (const each of dependsOn) assert(refs.has(each), each);
  }
  const logtape = list.components.find((each: { name: string }) => each.name === "logtape");
  assertEquals([logtape.group, logtape.purl.slice(0, 30)], ["@logtape", "pkg:npm/%40logtape/logtape@2.4"]);
  assertMatch(logtape.hashes[0].content, /^[0-9a-f]{128}$/);
});
