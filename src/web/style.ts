/** The style of the page, in light and dark. */

const LIGHT = `
  --back: #ffffff; --raised: #f6f7f8; --line: #d9dde1; --text: #1c2126; --dim: #5a646e; --link: #1a5fb4;
  --good: #24794a; --bad: #b3261e; --late: #96590a; --calm: #5a646e; --now: #1a5fb4; --broken: #7a3e9d; --slot: #8f86bd;
  --cut: #ffffff; --mark: #fff2b8;
  --black: #1c2126; --red: #b3261e; --green: #24794a; --yellow: #7d5a00; --blue: #1a5fb4; --magenta: #8a2d83;
  --cyan: #0f6a75; --white: #5a646e;`;
const DARK = `
  --back: #14171a; --raised: #1d2125; --line: #343b42; --text: #e3e6e8; --dim: #9aa4ad; --link: #82b4f2;
  --good: #58b883; --bad: #f2857b; --late: #e0a243; --calm: #9aa4ad; --now: #82b4f2; --broken: #c99ae6; --slot: #8f86bd;
  --cut: #14171a; --mark: #4a4218;
  --black: #9aa4ad; --red: #f2857b; --green: #58b883; --yellow: #e0b84f; --blue: #82b4f2; --magenta: #dd93d6;
  --cyan: #62c3ce; --white: #e3e6e8;`;

const COLOURS = ["black", "red", "green", "yellow", "blue", "magenta", "cyan", "white"];

