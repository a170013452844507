/** Flags of open(2) that other calls take as well. Source: asm-generic/fcntl.h, as on x86 and ARM. */

export const O_WRONLY = 1;
export const O_RDWR = 2;
export const O_CREAT = 0o100;
export const O_EXCL = 0o200;
export const O_APPEND = 0o2000;
export const O_NONBLOCK = 0o4000;
export const O_CLOEXEC = 0o2000000;
/** ARM has another number for it. Source: arch/arm64/include/uapi/asm/fcntl.h. */
export const O_NOFOLLOW = Deno.build.arch === "aarch64" ? 0o100000 : 0o400000;
/** It differs between processors, and the call refuses what is no folder without it. Source: fcntl.h of x86 and ARM. */
export const O_DIRECTORY = Deno.build.arch === "x86_64" ? 0o200000 : 0o40000;
/** Source: open(2), and fcntl.h of x86_64 and aarch64, which have these in common. */
export const O_PATH = 0o10000000;
