/** What passes from one start of this program to the next, apart from its words. */

/** What the process before handed over. It is taken out of the environment, so that no job gets it. */
export const HANDED_OVER = "ORCHASTRATION_HANDED_OVER";

let launcher: Readonly<Record<string, string>> = {};

/** The variables that a launcher set for the runtime alone, which a further start needs again. */
export function tellLauncherVariables(variables: Readonly<Record<string, string>>): void {
  launcher = variables;
}

export function launcherVariables(): Readonly<Record<string, string>> {
  return launcher;
}

/** undefined in a process that nobody started with `startAgain`. */
export function takeHandedOver(): string | undefined {
  const value = Deno.env.get(HANDED_OVER);
  if (value !== undefined) Deno.env.delete(HANDED_OVER);
  return value;
}
