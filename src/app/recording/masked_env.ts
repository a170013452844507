/** Variables in the form in which they are recorded and shown. Pure. */

import { MASK, maskText } from "../../model/secrets.ts";
import type { ResolvedDefinition } from "../../config/resolve.ts";

/**
 * Without the values of secrets: masked as a whole where the name is secret, otherwise where a secret occurs.
 */
export function maskedEnv(
  env: Readonly<Record<string, string>>,
  { secretNames, secrets }: Pick<ResolvedDefinition, "secretNames" | "secrets">,
): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(env).map(([name, value]) => [
      name,
      secretNames.includes(name) ? MASK : maskText(value, secrets),
    ]),
  );
}
