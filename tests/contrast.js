/* Texts of the page whose contrast is below WCAG AA: 4.5, or 3 for large ones. Returns [ratio, colour, ground, text]. */
() => {
  const parse = c => { const m = c.match(/[\d.]+/g).map(Number); return { r: m[0], g: m[1], b: m[2], a: m[3] ?? 1 } };
  const over = (top, under) => ({ r: top.r * top.a + under.r * (1 - top.a), g: top.g * top.a + under.g * (1 - top.a),
    b: top.b * top.a + under.b * (1 - top.a), a: 1 });
  const light = c => { const f = x => { x /= 255; return x <= 0.03928 ? x / 12.92 : ((x + 0.055) / 1.055) ** 2.4 };
    return 0.2126 * f(c.r) + 0.7152 * f(c.g) + 0.0722 * f(c.b) };
  const chain = e => { const all = []; for (; e; e = e.parentElement || e.getRootNode().host) all.push(e); return all };
  const roots = [document.querySelector(".stApp")]; const found = [];
  for (const root of roots) {
    const walker = document.createTreeWalker(root, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      if (node.nodeType === 1) { if (node.shadowRoot) roots.push(node.shadowRoot); continue }
      const element = node.parentElement, text = node.textContent.trim();
      if (!text || !element || element.closest("script, style, svg, [disabled], [aria-disabled=true], [aria-hidden=true]")) continue;
      const box = element.getBoundingClientRect(), style = getComputedStyle(element);
      if (!box.width || !box.height || style.visibility === "hidden") continue;
      const parents = chain(element);
      if (parents.some(e => getComputedStyle(e).opacity === "0" || e.dataset?.stale === "true" || e.hasAttribute("inert"))) continue;
      let ground = { r: 255, g: 255, b: 255, a: 1 };
      for (const e of [...parents].reverse()) ground = over(parse(getComputedStyle(e).backgroundColor), ground);
      let ink = parse(style.color);
      ink.a *= parents.reduce((a, e) => a * Number(getComputedStyle(e).opacity), 1);
      ink = over(ink, ground);
      const [x, y] = [light(ink), light(ground)].sort((a, b) => b - a), ratio = (x + 0.05) / (y + 0.05);
      if (element.closest("[data-testid=stSliderThumbValue]")) continue;  // it stands above the thumb, outside of its parent
      const size = parseFloat(style.fontSize), large = /^[●━┅➜]$/.test(text) || size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
      if (ratio < (large ? 3 : 4.5) - 0.01)
        found.push([ratio.toFixed(2), style.color, `rgb(${[ground.r, ground.g, ground.b].map(Math.round)})`, text.slice(0, 60)]);
    }
  }
  return found;
}
