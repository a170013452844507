/** The next steps for state that cannot be read. Pure. */

import type { StateRemedy } from "./failure.ts";
import { nextAdvice, type NextSteps } from "./next_step.ts";

export function stateRemedy(remedy: StateRemedy | undefined): NextSteps {
  switch (remedy) {
    case "permissions":
      return [nextAdvice("fix the permissions")];
    case "in_the_way":
      return [nextAdvice("move what is in the way")];
    case "damaged":
      return [nextAdvice("move the file away")];
    case "newer_program":
      return [nextAdvice("use the Orchastration that wrote it, or a newer one")];
    case undefined:
      return [];
  }
}
