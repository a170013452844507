/** The systems that are built for, with their names at Deno and at npm. */

export interface Target {
  readonly os: "linux" | "macos" | "windows";
  readonly arch: "x64" | "arm64";
  /** The name for `deno compile --target`. */
  readonly triple: string;
  /** The npm package that contains its Deno. */
  readonly runtimePackage: string;
  /**
   * The digest of the Deno in that package; undefined where it is not known yet, and only npm's own digest is
   * checked.
   */
  readonly runtimeSha256: string | undefined;
}

/** A test compares it with the version in .ci/run and scripts/with-deno.sh. */
export const DENO_VERSION = "2.9.6";

export const TARGETS: readonly Target[] = [
  {
    os: "linux",
    arch: "x64",
    triple: "x86_64-unknown-linux-gnu",
    runtimePackage: "@deno/linux-x64-glibc",
    runtimeSha256: "bceb5b6a6239b0b010418406d8c77a508f67cf4337d94288f1c19fe71304aab0",
  },
  {
    os: "linux",
    arch: "arm64",
    triple: "aarch64-unknown-linux-gnu",
    runtimePackage: "@deno/linux-arm64-glibc",
    runtimeSha256: undefined,
  },
  {
    os: "windows",
    arch: "x64",
    triple: "x86_64-pc-windows-msvc",
    runtimePackage: "@deno/win32-x64",
    runtimeSha256: "2ff9493dfa356be2975f477025ea770088e9e9cb2c83d983236d13561b96b7a6",
  },
  {
    os: "macos",
    arch: "x64",
    triple: "x86_64-apple-darwin",
    runtimePackage: "@deno/darwin-x64",
    runtimeSha256: undefined,
  },
  {
    os: "macos",
    arch: "arm64",
    triple: "aarch64-apple-darwin",
    runtimePackage: "@deno/darwin-arm64",
    runtimeSha256: undefined,
  },
];

/** The building machine; undefined where it is none of the targets. */
export function targetHere(): Target | undefined {
  return TARGETS.find(({ triple }) => triple === Deno.build.target);
}

/** The file that people call: the launcher of the portable form, or the executable. */
export function programName(target: Target, form: "native" | "portable"): string {
  if (target.os !== "windows") return "orchastration";
  return form === "native" ? "orchastration.exe" : "orchastration.cmd";
}

/** The folder of the portable form that contains everything but its launcher. */
export function portableFolder(target: Target): string {
  return `orchastration-${target.os}-${target.arch}`;
}

export function runtimeName(target: Target): string {
  return target.os === "windows" ? "deno.exe" : "deno";
}
