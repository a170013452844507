/** A time-stamp service made of openssl: `sign` gets its tokens, and `openssl ts -verify` judges them. */

import { assert, assertEquals } from "@std/assert";
import { inRealFolder, type RealFolder } from "../support/real_program.ts";
import { findTool } from "../support/tools.ts";

const OPENSSL = findTool("openssl");

const MAKE_SERVICE = `set -e
openssl req -x509 -newkey rsa:2048 -nodes -keyout ca.key -out ca.crt -subj /CN=ca -days 2
openssl req -new -newkey rsa:2048 -nodes -keyout tsa.key -subj /CN=tsa -out tsa.csr
printf 'extendedKeyUsage = critical,timeStamping\\n' > ext
openssl x509 -req -in tsa.csr -CA ca.crt -CAkey ca.key -CAcreateserial -extfile ext -days 2 -out tsa.crt
printf '[tsa]\\ndefault_tsa = t\\n[t]\\nserial = serial\\nsigner_digest = sha256\\ndefault_policy = 1.2.3.4\\ndigests = sha256\\n' > tsa.cnf
echo 01 > serial`;

async function withService(test: (folder: RealFolder, url: string) => Promise<void>): Promise<void> {
  await inRealFolder(async (folder) => {
    const made = await folder.call("sh", ["-c", MAKE_SERVICE]);
    assertEquals(made.code, 0, made.stderr);
    const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, async (request) => {
      folder.write("query.tsq", new Uint8Array(await request.arrayBuffer()));
      const replied = await folder.call("openssl", [
        ...["ts", "-reply", "-config", "tsa.cnf", "-queryfile", "query.tsq"],
        ...["-signer", "tsa.crt", "-inkey", "tsa.key", "-out", "reply.tsr"],
      ]);
      assertEquals(replied.code, 0, replied.stderr);
      return new Response(Deno.readFileSync(`${folder.path}/reply.tsr`));
    });
    try {
      await test(folder, `http://127.0.0.1:${server.addr.port}/tsr`);
    } finally {
      await server.shutdown();
    }
  });
}

Deno.test({
  name:
    "time stamps: openssl accepts the token of each signature, and neither another token nor another signature",
  ignore: OPENSSL === undefined,
  fn: () =>
    withService(async (folder, url) => {
      folder.write(
        "orchastration.toml",
        `[jobs.one]\ncommand = ["true"]\n[jobs.two]\ncommand = ["true"]\n[evidence]\ntime_stamp_url = "${url}"\n`,
      );
      const stamped: { readonly token: Uint8Array; readonly signature: Uint8Array }[] = [];
      const state = (await folder.orchastration("config", "path", "--state")).stdout.trim();
      for (const job of ["one", "two"]) {
        assertEquals((await folder.orchastration("run", job, "-q")).code, 0);
        const said = await folder.orchastration("sign", job, "--json");
        assertEquals([said.code, said.stderr], [0, ""]);
        const { files: [{ path }] } = JSON.parse(said.stdout);
        const bundle = JSON.parse(Deno.readTextFileSync(`${state}/${path}`));
        const [{ signedTimestamp }] = bundle.verificationMaterial.timestampVerificationData.rfc3161Timestamps;
        stamped.push({
          token: Uint8Array.fromBase64(signedTimestamp),
          signature: Uint8Array.fromBase64(bundle.dsseEnvelope.signatures[0].sig),
        });
      }
      const accepts = async (token: Uint8Array, signature: Uint8Array) => {
        folder.write("token.tsr", token);
        folder.write("signature", signature);
        const { code } = await folder.call("openssl", [
          ...["ts", "-verify", "-in", "token.tsr", "-data", "signature", "-CAfile", "ca.crt"],
        ]);
        return code === 0;
      };
      const [one, two] = stamped;
      for (const { token, signature } of stamped) assert(await accepts(token, signature));
      assertEquals(await accepts(one!.token, two!.signature), false);
      for (let at = 0; at < 64; at += 9) {
        assertEquals(
          await accepts(one!.token, one!.signature.map((byte, index) => index === at ? byte ^ 1 : byte)),
          false,
        );
      }
      // The first bytes are the stamped facts; nobody signs every byte of the certificates behind them.
      const facts = one!.token.subarray(0, 250);
      for (let at = 0; at < facts.length; at += 7) {
        const changed = one!.token.map((byte, index) => index === at ? byte ^ 1 : byte);
        assertEquals(await accepts(changed, one!.signature), false, `byte ${at}`);
      }
      assertEquals(await accepts(one!.token.slice(0, -1), one!.signature), false);
      const verified = await folder.orchastration("verify", "one");
      assertEquals(verified.code, 0, verified.stdout);
    }),
});
