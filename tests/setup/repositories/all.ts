/** All repositories that the readers of `init` are tested with. */

import { GIT, LINUX, OPERATOR, REDIS } from "./make.ts";
import { CMAKE } from "./native.ts";
import { COMPOSER, DENO, TURBO, YARN_MEMBER } from "./packages.ts";
import { HATCH, UV } from "./python.ts";
import { JUST, MISE, TASKFILE } from "./recipes.ts";
import type { Repository } from "./repository.ts";

export const REPOSITORIES: readonly Repository[] = [
  ...[
    GIT,
    REDIS,
    LINUX,
    OPERATOR,
    TURBO,
    YARN_MEMBER,
    DENO,
    COMPOSER,
    JUST,
    TASKFILE,
    MISE,
    HATCH,
    UV,
    CMAKE,
  ],
];
