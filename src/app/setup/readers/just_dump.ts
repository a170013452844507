/** Reads the output of `just --dump --dump-format json`. Pure; knows no processes. */

import type { OperatingSystem } from "../../../host/environment.ts";
import { fail, ok } from "../../../model/result.ts";
import {
  type JustModule,
  type JustParameter,
  type JustRecipe,
  proposalsOf,
  SYSTEM_ATTRIBUTES,
} from "./just_recipes.ts";
import { isTable, type Reading, type Table, tableAt, textAt } from "./proposal.ts";

export function dumpedRecipes(dump: string, from: string, os: OperatingSystem): Reading {
  let parsed: unknown;
  try {
    parsed = JSON.parse(dump);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return fail("the dump of just is not JSON");
  }
  return ok(proposalsOf(moduleOf(isTable(parsed) ? parsed : {}), from, os));
}

function moduleOf(dump: Table): JustModule {
  return {
    recipes: tablesAt(dump, "recipes").map(([name, recipe]) => recipeOf(name, recipe)),
    aliases: tablesAt(dump, "aliases")
      .filter(([name, alias]) => !name.startsWith("_") && !attributesOf(alias).has("private"))
      .map(([name, alias]) => ({ name, target: textAt(alias, "target") ?? "" })),
    modules: tablesAt(dump, "modules").map(([name, inner]) => [name, moduleOf(inner)]),
  };
}

function recipeOf(name: string, recipe: Table): JustRecipe {
  const attributes = attributesOf(recipe);
  const parameters = Array.isArray(recipe.parameters) ? recipe.parameters.filter(isTable) : [];
  return {
    name,
    doc: textAt(recipe, "doc"),
    isPrivate: recipe.private === true,
    groups: attributes.get("group") ?? [],
    confirm: attributes.has("confirm") ? { question: attributes.get("confirm")?.[0] } : undefined,
    parameters: parameters.map((each): JustParameter => {
      const { kind, default: otherwise = null } = each;
      return {
        name: textAt(each, "name") ?? "",
        takesMany: kind === "plus" || kind === "star" ? kind : undefined,
        default: otherwise === null
          ? undefined
          : typeof otherwise === "string"
          ? { text: otherwise }
          : "evaluated",
      };
    }),
    // Recipes for other systems only are not in the dump.
    systems: [...attributes.keys()].filter((each) => SYSTEM_ATTRIBUTES.includes(each)),
  };
}

/** An attribute is a name, or a table of its name and its value. */
function attributesOf({ attributes }: Table): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>();
  for (const each of Array.isArray(attributes) ? attributes : []) {
    const [name, value] = typeof each === "string"
      ? [each, undefined]
      : Object.entries(isTable(each) ? each : {})[0] ?? [];
    if (name === undefined) continue;
    const values = found.get(name) ?? [];
    if (typeof value === "string") values.push(value);
    found.set(name, values);
  }
  return found;
}

function tablesAt(value: Table, key: string): readonly (readonly [string, Table])[] {
  return Object.entries(tableAt(value, key)).filter((entry): entry is [string, Table] => isTable(entry[1]));
}
