"""The picture of a walk as one HTML file that needs nothing else: no script, font or style from elsewhere."""

from __future__ import annotations

import json
from dataclasses import asdict

from app.walk_picture import EDGE_COLOURS, EDGE_NAMES, ROLE_COLOURS, ROLE_NAMES, SEED_COLOUR, WalkPicture


def picture_to_html(picture: WalkPicture, *, answer: str = "") -> str:
    """Return the page; a reader steps through the walk on it, and clicks a node to read it. `answer` stands above."""
    data = {
        "answer": answer,
        "edgeColours": {**EDGE_COLOURS, "seed": SEED_COLOUR},
        "edgeNames": EDGE_NAMES,
        "roleColours": dict(ROLE_COLOURS),
        "roleNames": dict(ROLE_NAMES),
        **asdict(picture),
    }
    payload = json.dumps(data, ensure_ascii=False).replace("<", "\\u003c")  # no word of a document can end the script
    return _PAGE.replace("@DATA@", payload)


_PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>kgqa walk</title>
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<style>
:root { color-scheme: light dark; font: 15px/1.5 system-ui, sans-serif }
body { margin: 0; display: grid; grid-template-columns: minmax(0, 1fr) 23rem; min-height: 100vh }
main { padding: 1rem; min-width: 0 } svg { width: 100%; height: 68vh; touch-action: none }
aside { padding: 1rem; border-left: 1px solid #8886; overflow: auto; max-height: 100vh; box-sizing: border-box }
h1 { font-size: 1.15rem; margin: .2rem 0 } h2 { font-size: 1rem } p, li { unicode-bidi: plaintext; text-align: start; overflow-wrap: anywhere }
.bar { display: flex; gap: .6rem; flex-wrap: wrap; align-items: center } button { font: inherit; padding: .25rem .8rem }
.key { display: flex; flex-wrap: wrap; gap: .1rem 1rem } .key b { font-size: 1.1em } pre { white-space: pre-wrap; font: inherit }
.node { cursor: pointer } .node text { font-size: 11px; fill: currentColor; text-anchor: middle } .hidden { display: none }
.node.on .mark, .node:focus .mark { stroke: currentColor; stroke-width: 4 } .node:focus { outline: none } .score { font-size: 10px; fill: currentColor }
@media (max-width: 800px) { body { grid-template-columns: 1fr } aside { border: 0; max-height: none } svg { height: 55vh } }
</style></head><body>
<main><h1 id="question"></h1><p id="answer"></p>
<div class="bar"><button id="back">◀ step back</button><output id="at" aria-live="polite"></output><button id="on">step on ▶</button>
<label><input type="checkbox" id="seen" checked> seen and not taken</label>
<label><input type="checkbox" id="around"> other links between them</label>
<label><input type="checkbox" id="scores"> scores</label></div>
<svg role="group" aria-label="The walk from the question over the graph"></svg><div class="key" id="key"></div></main>
<aside><div id="step"></div><hr><div id="about" aria-live="polite"><p>Click a node to read it.</p></div></aside>
<script type="application/json" id="data">@DATA@</script>
<script>
const walk = JSON.parse(document.getElementById("data").textContent), $ = id => document.getElementById(id);
$("question").textContent = walk.question; $("answer").textContent = walk.answer;
const svg = document.querySelector("svg"), last = walk.steps.length; let step = last;
const make = (name, values, into) => { const x = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const key in values) x.setAttribute(key, values[key]); into.append(x); return x };
const put = (tag, text, into) => { const x = document.createElement(tag); x.textContent = text; into.append(x); return x };
const xs = walk.nodes.map(n => n.x), ys = walk.nodes.map(n => n.y), box = { x: Math.min(...xs) - 130, y: Math.min(...ys) - 60 };
box.w = Math.max(...xs) + 130 - box.x; box.h = Math.max(...ys) + 80 - box.y;
const view = () => svg.setAttribute("viewBox", [box.x, box.y, box.w, box.h].join(" ")); view();
svg.addEventListener("wheel", e => { e.preventDefault(); const f = e.deltaY > 0 ? 1.1 : 0.9;
  box.x += box.w * (1 - f) / 2; box.y += box.h * (1 - f) / 2; box.w *= f; box.h *= f; view() }, { passive: false });
let grip = null; svg.addEventListener("pointerdown", e => grip = [e.clientX, e.clientY]); addEventListener("pointerup", () => grip = null);
svg.addEventListener("pointermove", e => { if (!grip) return; const s = box.w / svg.clientWidth;
  box.x -= (e.clientX - grip[0]) * s; box.y -= (e.clientY - grip[1]) * s; grip = [e.clientX, e.clientY]; view() });
const at = new Map(walk.nodes.map(n => [n.node_id, n]));
const edgeName = via => walk.edgeNames[via] || via, edgeColour = via => walk.edgeColours[via] || "#777";
const told = l => edgeName(l.via) + ": " + l.reason + (l.score === null ? "" : ", score " + l.score.toFixed(3));
const defs = make("defs", {}, svg);
for (const via of new Set(walk.links.map(l => l.via))) make("path", { d: "M 0 0 L 8 4 L 0 8 z", fill: edgeColour(via) },
  make("marker", { id: "to-" + via, viewBox: "0 0 8 8", refX: 20, refY: 4, markerWidth: 9, markerHeight: 9, markerUnits: "userSpaceOnUse", orient: "auto" }, defs));
