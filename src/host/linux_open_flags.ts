/** Flags of open(2) that other calls take as well. Source: asm-generic/fcntl.h, as on x86 and ARM. */

export const O_NONBLOCK = 0o4000;
export const O_CLOEXEC = 0o2000000;
