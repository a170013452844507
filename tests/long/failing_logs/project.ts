/** A small project of our own whose tool fails, and what an answer about it has to contain. */

export interface FailingProject {
  readonly name: string;
  /** The program that fails; where it is missing, the project is skipped by its name. */
  readonly tool: string;
  /** Further programs that it calls. */
  readonly needs?: readonly string[];
  /** Modules that must be installed beside the tool, such as `chai`. */
  readonly modules?: readonly string[];
  readonly files: Readonly<Record<string, string>>;
  readonly args: readonly string[];
  /** Commands before it, which must succeed. */
  readonly before?: readonly (readonly string[])[];
  readonly env?: Readonly<Record<string, string>>;
  /** The failing assertion, or the error: every one of these texts. */
  readonly tells: readonly string[];
}

/** Text for many things that are in order, among which the failure has to be found. */
export function many(count: number, text: (index: number) => string): string {
  return Array.from({ length: count }, (_, index) => text(index)).join("\n");
}