export const STYLE = `
:root { color-scheme: light dark; ${LIGHT} }
@media (prefers-color-scheme: dark) { :root { ${DARK} } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--back); color: var(--text); font: 15px/1.5 system-ui, sans-serif; }
#page { max-width: 1100px; margin: 0 auto; padding: 0 20px 60px; }
a { color: var(--link); text-underline-offset: 2px; text-decoration-thickness: 1px; }
a:focus-visible, button:focus-visible, input:focus-visible, select:focus-visible, [tabindex="0"]:focus-visible {
  outline: 2px solid var(--link); outline-offset: 2px; border-radius: 3px; }
.view:focus { outline: none; }
code, .lines { font-family: ui-monospace, "DejaVu Sans Mono", Consolas, monospace; font-size: 13px; }
code { overflow-wrap: anywhere; }
bdi { overflow-wrap: anywhere; }
h1 { font-size: 22px; font-weight: 600; margin: 24px 0 6px; display: flex; align-items: center; gap: 8px; }
h2 { font-size: 15px; font-weight: 600; margin: 26px 0 8px; }
h3 { font-size: 15px; font-weight: 600; margin: 0; }
p { margin: 6px 0; overflow-wrap: anywhere; }
ul, ol { margin: 6px 0; padding-left: 20px; }
.dim { color: var(--dim); }
.warn { color: var(--late); }
.hidden { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
header { display: flex; align-items: baseline; gap: 20px; padding: 14px 0; border-bottom: 1px solid var(--line); flex-wrap: wrap; }
header .home { font-weight: 600; color: var(--text); text-decoration: none; }
header nav { display: flex; gap: 14px; }
header nav a { text-decoration: none; color: var(--dim); }
header nav a[aria-current] { color: var(--text); box-shadow: 0 2px 0 var(--link); }
.connection { margin-left: auto; color: var(--dim); font-size: 13px; }
.connection.live::before { content: ""; display: inline-block; width: 8px; height: 8px; border-radius: 4px; background: var(--good); margin-right: 6px; }
.connection.lost { color: var(--bad); }
.problem { border: 1px solid var(--bad); border-radius: 6px; padding: 6px 14px; margin: 16px 0; }
.remark { border-left: 3px solid var(--late); padding: 2px 12px; margin: 10px 0; }

.mark { width: 16px; height: 16px; flex: none; vertical-align: -3px; color: var(--calm); overflow: visible; }
.mark .full { fill: currentColor; }
.mark .open { fill: none; stroke: currentColor; stroke-width: 2; stroke-linecap: round; stroke-linejoin: round; }
.mark .cut { fill: none; stroke: var(--cut); stroke-width: 1.8; stroke-linecap: round; }
.mark .dotted { stroke-dasharray: 3.2 2.6; }
.turning { transform-origin: 8px 8px; animation: turn 4s linear infinite; }
@keyframes turn { to { transform: rotate(360deg); } }
@media (prefers-reduced-motion: reduce) { .turning { animation: none; } }
.s-succeeded, .s-up_to_date, .t-succeeded, .t-up_to_date { color: var(--good); }
.s-failed, .s-signalled, .t-failed, .t-signalled { color: var(--bad); }
.s-timed_out, .s-unconfirmed, .t-timed_out, .t-unconfirmed { color: var(--late); }
.s-running, .t-running, .s-in_progress, .t-in_progress { color: var(--now); }
.s-interrupted, .s-damaged, .t-interrupted { color: var(--broken); }
.status { white-space: nowrap; }

.running { list-style: none; padding: 0; }
.row { display: grid; grid-template-columns: minmax(140px, 260px) minmax(0, 1fr) auto; gap: 4px 16px; align-items: center;
  padding: 5px 0; border-bottom: 1px solid var(--line); }
.row .name { min-width: 0; }
.row .name b { font-weight: 600; }
.row .name a { font-weight: 600; text-decoration: none; color: var(--text); }
.row .name a:hover { text-decoration: underline; }
.row .description { display: block; font-size: 13px; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.cells { display: flex; overflow: hidden; padding: 3px; flex-wrap: wrap; height: 30px; }
.cell { display: block; padding: 4px 2px; line-height: 0; border-radius: 3px; }
.cell:hover { background: var(--raised); }
.row .last { font-size: 13px; white-space: nowrap; text-align: right; }
.legend { list-style: none; display: flex; flex-wrap: wrap; gap: 4px 16px; padding: 0; margin-top: 22px; font-size: 13px; color: var(--dim); }
.tip { position: fixed; z-index: 2; max-width: min(420px, calc(100vw - 16px)); background: var(--text); color: var(--back);
  padding: 5px 10px; border-radius: 5px; font-size: 13px; pointer-events: none; overflow-wrap: anywhere; max-height: 40vh; overflow: hidden; }

.title { display: flex; flex-wrap: wrap; gap: 4px 20px; align-items: baseline; }
.title nav { display: flex; gap: 14px; font-size: 13px; margin-left: auto; }
.reason { font-size: 16px; }
.sides { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 380px), 1fr)); gap: 0 40px; }
dl { display: grid; grid-template-columns: max-content minmax(0, 1fr); gap: 4px 16px; margin: 0; }
dt { color: var(--dim); }
dd { margin: 0; overflow-wrap: anywhere; }
table { border-collapse: collapse; width: 100%; }
th { text-align: left; font-weight: 400; color: var(--dim); }
th, td { padding: 4px 16px 4px 0; border-bottom: 1px solid var(--line); vertical-align: top; }
.criteria { list-style: none; padding: 0; }
.criteria li { margin: 6px 0; }
.criteria li p { margin: 0 0 0 20px; font-size: 13px; }
.scrolls { overflow-x: auto; padding: 2px; }
.document { border: 1px solid var(--line); border-radius: 6px; padding: 6px 14px; overflow-wrap: anywhere; }
.document summary { cursor: pointer; display: flex; flex-wrap: wrap; gap: 4px 14px; }
.document h4 { margin: 14px 0 4px; }
.document pre { background: var(--raised); border-radius: 4px; padding: 8px 12px; overflow-x: auto; }

.commands { margin-top: 28px; border-top: 1px solid var(--line); padding-top: 10px; }
.command { display: flex; flex-wrap: wrap; gap: 4px 14px; align-items: baseline; padding: 3px 0; }
.command .does { color: var(--dim); min-width: 220px; }
.command code { background: var(--raised); padding: 2px 8px; border-radius: 4px; flex: 0 1 auto; min-width: 0; }
button, select, input[type="search"] { font: inherit; font-size: 13px; color: var(--text); background: var(--raised); border: 1px solid var(--line);
  border-radius: 4px; padding: 2px 10px; }
button { cursor: pointer; }
button:disabled { color: var(--dim); cursor: default; opacity: 0.7; }
input[type="search"] { background: var(--back); width: 180px; }

.log .bar { display: flex; flex-wrap: wrap; gap: 6px 14px; align-items: baseline; }
.log .bar label { font-size: 13px; color: var(--dim); }
.log .places { display: flex; flex-wrap: wrap; gap: 6px; align-items: baseline; font-size: 13px; margin: 4px 0 8px; }
.log .places .dim { margin-right: 8px; }
.results { flex-basis: 100%; max-height: 220px; overflow: auto; list-style: none; padding: 6px; margin: 0; border: 1px solid var(--line); border-radius: 4px; }
.results button { border: none; background: none; text-align: left; padding: 1px 4px; width: 100%; overflow: hidden; text-overflow: ellipsis; white-space: nowrap;
  font-family: ui-monospace, "DejaVu Sans Mono", Consolas, monospace; }
.lines { background: var(--raised); border: 1px solid var(--line); border-radius: 6px; padding: 8px 0; max-height: 70vh; overflow: auto; line-height: 1.45; }
.line { display: flex; padding: 0 12px 0 4px; content-visibility: auto; contain-intrinsic-size: auto 19px; min-height: 19px; }
.line .stream { width: 30px; flex: none; color: var(--bad); font-size: 11px; text-align: center; user-select: none; line-height: 19px; }
.line .text { white-space: pre; unicode-bidi: isolate; min-width: 0; }
.wraps .text { white-space: pre-wrap; overflow-wrap: anywhere; }
.line.stderr { box-shadow: inset 3px 0 0 var(--bad); }
.line.found { background: var(--mark); }
${
  COLOURS.map((name) =>
    `.f-ansi-${name}, .f-ansi-bright-${name} { color: var(--${name}); }
