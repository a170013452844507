/** Asks questions at the terminal, each answered with a line. */

import type { Invocation } from "./invocation.ts";

/** Whether a person can be asked. */
export function canAsk({ host, isJson }: Invocation): boolean {
  const { stdin, stdout, stderr } = host.terminal;
  return !isJson && stdin.isTerminal && (stdout.isTerminal || stderr.isTerminal);
}

const MAX_ANSWER_BYTES = 1024;

/** The typed line, without its end and surrounding blanks; undefined at the end of the input. */
export async function ask(invocation: Invocation, question: string): Promise<string | undefined> {
  invocation.console.err(question);
  await invocation.console.flush();
  const { stdin } = invocation.host.terminal;
  const buffer = new Uint8Array(MAX_ANSWER_BYTES);
  const typed: number[] = [];
  // Byte by byte, because text that was typed ahead belongs to the next question, or to the job.
  while (typed.length < MAX_ANSWER_BYTES) {
    const read = await stdin.read(buffer.subarray(0, 1));
    if (!read.ok || read.value === undefined) return undefined;
    if (buffer[0] === 0x0a) {
      if (stdin.isTerminal) invocation.console.lineWasEnded();
      break;
    }
    typed.push(buffer[0]!);
  }
  return new TextDecoder().decode(new Uint8Array(typed)).trim();
}
