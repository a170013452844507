/** The systems that are built for, and what stands for each of them at Deno and at npm. */

export interface Target {
  readonly os: "linux" | "macos" | "windows";
  readonly arch: "x64" | "arm64";
  /** What `deno compile --target` calls it. */
  readonly triple: string;
  /** The package at npm that holds its Deno. */
  readonly runtimePackage: string;
  /** Of the Deno in that package; undefined where nobody has seen it yet, and then npm's own digest is all there is. */
  readonly runtimeSha256: string | undefined;
}

/** Equal to the version in .ci/run and scripts/with-deno.sh by test. */
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

/** The machine that builds; undefined where it is none of the targets. */
export function targetHere(): Target | undefined {
  return TARGETS.find(({ triple }) => triple === Deno.build.target);
}

/** What a person calls: the launcher of the portable form or the executable. */
export function programName(target: Target, form: "native" | "portable"): string {
  if (target.os !== "windows") return "orchastration";
  return form === "native" ? "orchastration.exe" : "orchastration.cmd";
}

/** Where the portable form keeps everything but its launcher. */
export function portableFolder(target: Target): string {
  return `orchastration-${target.os}-${target.arch}`;
}

export function runtimeName(target: Target): string {
  return target.os === "windows" ? "deno.exe" : "deno";
}
