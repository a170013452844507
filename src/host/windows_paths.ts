/** Paths as Windows writes them. */

export { basename, dirname, isAbsolute, join, relative, resolve } from "@std/path/windows";
