/** Paths as Linux and macOS write them: the standard library's, as a copy that loads quickly (docs/design/0018-start-up.md). */

// @ts-types="@std/path/posix"
export { basename, dirname, isAbsolute, join, relative, resolve } from "./copied/std_path_posix.js";
