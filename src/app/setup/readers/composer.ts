/** Reads the scripts of a composer.json. */

import { ok } from "../../../model/result.ts";
import { jsonTable } from "./formats.ts";
import { canBeGiven, oneLine, type Reading, tableAt, textAt, textsAt } from "./proposal.ts";

/** Scripts that composer calls by itself. Source: "Scripts" in the documentation of Composer. */
const EVENT =
  /^(?:(?:pre|post)-(?:install|update|status|archive|autoload-dump|root-package-install|create-project|operations|package-install|package-update|package-uninstall|file-download|command-run|pool-create)(?:-cmd|-exec)?|post-(?:root-package-install|create-project-cmd)|init|command)$/;

export function composerScripts(text: string, from: string): Reading {
  const file = jsonTable(text);
  if (!file.ok) return file;
  const scripts = tableAt(file.value, "scripts");
  const descriptions = tableAt(file.value, "scripts-descriptions");
  const aliases = tableAt(file.value, "scripts-aliases");
  return ok(
    Object.keys(scripts).flatMap((name) => {
      if (!canBeGiven(name) || EVENT.test(name)) return [];
      const described = textAt(descriptions, name);
      const description = oneLine(described ?? textsAt(scripts, name)[0] ?? "");
      return [{
        name,
        tool: "composer",
        command: ["composer", "run-script", name, "--"] as const,
        description,
        isDocumented: described !== undefined,
        from,
        alias: textsAt(aliases, name),
      }];
    }),
  );
}
