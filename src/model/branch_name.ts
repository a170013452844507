/** Rules for branch names: refuses names that git accepts but would later read as something else. Pure. */

/**
 * Why the name cannot be used for a branch, as the second half of a sentence. Git applies its own rules after
 * this.
 */
export function branchNameProblem(name: string): string | undefined {
  if (name === "") return "it is empty";
  // deno-lint-ignore no-control-regex
  if (/[\u0000-\u001f\u007f]/.test(name)) return "it contains a control character";
  if (name.startsWith("-")) return 'it begins with "-", so git would read it as an option';
  if (name === "@" || name.toUpperCase() === "HEAD") return "git gives this name another meaning";
  if (name.startsWith("refs/")) {
    return "it is the full name of a reference; write the branch without refs/heads/";
  }
  // `git switch`, like nearly every other git command, would read it as a commit.
  if (/^[0-9a-f]{40}$|^[0-9a-f]{64}$/i.test(name)) return "it looks like a commit id";
  return undefined;
}
