/** Makes proposals from the recipes of a justfile, however they were read. Pure; knows no syntax. */

import type { OperatingSystem } from "../../../host/environment.ts";
import { asTemplate } from "../../../model/template.ts";
import { canBeGiven, oneLine, type Proposal, type ProposedArgument } from "./proposal.ts";

export interface JustRecipe {
  readonly name: string;
  readonly doc: string | undefined;
  readonly isPrivate: boolean;
  readonly groups: readonly string[];
  /** undefined: it does not ask. */
  readonly confirm: { readonly question: string | undefined } | undefined;
  readonly parameters: readonly JustParameter[];
  /** The attributes that name systems; none: the recipe is for all of them. */
  readonly systems: readonly string[];
}

export interface JustParameter {
  readonly name: string;
  /** It takes any number of words: at least one, or none. */
  readonly takesMany: "plus" | "star" | undefined;
  /** A text, or what just has to evaluate; undefined: it has to be given. */
  readonly default: { readonly text: string } | "evaluated" | undefined;
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
      ...argumentsOf(recipe.parameters),
    });
  }
  return [
    ...found.values(),
    ...module.modules.flatMap(([name, inner]) => below(inner, [...path, name], from, os)),
  ];
}

/** As arguments of a job; a recipe that takes any number of words gets them as they are. */
function argumentsOf(parameters: readonly JustParameter[]): Pick<Proposal, "args" | "needs"> {
  if (parameters.length === 0) return {};
  const names = parameters.map(({ name }) => name.replace(/^_+/, ""));
  const isKnown = parameters.every(({ takesMany }) => takesMany === undefined) &&
    names.every((name) => /^[A-Za-z]/.test(name)) && new Set(names).size === names.length;
  if (!isKnown) {
    const needed = parameters.filter((each) => each.default === undefined && each.takesMany !== "star");
    return { needs: needed.map(({ name }) => name) };
  }
  // A default that is passed on would take the place of one before it that only just knows.
  let mayPassDefault = true;
  return {
    args: parameters.map((each, index): ProposedArgument => {
      const name = names[index]!;
      if (each.default === undefined) return { name };
      const text = each.default === "evaluated" || asTemplate(each.default.text) !== each.default.text
        ? undefined
        : each.default.text;
      mayPassDefault &&= text !== undefined;
      return mayPassDefault ? { name, default: text! } : { name, required: false };
    }),
  };
}

function isFor(systems: readonly string[], os: OperatingSystem): boolean {
  if (systems.length === 0) return true;
  const own = os === "windows" ? ["windows"] : os === "darwin" ? ["macos", "unix"] : ["linux", "unix"];
  return systems.some((system) => own.includes(system));
}
