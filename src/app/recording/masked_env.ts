/** Variables as they are recorded and shown. Pure. */

import { MASK, maskText } from "../../model/secrets.ts";
import type { ResolvedDefinition } from "../../config/resolve.ts";

/** Without the values of secrets: whole where the name is one, else wherever they stand. */
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
