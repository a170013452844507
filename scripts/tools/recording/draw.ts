/** Draws the asciicast from stdin as SVG on stdout. A separate program with its own lock file. */

import { parseCast } from "./cast.ts";
import { svgOf } from "./svg.ts";
import { timelineOf } from "./timeline.ts";

const [title, description] = Deno.args;
const cast = parseCast(await new Response(Deno.stdin.readable).text());
const svg = svgOf(cast, await timelineOf(cast), title!, description!);
await Deno.stdout.write(new TextEncoder().encode(svg));
