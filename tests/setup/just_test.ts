/** Our reader finds in a justfile the same as just itself says of it. Without just on the PATH it is not compared. */

import { assertEquals } from "@std/assert";
import { dumpedRecipes } from "../../src/app/setup/readers/just_dump.ts";
import { justRecipes } from "../../src/app/setup/readers/justfile.ts";
import { repository } from "../support/repository.ts";
import { findTool } from "../support/tools.ts";

const JUSTFILE = `
# Deploy it
[confirm("Really?")]
deploy env region="eu" zone=\`echo z\` size="1":
  @echo {{env}}
[group("a")]
many +files:
  @echo {{files}}
any *rest="x":
opt a="x y" b='' $c=("d" + "e"):
alias o := opt
_hidden:
`;

const just = findTool("just");

Deno.test({
  name: "init: just and our reader agree on recipes, parameters and defaults",
  ignore: just === undefined,
  async fn() {
    const folder = await Deno.makeTempDir();
    try {
      Deno.writeTextFileSync(`${folder}/justfile`, JUSTFILE);
      const args = ["--justfile", `${folder}/justfile`, "--dump", "--dump-format", "json"];
      const { stdout, stderr } = await new Deno.Command(just!, { args, stdin: "null" }).output();
      const decoder = new TextDecoder();
      assertEquals(decoder.decode(stderr), "");
      const dumped = dumpedRecipes(decoder.decode(stdout), "justfile", "linux");
      const read = justRecipes(JUSTFILE, "justfile", repository({ justfile: JUSTFILE }, "linux"));
      const byName = (reading: typeof read) =>
        reading.ok ? reading.value.toSorted((a, b) => a.name < b.name ? -1 : 1) : reading;
      assertEquals(byName(read), byName(dumped));
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
});
