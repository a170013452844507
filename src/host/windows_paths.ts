/** Paths as Windows writes them: the standard library's, as a copy that loads quickly (docs/design/0018-start-up.md). */

// @ts-types="@std/path/windows"
export { basename, dirname, isAbsolute, join, relative, resolve } from "./copied/std_path_windows.js";
