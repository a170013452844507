/** `config schema`: prints the JSON Schema of the configuration. */

import { defineActivity } from "../../base/command.ts";
import { EXIT } from "../../base/exit_code.ts";

export const command = defineActivity({
  flags: (command) => command,
  examples: [{ line: "orchastration config schema", does: "for editors that complete and check TOML" }],
  request: () => undefined,
  // It needs no folder and no configuration.
  async carryOut(_, { console, isJson }) {
    const { schemaOfConfig } = await import("../../../app/setup/show_config.ts");
    const schema = schemaOfConfig();
    if (isJson) console.json({ format: 1, kind: "config_schema", schema });
    else console.out(`${JSON.stringify(schema, null, 2)}\n`);
    return EXIT.done;
  },
});
