/** Paths as Linux and macOS write them. Function by function, as all of the library takes 2 ms to load. */

export { basename } from "@std/path/posix/basename";
export { dirname } from "@std/path/posix/dirname";
export { isAbsolute } from "@std/path/posix/is-absolute";
export { join } from "@std/path/posix/join";
export { relative } from "@std/path/posix/relative";
export { resolve } from "@std/path/posix/resolve";
