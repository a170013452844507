/**
 * Small repositories in the manner of well-known ones, and what each tool itself says that they have. The lists were
 * written down from the tools; where a tool is there, tests/setup/own_lists_test.ts asks it again.
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
  /** The tool lists these, and they are not proposed: why, and which. */
  readonly notProposed?: Readonly<Record<string, readonly string[]>>;
}

export interface Repository {
  readonly name: string;
  readonly files: Readonly<Record<string, string>>;
  /** By the tool that the proposals name. */
  readonly lists: Readonly<Record<string, OwnList>>;
  /** What `init` writes, as `name: argv`. */
  readonly jobs: readonly string[];
}
