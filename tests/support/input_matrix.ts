/**
 * Every possible change around a job with inputs, and the expected answer of the next run. One table for the
 * fake disk and for the real one: a missing change would mean a run that was wrongly skipped.
 */

/** A folder with a job `make`, which reads `src/` and writes `dist/out`. Each run returns its record. */
export interface InputWorld {
  write(path: string, text: string): void;
  /** Different content of the same size, with the times of the old one restored. */
  replaceSecretly(path: string, text: string): void;
  /** New times, the same content. */
  touch(path: string): void;
  setExecutable(path: string, isExecutable: boolean): void;
  remove(path: string): void;
  /** Removes the stored manifest of the newest run. */
  removeManifest(): void;
  damageManifest(): void;
  run(options?: WorldRun): Promise<WorldRecord>;
}

export interface WorldRun {
  readonly args?: readonly string[];
  readonly extraArgs?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

export interface WorldRecord {
  readonly status: string;
  readonly inputs?: { readonly causes: readonly { readonly kind: string }[] };
  readonly inputs_changed?: readonly string[];
}

/** Lines of the job's table beside its command. */
export const JOB_KEYS = [
  'inputs = ["src", "!src/notes.md", "*.lock"]',
  'outputs = ["dist/out"]',
  'input_env = ["LEVEL"]',
  'input_tools = [["tool", "--version"]]',
];

/** `keys` replace those of the table. */
export function configOf(command: readonly string[], keys: readonly string[] = JOB_KEYS): string {
  return `[jobs.make]\ncommand = ${JSON.stringify(command)}\n${keys.join("\n")}\n`;
}

export interface Change {
  readonly name: string;
  readonly make: (world: InputWorld) => void;
  readonly run?: WorldRun;
  /** The kinds of the causes, in order; empty where no run is needed. */
  readonly causes: readonly string[];
}

/** In this order, each upon the one before. */
export function changesOf(command: readonly string[]): readonly Change[] {
  const config = (keys: readonly string[], argv = command) => (world: InputWorld) =>
    world.write("orchastration.toml", configOf(argv, keys));
  const without = (start: string) => JOB_KEYS.filter((line) => !line.startsWith(start));
  return [
    { name: "nothing", make: () => {}, causes: [] },
    { name: "an input edited", make: (w) => w.write("src/a", "aaa2"), causes: ["file_changed"] },
    { name: "an input touched", make: (w) => w.touch("src/a"), causes: [] },
    {
      name: "an input is replaced with equal size and times",
      make: (w) => w.replaceSecretly("src/a", "aaa3"),
      causes: ["file_changed"],
    },
    { name: "an input made executable", make: (w) => w.setExecutable("src/a", true), causes: ["mode"] },
    {
      name: "the change is reverted, and the output of the earlier run exists",
      make: (w) => w.setExecutable("src/a", false),
      causes: [],
    },
    { name: "an input added", make: (w) => w.write("src/deep/b", "b"), causes: ["file_added"] },
    { name: "a hidden input added", make: (w) => w.write("src/.hidden", "h"), causes: ["file_added"] },
    { name: "an input that a glob finds", make: (w) => w.write("one.lock", "1"), causes: ["file_added"] },
    { name: "an input removed", make: (w) => w.remove("src/deep/b"), causes: ["file_removed"] },
    {
      name: "an input is renamed",
      make: (w) => {
        w.remove("src/.hidden");
        w.write("src/.hidden2", "h");
      },
      causes: ["file_added", "file_removed"],
    },
    { name: "what is left out edited", make: (w) => w.write("src/notes.md", "more"), causes: [] },
    { name: "a file beside the inputs", make: (w) => w.write("README.md", "read"), causes: [] },
    { name: "its own output edited", make: (w) => w.write("dist/out", "edited"), causes: ["output_changed"] },
    { name: "its own output removed", make: (w) => w.remove("dist/out"), causes: ["output_missing"] },
    { name: "a variable set", make: () => {}, run: { env: { LEVEL: "2" } }, causes: ["env"] },
    { name: "the variable as it was", make: () => {}, run: {}, causes: [] },
    { name: "another variable", make: () => {}, run: { env: { OTHER: "2" } }, causes: [] },
    { name: "a variable of --env", make: () => {}, run: { args: ["--env", "X=1"] }, causes: ["env"] },
    { name: "without it", make: () => {}, causes: [] },
    { name: "an argument", make: () => {}, run: { extraArgs: ["more"] }, causes: ["argv"] },
    { name: "no argument again", make: () => {}, run: {}, causes: [] },
    { name: "the tool", make: (w) => w.write("bin/version", "v2"), causes: ["tool"] },
    {
      name: "a description and a comment are changed",
      make: config([
        ...JOB_KEYS,
        'description = "Make it"',
        "# a comment",
        'group = "Making"',
        "timeout_seconds = 50",
      ]),
      causes: [],
    },
    {
      name: "a key that is part of the definition is changed",
      make: config([...JOB_KEYS, "success_exit_codes = [0, 3]"]),
      causes: ["definition:success_exit_codes"],
    },
    {
      name: "the variable is no longer an input",
      make: config(without("input_env")),
      causes: ["definition:success_exit_codes"],
    },
    { name: "the command", make: config(JOB_KEYS, [...command, "last"]), causes: ["argv"] },
    { name: "asked for", make: () => {}, run: { args: ["--fresh"] }, causes: ["fresh_asked"] },
    {
      name: "the manifest is damaged",
      make: (w) => {
        w.damageManifest();
        w.write("src/a", "aaa4");
      },
      causes: ["no_baseline"],
    },
    {
      name: "the manifest is removed",
      make: (w) => {
        w.removeManifest();
        w.write("src/a", "aaa5");
      },
      causes: ["no_baseline"],
    },
    {
      name: "an input is changed and reverted, and the output is that of another run",
      make: (w) => w.write("src/a", "aaa4"),
      causes: ["output_changed"],
    },
  ];
}