const drawnLinks = walk.links.map(l => { const a = at.get(l.source), b = at.get(l.target), g = make("g", {}, svg);
  const line = make("path", { d: `M ${a.x} ${a.y} Q ${(a.x + b.x) / 2 + (b.y - a.y) * .12} ${(a.y + b.y) / 2 - (b.x - a.x) * .12} ${b.x} ${b.y}`,
    fill: "none", stroke: edgeColour(l.via), "stroke-width": l.score === null ? 1 : 1 + 3 * Math.max(0, Math.min(1, l.score)),
    "marker-end": "url(#to-" + l.via + ")", "stroke-dasharray": l.taken ? "" : l.score === null ? "1 5" : "6 5", opacity: l.taken ? .95 : .55 }, g);
  make("title", {}, line).textContent = told(l);
  const label = make("text", { class: "score", x: (a.x + b.x) / 2 + (b.y - a.y) * .06, y: (a.y + b.y) / 2 - (b.x - a.x) * .06 }, g);
  label.textContent = l.score === null ? "" : l.score.toFixed(2); return { l, g, label } });
const role = n => !n.node_id ? "question" : n.seed ? "seed" : n.visited_at !== null && n.visited_at <= step ? "visited" : "seen";
const drawnNodes = walk.nodes.map(n => { const g = make("g", { class: "node", tabindex: 0, role: "button" }, svg);
  const mark = n.kind === "table" ? make("rect", { x: n.x - 12, y: n.y - 12, width: 24, height: 24 }, g)
    : n.kind === "figure" ? make("path", { d: `M ${n.x} ${n.y - 14} L ${n.x + 14} ${n.y + 11} L ${n.x - 14} ${n.y + 11} Z` }, g)
    : make("circle", { cx: n.x, cy: n.y, r: 13 }, g);
  mark.classList.add("mark"); if (n.cited) { mark.setAttribute("stroke", "#e0a100"); mark.setAttribute("stroke-width", 4) }
  make("title", {}, g).textContent = n.label; g.setAttribute("aria-label", n.label + (n.document ? ", " + n.document + ", page " + n.page : ""));
  const text = make("text", { x: n.x, y: n.y + 28 }, g); text.textContent = n.label.length > 28 ? n.label.slice(0, 15) + "…" + n.label.slice(-11) : n.label;
  g.dataset.node = n.node_id; g.addEventListener("click", () => show(n, g));
  g.addEventListener("keydown", e => { if (e.key === "Enter" || e.key === " ") { e.preventDefault(); show(n, g) } });
  return { n, g, mark, text } });
function show(n, g) { document.querySelectorAll(".node.on").forEach(x => x.classList.remove("on")); g.classList.add("on");
  const about = $("about"); about.replaceChildren(); put("h2", n.label, about);
  if (n.document) put("p", n.kind + " on page " + n.page + " of " + n.document + (n.cited ? ", cited by the answer" : ""), about);
  put("p", n.text, about); const list = put("ul", "", about);
  for (const l of walk.links) if (l.step <= step && (l.source === n.node_id || l.target === n.node_id)) {
    const other = at.get(l.source === n.node_id ? l.target : l.source); put("li", other.label + " (" + told(l) + (l.taken ? ", taken" : "") + ")", list) } }
function draw() {
  const seen = $("seen").checked, there = new Set();
  for (const d of drawnNodes) { const r = role(d.n), on = d.n.seen_at <= step && (seen || r !== "seen"); if (on) there.add(d.n.node_id);
    d.g.classList.toggle("hidden", !on); d.mark.setAttribute("fill", walk.roleColours[r]); d.text.classList.toggle("hidden", r === "seen") }
  for (const d of drawnLinks) { const on = d.l.step <= step && there.has(d.l.source) && there.has(d.l.target)
      && (d.l.score === null ? $("around").checked : seen || d.l.taken);
    d.g.classList.toggle("hidden", !on); d.label.classList.toggle("hidden", !$("scores").checked) }
  $("at").textContent = step ? `step ${step} of ${last}, hop ${walk.steps[step - 1].hop}` : `seeds, before ${last} steps`;
  $("back").disabled = step === 0; $("on").disabled = step === last;
  const box = $("step"); box.replaceChildren();
  if (!step) { put("h2", "Seeds", box); put("p", "The passages that the search for the question found first.", box); return }
  const s = walk.steps[step - 1]; put("h2", "Hop " + s.hop + ", from " + s.at, box);
  put("p", s.prediction ? "The agent (" + s.agent + ") says is missing: " + s.prediction
    : "The agent (" + s.agent + ") foresees a passage like: " + s.nearest, box);
  if (s.fallback) put("p", s.fallback, box);
  const list = put("ul", "", box); for (const [label, why] of s.took) put("li", "taken: " + label + " (" + why + ")", list);
  if (!s.took.length) put("p", "No path went on from here.", box) }
$("back").onclick = () => { step--; draw() }; $("on").onclick = () => { step++; draw() };
for (const id of ["seen", "around", "scores"]) $(id).onchange = draw;
addEventListener("keydown", e => { if (e.key === "ArrowLeft" && step > 0) { step--; draw() } if (e.key === "ArrowRight" && step < last) { step++; draw() } });
for (const [name, colours, kinds] of [[walk.roleNames, walk.roleColours, new Set(["question", "seed", "visited", "seen"])],
    [walk.edgeNames, walk.edgeColours, new Set(walk.links.map(l => l.via))]])
  for (const kind of kinds) { const s = put("span", "", $("key")); const dot = put("b", "● ", s); dot.style.color = colours[kind] || "#777"; put("span", name[kind] || kind, s) }
draw();
</script></body></html>
"""  # noqa: E501
