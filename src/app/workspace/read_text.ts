/** Reads the output of a process as text. */

import type { ByteReader } from "../../host/byte_reader.ts";

/**
 * The whole text, or its beginning if that is sufficient. Further bytes are read and dropped, so that the writer is not blocked;
 * the text is longer than `maxCharacters` by less than one piece.
 */
export async function readText(
  reader: ByteReader,
  maxCharacters: number,
  isEnough: (text: string) => boolean = () => false,
): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  for (let bytes = await reader.read(); bytes !== undefined; bytes = await reader.read()) {
    if (text.length < maxCharacters) text += decoder.decode(bytes, { stream: true });
    if (isEnough(text)) break;
  }
  return text;
}
