/** Keys as text, and signed statements as files. */

import { assertEquals } from "@std/assert";
import { canonical, metablockText, readMetablock } from "../../src/model/in_toto.ts";
import { bundleText, readBundle, signedBytes } from "../../src/model/signed_bundle.ts";
import { privateKeyOfPem, privateKeyPem, publicKeyOfPem, publicKeyPem } from "../../src/model/signing_key.ts";

const encoder = new TextEncoder();

Deno.test("DSSE: the signed bytes are those of the example in the specification", () => {
  const bytes = signedBytes("http://example.com/HelloWorld", encoder.encode("hello world"));
  assertEquals(
    new TextDecoder().decode(bytes),
    "DSSEv1 29 http://example.com/HelloWorld 11 hello world",
  );
});

Deno.test("keys: a written PEM is read again, and no changed byte gives the same key", () => {
  const key = new Uint8Array(32).map((_, at) => at * 7);
  const text = publicKeyPem(key);
  assertEquals(publicKeyOfPem(text), key);
  assertEquals(privateKeyOfPem(privateKeyPem(new Uint8Array(48).fill(9)))?.length, 48);
  for (const changed of changes(text)) {
    assertEquals(publicKeyOfPem(changed)?.toHex() === key.toHex(), false, changed);
  }
});

Deno.test("bundles: a file with one changed byte is no bundle, or has other parts", () => {
  const whole = {
    payload: encoder.encode('{"a":1}'),
    signature: new Uint8Array(64).fill(7),
    keyId: "ab".repeat(32),
    timeStamp: encoder.encode("token"),
  };
  const text = bundleText(whole);
  assertEquals(readBundle(text), whole);
  const parts = (read: ReturnType<typeof readBundle>) =>
    read && [read.payload.toHex(), read.signature.toHex(), read.keyId, read.timeStamp?.toHex()].join(" ");
  for (const changed of changes(text)) {
    assertEquals(parts(readBundle(changed)) === parts(readBundle(text)), false, changed);
  }
});

Deno.test("in-toto: canonical JSON sorts by code points, and escapes the quote and the backslash alone", () => {
  assertEquals(
    canonical({ "\u{1f600}": 1, "\uffff": [true, null], a: 'q"b\\n\n' }),
    '{"a":"q\\"b\\\\n\n","\uffff":[true,null],"\u{1f600}":1}',
  );
});

Deno.test("in-toto: a file with one changed byte is no block, or has other parts", () => {
  const text = metablockText(
    { _type: "link", name: "build", command: ["a"] },
    "ab".repeat(32),
    new Uint8Array(64).fill(7),
  );
  const parts = (read: ReturnType<typeof readMetablock>) =>
    read && [canonical(read.signed), read.signature.toHex(), read.keyId].join(" ");
  assertEquals(readMetablock(text)?.signature, new Uint8Array(64).fill(7));
  for (const changed of changes(text)) {
    assertEquals(parts(readMetablock(changed)) === parts(readMetablock(text)), false, changed);
  }
});

/** The text with each of its characters replaced, removed and doubled. */
function* changes(text: string): Generator<string> {
  for (let at = 0; at < text.length; at++) {
    const [before, after] = [text.slice(0, at), text.slice(at + 1)];
    yield `${before}${String.fromCharCode(text.charCodeAt(at) ^ 1)}${after}`;
    const shorter = `${before}${after}`;
    if (shorter !== text) yield shorter;
    yield `${before}${text[at]}${text[at]}${after}`;
  }
}
