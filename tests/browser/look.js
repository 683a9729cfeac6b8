// What a careful person would notice about a page, as a list of sentences; none: all is well.
// Run in the page by visitor.py. `names`: Chinese that may stand on an English page (people, units,
// hospitals), longest first.
({ english, names, latin }) => {
  const faults = [];
  const say = (what, where) => faults.push(`${what}: ${text(where).slice(0, 120)}`);
  const text = (x) => (typeof x === "string" ? x : x.outerHTML.replace(/\s+/g, " "));
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];
  const seen = (element) => element.checkVisibility({ visibilityProperty: true, opacityProperty: true });

  // It fits.
  const wide = document.scrollingElement.scrollWidth;
  if (wide > innerWidth) {
    const out = all("body *").filter((x) => seen(x) && x.getBoundingClientRect().right > innerWidth + 1);
    say(`${wide} px wide in a window of ${innerWidth}`, out.at(-1) ?? "nobody sticks out");
  }

  const [name, acts] = document.querySelector(".top-row")?.children ?? [];
  if (acts && acts.getBoundingClientRect().top >= name.getBoundingClientRect().bottom) say("the head takes two lines", name);

  const [begins, ...others] = all(".frame").filter(seen).map((x) => x.getBoundingClientRect().left);
  if (others.some((left) => Math.abs(left - begins) > 1)) say("the head and the page begin at different places", "");

  // It is in one language. What is marked as another one is that on purpose.
  const lang = document.documentElement.lang;
  if (lang !== (english ? "en" : "zh-CN")) say("language", lang);
  const own = (element) => {
    const marked = element.closest("[lang]");
    return marked === document.documentElement && !element.closest("code, pre, samp, kbd, .code, style, script, noscript");
  };
  const words = [["the title", document.title]];
  const mayStand = new RegExp(`^(${latin.join("|")})$`);
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const parent = walk.currentNode.parentElement;
    if (own(parent)) words.push([parent, walk.currentNode.data]);
  }
  for (const element of all("[title], [aria-label], [alt], [placeholder]").filter(own))
    for (const name of ["title", "aria-label", "alt", "placeholder"])
      if (element.getAttribute(name)) words.push([element, element.getAttribute(name)]);
  const everything = words.map(([, said]) => said).join("\n");
  const here = names.filter((name) => everything.includes(name)); // a few of thousands
  for (const [where, said] of words) {
    if (english) {
      const chinese = /[\u2e80-\u9fff\uff00-\uff60]+/;
      let rest = said;
      if (chinese.test(said)) for (const name of here) rest = rest.replaceAll(name, " ");
      const left = rest.match(chinese);
      if (left) say(`Chinese “${left[0]}” on an English page`, where);
    } else {
      const left = (said.match(/[A-Za-z]{2,}[A-Za-z0-9._-]*/g) ?? []).filter((x) => !mayStand.test(x));
      if (left.length) say(`English “${left.join(" ")}” on a Chinese page`, where);
    }
    const raw = said.match(/%\(\w+\)|\{\{|\bNone\b(?!:| yet)|\bTrue\b|\bFalse\b|undefined|\bNaN\b|<[A-Z]\w+/);
    if (raw) say(`raw “${raw[0]}”`, where);
  }

  // What is read as one stands on one line: a day, a moment, an amount.
  const asOne = /\d{4}-\d\d-\d\d( \d\d:\d\d)?|[-−]?¥[\d,]+(\.\d\d)?/g;
  const figures = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (figures.nextNode()) {
    const { data, parentElement } = figures.currentNode;
    for (const figure of data.matchAll(asOne)) {
      if (parentElement.closest("script, style, pre, textarea, select, svg") || !seen(parentElement)) continue;
      const range = document.createRange();
      range.setStart(figures.currentNode, figure.index);
      range.setEnd(figures.currentNode, figure.index + figure[0].length);
      const tops = [...range.getClientRects()].map((x) => Math.round(x.top));
      if (new Set(tops).size > 1) say(`“${figure[0]}” is broken over lines`, parentElement);
    }
  }

  // Who cannot see it can find their way.
  if (all("h1").filter(seen).length !== 1) say("not one h1", all("h1").map((x) => x.innerText).join(" / "));
  let level = 0;
  for (const heading of all("h1, h2, h3, h4, h5, h6").filter(seen)) {
    const at = Number(heading.tagName[1]);
    if (at > level + 1) say(`h${at} after h${level}`, heading);
    level = at;
  }
  const loud = (x) => parseFloat(getComputedStyle(x).fontSize);
  const loudest = Math.max(...all("main h2, main .form-label").filter(seen).map(loud), loud(document.body) * 1.15);
  for (const legend of all("main legend").filter(seen))
    if (loud(legend) > loudest + 0.5) say("a question louder than the headings", legend);
  if (!document.title.trim()) say("no title", "");
  const named = (x) => {
    const others = (x.getAttribute("aria-labelledby") ?? "").split(/\s+/).filter(Boolean);
    const spoken = others.map((id) => document.getElementById(id)?.textContent ?? "").join(" ");
    return (x.getAttribute("aria-label") || spoken || x.textContent).trim();
  };
  for (const field of all("input:not([type=hidden], [type=submit], [type=button]), select, textarea").filter(seen))
    if (!field.labels?.length && !named(field)) say("a field without a label", field);
  for (const act of all("a[href], button, summary").filter(seen))
    if (!named(act) && !all("img[alt]:not([alt=''])", act).length) say("nothing says what it does", act);
  for (const image of all("img:not([alt])")) say("a picture without alt", image);
  for (const drawing of all("svg:not([aria-hidden=true])"))
    if (drawing.getAttribute("role") !== "img" || !named(drawing)) say("a drawing without words", drawing);
  for (const bar of all("progress, meter").filter(seen))
    if (!bar.labels?.length && !named(bar)) say("a bar without a name", bar);
  for (const table of all("table").filter(seen))
    if (!all("th", table).length) say("a table without headings", table);
  const ids = all("[id]").map((x) => x.id);
  for (const id of new Set(ids.filter((x, n) => ids.indexOf(x) !== n))) say("an id twice", id);
  if (all("main").length !== 1) say("not one main", "");

  // A finger hits it (WCAG 2.2, 2.5.8, on a phone 2.5.5; links within a line of text are exempt).
  for (const act of all("button, summary, input:not([type=hidden]), select, textarea, a.btn, nav a").filter(seen)) {
    const box = act.getBoundingClientRect();
    const least = innerWidth < 600 ? 44 : 24;
    if (!act.closest(".visually-hidden, .visually-hidden-focusable") && (Math.round(box.height) < least || box.width < 24) && !act.labels?.length)
      say(`${Math.round(box.width)} × ${Math.round(box.height)} px to hit`, act);
  }

  // It can be read (WCAG 2.2, 1.4.3), hints on the smallest phone too.
  const canvas = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });
  for (const field of all("input[placeholder]").filter(seen)) {
    const { paddingLeft, paddingRight } = getComputedStyle(field);
    canvas.font = getComputedStyle(field, "::placeholder").font;
    const cross = field.type === "search" ? 20 : 0; // by which it is emptied
    const room = field.clientWidth - parseFloat(paddingLeft) - parseFloat(paddingRight) - cross - (innerWidth < 600 ? innerWidth - 360 : 0);
    if (canvas.measureText(field.placeholder).width > room) say("a hint is cut off", field);
  }
  const once = (kept, key, make) => (kept.has(key) ? kept : kept.set(key, make())).get(key);
  const [colours, backs] = [new Map(), new Map()];
  const rgba = (colour) => once(colours, colour, () => {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = colour;
    canvas.fillRect(0, 0, 1, 1);
    return [...canvas.getImageData(0, 0, 1, 1).data];
  });
  const behind = (element) => once(backs, element, () => {
    if (!element) return [255, 255, 255, 255];
    const style = getComputedStyle(element);
    if (style.backgroundImage !== "none") return null;
    const colour = rgba(style.backgroundColor);
    if (colour[3] === 255) return colour;
    return colour[3] ? null : behind(element.parentElement);
  });
  const light = (colour) => {
    const [r, g, b] = colour.map((x) => x / 255).map((x) => (x <= 0.04045 ? x / 12.92 : ((x + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const pale = new Set();
  for (const element of all("main *, header *, footer *").filter((x) => seen(x) && !x.closest("svg, :disabled, option, .visually-hidden, .visually-hidden-focusable") && [...x.childNodes].some((y) => y.nodeType === 3 && y.data.trim()))) {
    const style = getComputedStyle(element);
    const front = rgba(style.color);
    const back = behind(element);
    if (!back || front[3] < 255) continue;
    const [low, high] = [light(front), light(back)].sort((a, b) => a - b);
    const contrast = (high + 0.05) / (low + 0.05);
    const size = parseFloat(style.fontSize);
    const large = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
    const what = `${style.color} on ${back.slice(0, 3)}: contrast ${contrast.toFixed(1)}`;
    if (contrast < (large ? 3 : 4.5) && !pale.has(what)) say((pale.add(what), what), element);
  }
  return faults;
}
