/** The facts that one start of this program passes to the next, besides the words. */

/** The facts from the previous process. They are removed from the environment, so that no job gets them. */
export const HANDED_OVER = "ORCHASTRATION_HANDED_OVER";

let launcher: Readonly<Record<string, string>> = {};

/** The variables that a launcher set for the runtime alone, which a further start needs again. */
export function setLauncherVariables(variables: Readonly<Record<string, string>>): void {
  launcher = variables;
}

export function launcherVariables(): Readonly<Record<string, string>> {
  return launcher;
}

/** undefined in a process that was not started with `startAgain`. */
export function takeHandedOver(): string | undefined {
  const value = Deno.env.get(HANDED_OVER);
  if (value !== undefined) Deno.env.delete(HANDED_OVER);
  return value;
}
