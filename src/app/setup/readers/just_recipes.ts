/** Makes proposals from the recipes of a justfile, however they were read. Pure; knows no syntax. */

import type { OperatingSystem } from "../../../host/host.ts";
import { canBeGiven, oneLine, type Proposal } from "./proposal.ts";

export interface JustRecipe {
  readonly name: string;
  readonly doc: string | undefined;
  readonly isPrivate: boolean;
  readonly groups: readonly string[];
  /** undefined: it does not ask. */
  readonly confirm: { readonly question: string | undefined } | undefined;
  /** The names of required parameters. */
  readonly required: readonly string[];
  /** The attributes that name systems; none: the recipe is for all of them. */
  readonly systems: readonly string[];
}

export interface JustModule {
  readonly recipes: readonly JustRecipe[];
  readonly aliases: readonly { readonly name: string; readonly target: string }[];
  readonly modules: readonly (readonly [name: string, JustModule])[];
}

export const SYSTEM_ATTRIBUTES = [
  ...["linux", "macos", "unix", "windows", "android", "dragonfly", "freebsd", "netbsd", "openbsd"],
];

export function proposalsOf(module: JustModule, from: string, os: OperatingSystem): readonly Proposal[] {
  return below(module, [], from, os);
}

function below(
  module: JustModule,
  path: readonly string[],
  from: string,
  os: OperatingSystem,
): readonly Proposal[] {
  const found = new Map<string, Proposal>();
  for (const recipe of module.recipes) {
    if (recipe.isPrivate || !canBeGiven(recipe.name) || !isFor(recipe.systems, os)) continue;
    const name = [...path, recipe.name].join("::");
    const aliases = module.aliases.filter(({ target }) => target === recipe.name);
    // just asks at a terminal, which a job does not have, so Orchastration asks instead.
    const asks = recipe.confirm !== undefined;
    const description = oneLine(recipe.doc ?? "");
    found.set(recipe.name, {
      name,
      tool: "just",
      command: ["just", ...(asks ? ["--yes"] : []), name],
      description,
      isDocumented: description !== undefined,
      from,
      group: recipe.groups[0] ?? path.at(-1),
      ...(path.length === 0 ? { alias: aliases.map((each) => each.name) } : {}),
      ...(asks ? { confirm: oneLine(recipe.confirm.question ?? "") ?? `Run recipe "${name}"?` } : {}),
      needs: recipe.required,
    });
  }
  return [
    ...found.values(),
    ...module.modules.flatMap(([name, inner]) => below(inner, [...path, name], from, os)),
  ];
}

function isFor(systems: readonly string[], os: OperatingSystem): boolean {
  if (systems.length === 0) return true;
  const own = os === "windows" ? ["windows"] : os === "darwin" ? ["macos", "unix"] : ["linux", "unix"];
  return systems.some((system) => own.includes(system));
}
