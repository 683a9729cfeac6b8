// Looks again at what is under way and puts its new state in place, without a reload.
//
// An element with an id and data-poll (seconds) is fetched again from its page, or from
// data-poll-url, and swapped until it has no data-poll any more. Without script a page refreshes
// itself instead (<noscript><meta http-equiv="refresh">).
"use strict";

const LONGEST_WAIT_S = 15;
const GLIDE_MS = 600;
const calm = window.matchMedia("(prefers-reduced-motion: reduce)");

function watch(id) {
  const first = Number(document.getElementById(id).dataset.poll);
  let wait = first;
  let timer = 0;

  async function look() {
    const here = document.getElementById(id);
    if (document.hidden) {
      document.addEventListener("visibilitychange", look, { once: true });
      return;
    }
    try {
      const answer = await fetch(here.dataset.pollUrl || location.href, { redirect: "manual" });
      if (!answer.ok) {
        location.reload(); // signed out, or the page is gone: let it say so
        return;
      }
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const next = page.getElementById(id);
      if (!next) {
        location.reload();
        return;
      }
      put(here, next);
      document.title = page.title;
      if (!next.hasAttribute("data-poll")) return;
      wait = first;
    } catch {
      wait = Math.min(wait * 2, LONGEST_WAIT_S); // no connection: less and less often
    }
    timer = setTimeout(look, wait * 1000);
  }

  timer = setTimeout(look, wait * 1000);
  window.addEventListener("pagehide", () => clearTimeout(timer));
}

// New content in the old element. What is read aloud stays the same node, or it would be silent;
// bars glide from where they were.
function put(here, next) {
  const spoken = here.querySelector("[aria-live]");
  const says = next.querySelector("[aria-live]");
  const before = [...here.querySelectorAll("progress")].map((bar) => bar.position * 100);
  if (spoken && says) {
    if (spoken.textContent !== says.textContent) spoken.textContent = says.textContent;
    says.replaceWith(spoken);
  }
  for (const name of ["class", "data-poll", "data-poll-url"]) {
    if (next.hasAttribute(name)) here.setAttribute(name, next.getAttribute(name));
    else here.removeAttribute(name);
  }
  here.replaceChildren(...next.childNodes);
  here.querySelectorAll("progress").forEach((bar, place) => glide(bar, before[place]));
}

function glide(bar, fromPercent) {
  const to = bar.value;
  const from = (fromPercent / 100) * bar.max;
  if (calm.matches || !(fromPercent >= 0) || bar.position < 0 || from >= to) return;
  const began = performance.now();
  (function step(now) {
    const part = Math.min((now - began) / GLIDE_MS, 1);
    bar.value = from + (to - from) * (1 - (1 - part) ** 3);
    if (part < 1) requestAnimationFrame(step);
  })(began);
}

document.querySelectorAll("[data-poll][id]").forEach((element) => watch(element.id));
