/** The command line of bench.ts. */

import { parseArgs } from "node:util";
import { join } from "@std/path/posix";
import { Problem } from "../../build/tool.ts";
import { ROOT } from "./place.ts";

export const HELP = `Measures Orchastration against references, in turns, and says which budgets hold.

  deno task bench [options]

  --only <case>      only this case or group; may be given several times. Besides: durable (each durable write by
                     itself), growth (with more jobs, runs, output), timeline (where the time of a run goes)
  --list             say which cases there are
  --quick            few rounds: to try the benchmark, not to quote it
  --runs <n>         measure each side so often, instead of what the case says
  --json <path>      where the results go (default: bench.json)
  --program <path>   measure this built program (default: dist/orchastration)
  --others <folder>  look for other programs in <folder>/bin too; scripts/tools/bench/install_others.ts fills it
  --scratch <folder> where files are written while measuring (default: the system's folder for temporary files)
  --strict           end with status 1 where a budget does not hold or the machine is too noisy to say`;

export interface Wanted {
  readonly only: readonly string[];
  readonly isList: boolean;
  readonly isQuick: boolean;
  readonly runs: number | undefined;
  readonly json: string;
  readonly program: string;
  readonly others: string | undefined;
  readonly scratch: string | undefined;
  readonly isStrict: boolean;
}

/** undefined where only help was wanted. */
export function readWords(words: readonly string[]): Wanted | undefined {
  const values = parsed(words);
  if (values.help === true) return undefined;
  const runs = values.runs === undefined ? undefined : Number(values.runs);
  if (runs !== undefined && !(Number.isInteger(runs) && runs > 0 && runs <= 1000)) {
    throw new Problem(`Cannot take --runs "${values.runs}": expected a number from 1 to 1000`);
  }
  return {
    only: values.only ?? [],
    isList: values.list ?? false,
    isQuick: values.quick ?? false,
    runs,
    json: values.json ?? join(ROOT, "bench.json"),
    program: values.program ?? join(ROOT, "dist/orchastration"),
    others: values.others,
    scratch: values.scratch,
    isStrict: values.strict ?? false,
  };
}

function parsed(words: readonly string[]) {
  const text = { type: "string" } as const;
  const flag = { type: "boolean" } as const;
  try {
    return parseArgs({
      args: [...words],
      options: {
        only: { type: "string", multiple: true },
        runs: text,
        json: text,
        program: text,
        others: text,
        scratch: text,
        list: flag,
        quick: flag,
        strict: flag,
        help: flag,
      },
    }).values;
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw new Problem(error.message, "deno task bench --help");
  }
}
