/** The forms of an answer, each with the headers that keep other pages out. Pure. */

import type { ByteReader } from "../host/byte_reader.ts";
import type { WebAnswer } from "../host/network.ts";

/** The page loads its own script and style from here, and nothing else from anywhere. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "connect-src 'self'",
  "img-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join("; ");

const GUARDS: Readonly<Record<string, string>> = {
  "content-security-policy": POLICY,
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
  "referrer-policy": "no-referrer",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "cross-origin-embedder-policy": "require-corp",
  "cache-control": "no-store",
};

const TYPES = {
  html: "text/html; charset=utf-8",
  script: "text/javascript; charset=utf-8",
  style: "text/css; charset=utf-8",
  icon: "image/svg+xml",
  json: "application/json",
  text: "text/plain; charset=utf-8",
  events: "text/event-stream",
} as const;

export function answerWith(
  type: keyof typeof TYPES,
  body: string | ByteReader,
  { status = 200, headers = {} }: {
    readonly status?: number;
    readonly headers?: Readonly<Record<string, string>>;
  } = {},
): WebAnswer {
  return {
    status,
    headers: { ...GUARDS, "content-type": TYPES[type], ...headers },
    body: typeof body === "string" ? new TextEncoder().encode(body) : body,
  };
}

/** The whole page: its content comes from the script. `again`: the command line that makes a new one. */
export function pageText(again: string): string {
  const escaped = again.replace(/[&<>"]/g, (char) => `&#${char.charCodeAt(0)};`);
  return PAGE.replace("{again}", () => escaped);
}

const PAGE = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Orchastration</title>
<link rel="icon" href="/icon.svg">
<link rel="stylesheet" href="/page.css">
<script type="module" src="/page.js"></script>
</head>
<body><div id="page" data-again="{again}"><noscript>This page needs JavaScript, which it loads from this machine only.</noscript></div></body>
</html>
`;

/**
 * Leads on to the page after the cookie was set. A redirection would not do: where a link of another site led here, browsers do
 * not send a strict cookie with it.
 */
export const ENTRANCE = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="refresh" content="0; url=/">
<title>Orchastration</title>
<link rel="icon" href="/icon.svg">
</head>
<body><a href="/">Continue</a></body>
</html>
`;

export const ICON =
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><circle cx="8" cy="8" r="7" fill="#2f6f4f"/>` +
  `<path d="M4.5 8.3l2.4 2.4 4.6-5" fill="none" stroke="#fff" stroke-width="1.8"/></svg>`;
