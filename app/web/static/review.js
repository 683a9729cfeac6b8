// A claim's review by keyboard, and its papers larger, smaller and turned.
//
// Whatever has data-key is pressed by that key: a button or link is followed, a folded part is
// opened and its first field focused. In an open part the digits choose. Nothing happens while
// somebody types, or with Ctrl, Alt or the command key. Without script all of it can be clicked.
"use strict";

const TYPING = "input:not([type=checkbox]):not([type=radio]), textarea, select";

function press(thing) {
  if (thing.tagName !== "DETAILS") {
    thing.click();
    return;
  }
  const open = !thing.open;
  document.querySelectorAll("details[data-key]").forEach((each) => { each.open = false; });
  thing.open = open;
  const first = thing.querySelector("input:not([type=hidden])");
  if (open && first) first.focus();
  else thing.querySelector("summary").focus();
}

function choose(number) {
  const open = document.querySelector("details[data-key][open]");
  const choice = open && open.querySelectorAll("input[type=radio], input[type=checkbox]")[number - 1];
  if (!choice) return false;
  choice.focus();
  choice.click();
  return true;
}

function viewer(place) {
  const papers = [...place.querySelectorAll("[data-paper]")];
  const said = place.querySelector("[data-place]");
  let at = 0;
  let scale = 1;
  let turned = 0;
  function show() {
    papers.forEach((paper, number) => { paper.hidden = number !== at; });
    const img = papers[at].querySelector("img");
    // Turned by a quarter it is as wide as it was high: smaller by that, with the room it takes.
    const flat = turned % 180 !== 0;
    const ratio = Number(img.getAttribute("width")) / Number(img.getAttribute("height"));
    img.style.width = `${scale * 100 * (flat ? ratio : 1)}%`;
    img.style.maxWidth = "none";
    img.style.transform = `rotate(${turned}deg)`;
    const over = flat ? (img.clientHeight - img.clientWidth) / 2 : 0;
    img.style.marginInline = `${over}px`;
    img.style.marginBlock = `${-over}px`;
    said.textContent = `${at + 1} / ${papers.length}`;
  }
  const does = {
    before() { at = Math.max(at - 1, 0); scale = 1; turned = 0; },
    after() { at = Math.min(at + 1, papers.length - 1); scale = 1; turned = 0; },
    larger() { scale = Math.min(scale * 1.25, 6); },
    smaller() { scale = Math.max(scale / 1.25, 0.4); },
    turn() { turned = (turned + 90) % 360; },
  };
  place.querySelector("[data-tools]").hidden = false;
  place.querySelectorAll("[data-do]").forEach((button) => {
    button.addEventListener("click", () => { does[button.dataset.do](); show(); });
  });
  show();
  return (what) => { does[what](); show(); };
}

const papers = document.querySelector("[data-papers]");
const view = papers ? viewer(papers) : () => {};
const VIEWS = { j: "before", k: "after", "+": "larger", "=": "larger", "-": "smaller", t: "turn" };

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.altKey || event.metaKey || event.target.matches(TYPING)) return;
  const key = event.key.toLowerCase();
  const thing = document.querySelector(`[data-key="${CSS.escape(key)}"]`);
  if (thing) press(thing);
  else if (key in VIEWS) view(VIEWS[key]);
  else if (!(key >= "1" && key <= "9" && choose(Number(key)))) return;
  event.preventDefault();
});

// A claim that came by itself is read out from its head.
document.getElementById("head")?.focus({ preventScroll: true });
