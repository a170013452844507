/**
 * Whether a test can have a real terminal: `script` of util-linux makes them; on other systems it is called
 * differently.
 */
export async function canMakeTerminals(): Promise<boolean> {
  if (Deno.build.os !== "linux") return false;
  try {
    const args = ["--quiet", "--flush", "--echo", "always", "--command", "bash -c true", "/dev/null"];
    return (await new Deno.Command("script", { args, stdin: "null" }).output()).success;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}
