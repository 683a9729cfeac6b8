// Filing a claim: what every act can do without script goes on its own here.
//
// A form with data-uploads sends each photo as it is chosen, one after the other, and shows how far
// it is; one with data-save is kept whenever a field was left, so that a phone that dies has lost at
// most the field that was being typed. Without a connection no page is left: the browser would put
// its own in the place of what was typed. The step says so and waits.
"use strict";

const note = document.getElementById("no-connection");

function tell(button) {
  (button?.closest(".acts") ?? note).before(note);
  note.hidden = false;
}

function stays(form) {
  form.addEventListener("submit", (event) => {
    note.hidden = true;
    if (navigator.onLine) return;
    event.preventDefault();
    tell(event.submitter);
  });
}

function uploads(form) {
  const list = form.querySelector(".sending");
  let queue = Promise.resolve();
  let waiting = [];
  let refused = 0;

  form.addEventListener("change", (event) => {
    const input = event.target;
    if (input.type !== "file") return;
    const files = [...input.files];
    input.value = "";
    for (const file of files) {
      const line = lineOf(file.name);
      queue = queue.then(() => send(input.name, file, line));
    }
  });
  // Who presses a button while photos are on their way goes when they have arrived, and stays where
  // one of them was refused meanwhile: the next page would not say so.
  form.addEventListener("submit", (event) => {
    if (event.defaultPrevented) return;
    sendAgain();
    if (!list.querySelector("progress")) return;
    event.preventDefault();
    const button = event.submitter;
    const known = refused;
    queue.then(() => {
      if (waiting.length) tell(button);
      else if (refused > known) list.scrollIntoView({ block: "center" });
      else form.requestSubmit(button);
    });
  });
  // A photo just taken may be in no album: it is held here until it has arrived.
  window.addEventListener("online", sendAgain);

  function sendAgain() {
    const files = waiting;
    waiting = [];
    for (const [field, file, failed] of files) {
      const line = lineOf(file.name);
      failed.remove();
      queue = queue.then(() => send(field, file, line));
    }
  }

  function lineOf(name) {
    const line = document.createElement("li");
    const bar = document.createElement("progress");
    bar.max = 1;
    bar.setAttribute("aria-label", `${form.dataset.sending}: ${name}`);
    line.append(name, bar);
    list.append(line);
    return line;
  }

  function send(field, file, line) {
    return new Promise((done) => {
      const body = new FormData();
      body.append("csrf_token", form.elements.csrf_token.value);
      body.append("then", "stay");
      body.append(field, file);
      const request = new XMLHttpRequest();
      const fails = (why) => {
        line.className = "failed";
        line.textContent = why;
        done();
      };
      request.open("POST", form.getAttribute("action"));
      request.responseType = "document";
      request.upload.onprogress = (event) => {
        const bar = line.querySelector("progress");
        if (bar && event.lengthComputable) bar.value = event.loaded / event.total;
      };
      request.onerror = () => {
        waiting.push([field, file, line]);
        fails(`${file.name}: ${form.dataset.lost}`);
      };
      request.onload = () => {
        const page = request.response;
        const kept = page?.getElementById("kept");
        if (!kept) {
          // Signed out, the draft is gone, or one may not act for the member any more: let the page
          // say so, which of the last stands elsewhere.
          if (page?.querySelector("[data-ended]")) location.assign(request.responseURL);
          else location.reload();
          return;
        }
        const said = kept.querySelector(".trouble");
        said?.remove();
        document.getElementById("kept").replaceChildren(...kept.childNodes);
        if (said) {
          refused += 1;
          fails(said.textContent.trim());
          return;
        }
        line.remove();
        done();
      };
      request.send(body);
    });
  }
}

function saves(form) {
  let last = Promise.resolve();
  let pending = 0;
  let lost = false;

  function keep() {
    const body = new FormData(form);
    body.append("then", "keep");
    pending += 1;
    const how = { method: "POST", body: new URLSearchParams(body), keepalive: true, redirect: "manual" };
    last = last
      .then(() => fetch(form.getAttribute("action"), how))
      .then(() => (lost = false), () => (lost = true))
      .finally(() => (pending -= 1));
  }

  form.addEventListener("change", keep);
  // What was kept on the way must not arrive after what the button sends.
  form.addEventListener("submit", (event) => {
    if (event.defaultPrevented || !(pending || lost)) return;
    event.preventDefault();
    const button = event.submitter;
    if (!pending) keep();
    last.finally(() => (lost ? tell(button) : form.requestSubmit(button)));
  });
  window.addEventListener("online", () => lost && keep());
}

// While a photo is being read: look now and then, and show it unless somebody has begun to type.
function reads(note) {
  let begun = false;
  let left = 30;
  note.closest("form").addEventListener("input", () => (begun = true));

  function look() {
    fetch(location.href)
      .then((answer) => answer.text())
      .then((page) => {
        if (begun) return;
        if (!page.includes("data-reading")) location.reload();
        else if (left--) setTimeout(look, 3000);
      })
      .catch(() => undefined);
  }

  setTimeout(look, 2000);
}

// Whoever types a new card's number means that card.
function means(account) {
  const fresh = account.form.querySelector("[name=card][value=new]");
  account.addEventListener("input", () => (fresh.checked = account.value.trim() !== "" || fresh.checked));
}

document.querySelectorAll(".step-form #account").forEach(means);
document.querySelectorAll("[data-reading]").forEach(reads);
document.querySelectorAll(".step-form").forEach(stays);
document.querySelectorAll("form[data-uploads]").forEach(uploads);
document.querySelectorAll("form[data-save]").forEach(saves);