.b-ansi-${name}, .b-ansi-bright-${name} { background: var(--${name}); color: var(--back); }`
  ).join("\n")
}
.d-bold { font-weight: 700; } .d-italic { font-style: italic; } .d-underline { text-decoration: underline; } .d-dim { opacity: 0.75; }
.d-strikethrough { text-decoration: line-through; } .d-reverse { background: var(--text); color: var(--back); } .d-hidden { visibility: hidden; }

.graph { display: block; }
.graph .node { fill: var(--raised); stroke: var(--line); }
.graph .node.critical { stroke: var(--text); stroke-width: 1.5; }
.graph text { fill: var(--text); font-size: 13px; }
.graph a { text-decoration: none; }
.graph .edge { fill: none; stroke: var(--line); stroke-width: 1.5; }
.graph .edge.critical { stroke: var(--text); }
.timeline { font-size: 13px; margin-top: 10px; }
.timeline .node, .timeline .axis { display: grid; grid-template-columns: minmax(110px, 220px) minmax(0, 1fr); gap: 12px; align-items: center; }
.timeline .node { padding: 3px 0; border-top: 1px solid var(--line); }
.timeline .name { min-width: 0; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.timeline .name a { color: var(--text); text-decoration: none; }
.timeline .name a:hover { text-decoration: underline; }
.timeline .ticks { display: flex; justify-content: space-between; color: var(--dim); }
.spans { width: 100%; height: 12px; display: block; }
.spans .needs { fill: var(--line); } .spans .slot { fill: var(--slot); } .spans .ran { fill: currentColor; }
.swatch { display: inline-block; width: 18px; height: 6px; vertical-align: 2px; }
.swatch.needs { background: var(--line); } .swatch.slot { background: var(--slot); } .swatch.ran { background: var(--good); height: 10px; vertical-align: 0; }
.star { color: var(--late); margin-left: 4px; }

.board { display: grid; grid-template-columns: repeat(5, minmax(0, 1fr)); gap: 14px; }
.board h2 { margin: 10px 0 8px; }
.card { border: 1px solid var(--line); border-radius: 6px; padding: 8px 12px; margin-bottom: 10px; background: var(--raised); font-size: 13px; }
.card h3 a { color: var(--text); text-decoration: none; }
.card h3 a:hover { text-decoration: underline; }
.card p { margin: 3px 0; }
@media (max-width: 900px) { .board { grid-template-columns: repeat(auto-fit, minmax(min(100%, 240px), 1fr)); } }
@media (max-width: 640px) {
  #page { padding: 0 12px 40px; }
  .row { grid-template-columns: minmax(0, 1fr) auto; }
  .row .cells { grid-column: 1 / -1; grid-row: 2; }
  .command .does { min-width: 100%; }
  dl { grid-template-columns: minmax(0, 1fr); gap: 0; }
  dd { margin-bottom: 6px; }
  .timeline .node, .timeline .axis { grid-template-columns: 110px minmax(0, 1fr); }
}
`;
