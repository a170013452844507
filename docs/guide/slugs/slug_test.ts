import { equal } from "node:assert/strict";
import { slug } from "./slug.ts";

Deno.test("words are joined", () => equal(slug("Plain Words"), "plain-words"));

Deno.test("marks at the end leave nothing", () => equal(slug("Hello, World!"), "hello-world"));
