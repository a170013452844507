/**
 * The launchers of the portable form: small scripts that are replaced by the program, passing on arguments,
 * signals and status.
 */

import { portableFolder, runtimeName, type Target } from "./targets.ts";
import { START } from "./bundle.ts";
import { V8_FLAGS } from "./runtime.ts";

/** A user's settings for their own Deno must not affect this one; nor does it ask or download anything. */
export const RUNTIME_FLAGS: readonly string[] = [
  ...["-A", V8_FLAGS, "--no-prompt", "--quiet", "--no-config", "--no-lock", "--no-remote", "--no-npm"],
  "--cached-only",
];
const FLAGS = RUNTIME_FLAGS.join(" ");

export function launcherOf(target: Target): string {
  return target.os === "windows" ? windowsLauncher(target) : posixLauncher(target);
}

/**
 * With `exec` the runtime replaces the shell, so that signals, process groups and statuses are its own. HOME
 * is changed while the runtime starts, because it reads .npmrc there and refuses to start where it cannot.
 */
function posixLauncher(target: Target): string {
  return `#!/bin/sh
# Becomes Orchastration: the program and its runtime, which lie in ${portableFolder(target)} beside this file.
# The names are long because a variable that the caller has exported would go on to the jobs with our value.
orchastration_self=$0
case $orchastration_self in
  */*) ;;
  *) orchastration_self=$(command -v -- "$orchastration_self") ;;
esac
while [ -L "$orchastration_self" ]; do
  orchastration_link=$(readlink "$orchastration_self")
  case $orchastration_link in
    /*) orchastration_self=$orchastration_link ;;
    *) orchastration_self=\${orchastration_self%/*}/$orchastration_link ;;
  esac
done
orchastration_here=\${orchastration_self%/*}/${portableFolder(target)}

# The runtime keeps compiled code here, so that the next start is quick. Where there is no place, it does without.
case \${XDG_CACHE_HOME-} in
  /*) orchastration_cache=$XDG_CACHE_HOME/orchastration ;;
  *) orchastration_cache=\${HOME-}/.cache/orchastration ;;
esac
case $orchastration_cache in
  /.cache/* | [!/]*) orchastration_cache=/dev/null ;;
esac
[ -d "$orchastration_cache" ] || (umask 077 && mkdir -p "$orchastration_cache") 2>/dev/null

# In a folder that was deleted the runtime does not start: the program does without one, and says so where it needs one. A folder
# above that may not be read is no reason, so the kernel is asked as well.
if ! [ -d "\${PWD-}" ] && ! command -p env pwd -P >/dev/null 2>&1; then
  export ORCHASTRATION_FOLDER_IS_GONE=1
  cd /
fi

# The program puts these back before it does anything else.
[ -z "\${HOME+set}" ] || export "ORCHASTRATION_OUTER_HOME=$HOME"
[ -z "\${DENO_DIR+set}" ] || export "ORCHASTRATION_OUTER_DENO_DIR=$DENO_DIR"
[ -z "\${DENO_NO_UPDATE_CHECK+set}" ] || export "ORCHASTRATION_OUTER_DENO_NO_UPDATE_CHECK=$DENO_NO_UPDATE_CHECK"
[ -z "\${DENO_DISABLE_NODE_SHIM+set}" ] || export "ORCHASTRATION_OUTER_DENO_DISABLE_NODE_SHIM=$DENO_DISABLE_NODE_SHIM"
# A shell adds variables of its own. Those that its caller had not are taken away again; as far as a line end in a variable leaves
# that in doubt, they stay.
orchastration_added=
orchastration_given=
if [ -r "/proc/$$/environ" ] && ! IFS= read -r orchastration_given 2>/dev/null <"/proc/$$/environ"; then
  for orchastration_name in PWD OLDPWD SHLVL _; do
    case $orchastration_given in
      *"$orchastration_name="*) ;;
      *) orchastration_added="$orchastration_added $orchastration_name" ;;
    esac
  done
fi
export ORCHASTRATION_LAUNCHER_CHANGED="HOME DENO_DIR DENO_NO_UPDATE_CHECK DENO_DISABLE_NODE_SHIM$orchastration_added"
# The runtime raises the limit for itself; jobs get the caller's.
ORCHASTRATION_OUTER_OPEN_FILES=$(ulimit -Sn)
export ORCHASTRATION_OUTER_OPEN_FILES
export HOME="$orchastration_here" DENO_DIR="$orchastration_cache/runtime" DENO_NO_UPDATE_CHECK=1 DENO_DISABLE_NODE_SHIM=1

exec "$orchastration_here/${runtimeName(target)}" run ${FLAGS} "$orchastration_here/program/${START}" "$@"
`;
}

/**
 * A batch file cannot be replaced by the program that it starts: Ctrl-C asks "Terminate batch job". The
 * executable does not have this flaw.
 */
function windowsLauncher(target: Target): string {
  return `@echo off
rem Starts Orchastration: the program and its runtime, which lie in ${
    portableFolder(target)
  } beside this file.
setlocal DisableDelayedExpansion
set "ORCHASTRATION_LAUNCHER_CHANGED=DENO_DIR DENO_NO_UPDATE_CHECK DENO_DISABLE_NODE_SHIM"
if defined DENO_DIR set "ORCHASTRATION_OUTER_DENO_DIR=%DENO_DIR%"
if defined DENO_NO_UPDATE_CHECK set "ORCHASTRATION_OUTER_DENO_NO_UPDATE_CHECK=%DENO_NO_UPDATE_CHECK%"
if defined DENO_DISABLE_NODE_SHIM set "ORCHASTRATION_OUTER_DENO_DISABLE_NODE_SHIM=%DENO_DISABLE_NODE_SHIM%"
rem Without a folder of the user's, compiled code is kept nowhere; the path would begin in the root of the drive.
set "DENO_DIR=NUL"
if defined LocalAppData set "DENO_DIR=%LocalAppData%\\orchastration\\runtime"
set "DENO_NO_UPDATE_CHECK=1"
set "DENO_DISABLE_NODE_SHIM=1"
"%~dp0${portableFolder(target)}\\${runtimeName(target)}" run ${FLAGS} "%~dp0${
    portableFolder(target)
  }\\program\\${START}" %*
`.replaceAll("\n", "\r\n");
}
