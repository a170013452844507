/** The style of an HTML document: for wide and narrow screens, light and dark, and for paper. */

/** On a wider screen a table is shown as a table; on a narrower one, each row is a block. */
const NARROW = "44rem";

export const STYLE = `
:root {
  color-scheme: light dark;
  --page: #ffffff; --text: #1b1f24; --muted: #59636e; --line: #d8dee4; --panel: #f6f8fa; --link: #0757ba;
  --good: #116b33; --good-panel: #e6f6ea; --bad: #b3261e; --bad-panel: #fdecea;
  --open: #80530a; --open-panel: #fdf3d8; --plain: #59636e; --plain-panel: #eef1f4;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #14171b; --text: #e4e8ec; --muted: #99a3ad; --line: #343b43; --panel: #1d2127; --link: #78b4ff;
    --good: #6fd08c; --good-panel: #14301e; --bad: #ff8f87; --bad-panel: #3b1b1a;
    --open: #ebbf5c; --open-panel: #33280f; --plain: #99a3ad; --plain-panel: #23282f;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0; background: var(--page); color: var(--text);
  font: 1rem/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif;
  -webkit-text-size-adjust: 100%;
}
main { max-width: 64rem; margin: 0 auto; padding: 3rem 2rem 5rem; }
h1 { margin: 0 0 1.25rem; font-size: 2rem; line-height: 1.2; letter-spacing: -.01em; overflow-wrap: anywhere; }
h2 { margin: 3rem 0 .75rem; font-size: 1.25rem; line-height: 1.3; overflow-wrap: anywhere; }
p, ul { margin: .75rem 0; max-width: 48rem; overflow-wrap: anywhere; }
ul { padding-left: 1.25rem; }
li { margin: .25rem 0; }
a { color: var(--link); text-underline-offset: .15em; }
a:focus-visible, summary:focus-visible, pre:focus-visible, figure:focus-visible {
  outline: 2px solid var(--link); outline-offset: 2px; border-radius: 3px;
}
code, pre, svg text { font-family: ui-monospace, "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace; }
code { font-size: .875em; padding: .1em .3em; background: var(--panel); border-radius: 4px; overflow-wrap: anywhere; }
pre {
  margin: .75rem 0; padding: .875rem 1rem; background: var(--panel); border: 1px solid var(--line); border-radius: 8px;
  font-size: .8125rem; line-height: 1.55; overflow-x: auto; tab-size: 4;
}
pre.sh { white-space: pre-wrap; overflow-wrap: anywhere; }
.verdict {
  max-width: none; margin: 0 0 1.5rem; padding: .875rem 1.125rem; border-radius: 8px; border-left: 4px solid;
  background: var(--plain-panel); border-color: var(--plain);
}
.verdict span { color: var(--text); }
strong.good, strong.bad, strong.open, strong.plain {
  display: inline-block; padding: 0 .5em; border-radius: 1em; font-size: .875em; font-weight: 600; white-space: nowrap;
}
.verdict strong { display: inline; padding: 0; margin-right: .35em; background: none; font-size: 1em; }
.good { color: var(--good); background: var(--good-panel); }
.bad { color: var(--bad); background: var(--bad-panel); }
.open { color: var(--open); background: var(--open-panel); }
.plain { color: var(--plain); background: var(--plain-panel); }
.verdict.good { border-color: var(--good); background: var(--good-panel); }
.verdict.bad { border-color: var(--bad); background: var(--bad-panel); }
.verdict.open { border-color: var(--open); background: var(--open-panel); }
table { width: 100%; margin: .75rem 0; border-collapse: collapse; font-size: .9375rem; }
th, td { padding: .6rem 1.25rem .6rem 0; border-top: 1px solid var(--line); text-align: left; vertical-align: top; }
th:last-child, td:last-child { padding-right: 0; }
thead th { border-top: 0; border-bottom: 1px solid var(--line); padding-top: 0; }
tbody tr:last-child > * { border-bottom: 1px solid var(--line); }
thead th, tbody th { color: var(--muted); font-size: .8125rem; font-weight: 600; }
tbody th { padding-top: .7rem; }
table.values { table-layout: fixed; }
table.values thead td { width: 10.5rem; border-top: 0; border-bottom: 1px solid var(--line); padding: 0; }
tbody tr:first-child > * { border-top: 0; }
td { overflow-wrap: anywhere; font-variant-numeric: tabular-nums; }
td:first-child { overflow-wrap: break-word; }
td code { padding: 0; background: none; }
.none { color: var(--muted); }
details { display: inline-block; vertical-align: top; max-width: 100%; }
summary { cursor: pointer; white-space: nowrap; list-style: none; }
summary::-webkit-details-marker { display: none; }
summary code { border-bottom: 1px dotted var(--muted); border-radius: 0; }
summary::after { content: "…"; color: var(--muted); padding-left: .1em; }
details[open] summary::after { content: ""; }
details > code {
  display: block; margin: .25rem 0; padding: .35rem .5rem; width: 17.5em; max-width: 100%; background: var(--panel);
  border: 1px solid var(--line); border-radius: 4px; user-select: all; -webkit-user-select: all;
}
figure { margin: .75rem 0; padding: 1.25rem; border: 1px solid var(--line); border-radius: 8px; overflow-x: auto; }
svg { display: block; margin: 0 auto; max-width: 100%; height: auto; }
svg.down { display: none; }
svg text { font-size: 13px; fill: var(--muted); dominant-baseline: central; }
svg .name { fill: var(--text); font-weight: 600; }
svg .leaf { fill: var(--text); }
svg .more .leaf { fill: var(--muted); }
svg rect { fill: var(--panel); stroke: var(--line); stroke-width: 1.25; }
svg .own rect { stroke: var(--text); stroke-width: 2.25; }
svg .output rect { fill: var(--page); }
svg .more rect { fill: none; stroke: none; }
svg .line { fill: none; stroke: var(--muted); stroke-width: 1.25; }
svg .head { fill: var(--muted); }
svg circle.good { fill: var(--good); } svg circle.bad { fill: var(--bad); } svg circle.open { fill: var(--open); }
svg circle.plain { fill: var(--plain); }
@media screen and (max-width: ${NARROW}) {
  main { padding: 1.5rem 1rem 3rem; }
  h1 { font-size: 1.625rem; }
  h2 { margin-top: 2.25rem; }
  pre { font-size: .75rem; padding: .75rem; }
  figure { padding: 1rem .75rem; }
  svg.down { display: block; }
  svg.right { display: none; }
  table, tbody, tr, td, tbody th { display: block; width: auto; }
  thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  tbody tr { padding: .75rem 0; border-top: 1px solid var(--line); }
  tbody tr:last-child { border-bottom: 1px solid var(--line); }
  tbody tr > th, tbody tr > td, tbody tr:last-child > * { border: 0; padding: .1rem 0; }
  tbody th { margin-bottom: .15rem; color: var(--text); font-size: .9375rem; }
  td[data-label] { display: grid; grid-template-columns: 6.5rem minmax(0, 1fr); gap: .75rem; }
  td[data-label]::before { content: attr(data-label); color: var(--muted); font-size: .8125rem; line-height: 1.8; }
  td:empty { display: none; }
  td:first-child { font-weight: 600; padding-bottom: .25rem; }
}
@media print {
  :root {
    --page: #fff; --text: #000; --muted: #444; --line: #bbb; --panel: #fff; --link: #000;
    --good: #000; --bad: #000; --open: #000; --plain: #000;
    --good-panel: #fff; --bad-panel: #fff; --open-panel: #fff; --plain-panel: #fff;
  }
  body { font-size: 10pt; }
  main { max-width: none; padding: 0; }
  pre { white-space: pre-wrap; overflow-wrap: anywhere; }
  h2 { break-after: avoid; }
  tr, pre, figure { break-inside: avoid; }
  figure { overflow: visible; }
  svg { min-width: 0 !important; }
}
`;
