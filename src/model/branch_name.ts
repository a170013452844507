/** Names of branches: those that git takes and that would be read as something else later are refused here. Pure. */

/** Why the name cannot be a branch's, as the second half of a sentence; git has its own say after this. */
export function branchNameProblem(name: string): string | undefined {
  if (name === "") return "it is empty";
  // deno-lint-ignore no-control-regex
  if (/[\u0000-\u001f\u007f]/.test(name)) return "it contains a control character";
  if (name.startsWith("-")) return "it begins with -, and would be taken for an option";
  if (name === "@" || name.toUpperCase() === "HEAD") return "git has another meaning for it";
  if (name.startsWith("refs/")) {
    return "it is the full name of a reference; a branch is named without refs/heads/";
  }
  // `git switch`, and nearly everything else, would take it for a commit.
  if (/^[0-9a-f]{40}$|^[0-9a-f]{64}$/i.test(name)) return "it reads as the id of a commit";
  return undefined;
}
