/**
 * Small repositories in the style of well-known ones, and each tool's own list of their commands. The lists
 * were written down from the tools; where a tool is installed, tests/setup/own_lists_test.ts asks it again.
 */

export interface OwnList {
  /** Prints the list. */
  readonly argv: readonly [string, ...string[]];
  readonly form:
    | "make"
    | "words"
    | "json_keys"
    | "json_names"
    | "dashes"
    | "quoted"
    | "nox"
    | "lines"
    | "indented";
  readonly names: readonly string[];
  /** The tool lists these, but they are not proposed: why, and which. */
  readonly notProposed?: Readonly<Record<string, readonly string[]>>;
}

export interface Repository {
  readonly name: string;
  readonly files: Readonly<Record<string, string>>;
  /** By the tool that the proposals name. */
  readonly lists: Readonly<Record<string, OwnList>>;
  /** The jobs that `init` writes, as `name: argv`. */
  readonly jobs: readonly string[];
}
