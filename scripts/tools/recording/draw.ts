/** Draws the asciicast on stdin as SVG on stdout. A program of its own, with a lock file of its own. */

import { parseCast } from "./cast.ts";
import { svgOf } from "./svg.ts";
import { timelineOf } from "./timeline.ts";

const [title, description] = Deno.args;
const cast = parseCast(await new Response(Deno.stdin.readable).text());
const svg = svgOf(cast, await timelineOf(cast), title!, description!);
await Deno.stdout.write(new TextEncoder().encode(svg));
