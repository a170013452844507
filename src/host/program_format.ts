/**
 * Whether the system starts a file as a program, by its first bytes. A file that the kernel refuses would be
 * passed to a shell by the runtime. Pure. Sources: elf(5), execve(2), Apple's mach-o/loader.h and
 * mach/machine.h, Microsoft's "PE Format".
 */

import type { OperatingSystem } from "./environment.ts";

export interface Machine {
  readonly os: OperatingSystem;
  /** The names of the runtime: "x86_64", "aarch64". */
  readonly arch: string;
}

/** Keyed by the machine number in an ELF header. */
const ELF_MACHINES: ReadonlyMap<number, string> = new Map([
  [3, "x86"],
  [8, "mips"],
  [20, "powerpc"],
  [21, "powerpc64"],
  [22, "s390x"],
  [40, "arm"],
  [62, "x86_64"],
  [183, "aarch64"],
  [243, "riscv"],
  [258, "loongarch"],
]);
/**
 * A 64-bit kernel runs its own kind of 32-bit program, too; where it does not, the loader is missing as well.
 */
const ALSO_RUNS: Readonly<Record<string, readonly string[]>> = { x86_64: ["x86"], aarch64: ["arm"] };
const LITTLE_ENDIAN = 1;
const EXECUTABLE_TYPES = [2, 3];
const CPU_ARM64 = 0x0100000c;

/** undefined: the system starts it; otherwise the rest of a sentence about the file. */
export function formatProblem(head: Uint8Array, { os, arch }: Machine): string | undefined {
  if (starts(head, [0x23, 0x21])) return undefined;
  if (starts(head, [0x7f, 0x45, 0x4c, 0x46])) {
    return os === "linux" ? elfProblem(head, arch) : "is a program of Linux or another Unix";
  }
  if (isMachO(head)) return os === "darwin" ? machOProblem(head, arch) : "is a program of macOS";
  if (starts(head, [0x4d, 0x5a])) return "is a program of Windows";
  return 'has no "#!" line and is not a program of this system';
}

function elfProblem(head: Uint8Array, arch: string): string | undefined {
  if (head.length < 20) return "is only the beginning of a program; the rest is missing";
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  const isLittle = head[5] === LITTLE_ENDIAN;
  const type = view.getUint16(16, isLittle);
  const number = view.getUint16(18, isLittle);
  const machine = ELF_MACHINES.get(number);
  const isOurs = isLittle && machine !== undefined &&
    (machine === arch || ALSO_RUNS[arch]?.includes(machine));
  // A machine that is not in these tables may be one that we do not know.
  const isKnown = [...ELF_MACHINES.values()].includes(arch);
  if (isKnown && !isOurs) {
    return `is a program for ${machine ?? `machine ${number}`}, and this machine is ${arch}`;
  }
  return EXECUTABLE_TYPES.includes(type) ? undefined : "is a part of a program, not a program";
}

function machOProblem(head: Uint8Array, arch: string): string | undefined {
  if (!starts(head, [0xcf, 0xfa, 0xed, 0xfe]) || head.length < 8) return undefined;
  const cpu = new DataView(head.buffer, head.byteOffset, head.byteLength).getUint32(4, true);
  // The other direction works through Rosetta.
  return cpu === CPU_ARM64 && arch === "x86_64"
    ? "is a program for aarch64, and this machine is x86_64"
    : undefined;
}

/** Both byte orders, both widths, and universal binaries. */
function isMachO(head: Uint8Array): boolean {
  return [
    [0xfe, 0xed, 0xfa, 0xce],
    [0xfe, 0xed, 0xfa, 0xcf],
    [0xce, 0xfa, 0xed, 0xfe],
    [0xcf, 0xfa, 0xed, 0xfe],
    [0xca, 0xfe, 0xba, 0xbe],
  ].some((magic) => starts(head, magic));
}

function starts(head: Uint8Array, bytes: readonly number[]): boolean {
  return bytes.every((byte, index) => head[index] === byte);
}

/** One file of Linux's binfmt_misc: a kind of program that another program runs, such as an emulator. */
export function startsKind(entry: string, head: Uint8Array, path: string): boolean {
  const lines = entry.split("\n");
  if (lines[0] !== "enabled") return false;
  const valueOf = (name: string) => lines.find((line) => line.startsWith(`${name} `))?.slice(name.length + 1);
  const extension = valueOf("extension");
  if (extension !== undefined) return path.endsWith(extension);
  const magic = bytesOf(valueOf("magic") ?? "");
  const mask = bytesOf(valueOf("mask") ?? "");
  const offset = Number(valueOf("offset") ?? "0");
  return magic.length > 0 && magic.every((byte, index) => {
    const bits = mask[index] ?? 0xff;
    return ((head[offset + index] ?? -1) & bits) === (byte & bits);
  });
}

function bytesOf(hex: string): readonly number[] {
  return (hex.match(/[0-9a-f]{2}/gi) ?? []).map((pair) => parseInt(pair, 16));
}
