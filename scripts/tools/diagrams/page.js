/**
 * In the browser: draws each Mermaid source and leaves the SVGs, as JSON in base64, as the text of the page. Mermaid's style
 * sheet, which has rules for diagrams of all kinds, makes way for ours.
 */

// deno-lint-ignore-file no-undef

const MARGIN = 12;
const { sources, css } = JSON.parse(document.getElementById("input").textContent);

mermaid.initialize({
  startOnLoad: false,
  theme: "base",
  htmlLabels: false,
  markdownAutoWrap: false,
  deterministicIds: true,
  fontFamily: "Arial, 'Liberation Sans', Helvetica, sans-serif",
  themeVariables: { fontSize: "14px" },
  flowchart: {
    htmlLabels: false,
    useMaxWidth: false,
    wrappingWidth: 600,
    padding: 10,
    nodeSpacing: 32,
    rankSpacing: 40,
    subGraphTitleMargin: { top: 8, bottom: 8 },
  },
});

const drawn = [];
for (const source of sources) {
  const { svg } = await mermaid.render("d", source);
  document.body.innerHTML = svg;
  drawn.push(tidied(document.querySelector("svg")));
}
document.body.textContent = new TextEncoder().encode(JSON.stringify(drawn)).toBase64();

/** The picture alone: as large as what is drawn and a margin, on paper of its own, without what nothing refers to. */
function tidied(svg) {
  const { x, y, width, height } = svg.getBBox();
  const box = [x - MARGIN, y - MARGIN, width + 2 * MARGIN, height + 2 * MARGIN].map(Math.round);
  svg.removeAttribute("style");
  svg.removeAttribute("class");
  svg.setAttribute("viewBox", box.join(" "));
  svg.setAttribute("width", box[2]);
  svg.setAttribute("height", box[3]);
  svg.querySelector("style").textContent = `\n${css}`;
  const paper = document.createElementNS("http://www.w3.org/2000/svg", "rect");
  for (
    const [name, value] of Object.entries({ x: box[0], y: box[1], width: box[2], height: box[3], rx: 8 })
  ) {
    paper.setAttribute(name, value);
  }
  paper.setAttribute("class", "paper");
  svg.querySelector("style").after(paper);
  const text = svg.outerHTML;
  for (const marker of svg.querySelectorAll("marker")) {
    if (!text.includes(`url(#${marker.id})`)) marker.remove();
  }
  for (const styled of svg.querySelectorAll("[style]")) styled.removeAttribute("style");
  return new XMLSerializer().serializeToString(svg).replace(
    /-?\d+\.\d{3,}/g,
    (n) => String(Math.round(n * 100) / 100),
  );
}
