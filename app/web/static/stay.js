// Without a connection no page with a form is left: the browser would put its own in the place of
// what was typed, and our pages are kept in no cache to go back to.
"use strict";

const offline = document.createElement("p");
offline.className = "trouble";
offline.setAttribute("role", "alert");

document.addEventListener("submit", (event) => {
  offline.remove();
  if (navigator.onLine || event.defaultPrevented || event.target.method !== "post") return;
  event.preventDefault();
  offline.textContent = document.body.dataset.offline;
  (event.submitter?.closest(".acts") ?? event.submitter ?? event.target.lastElementChild).before(offline);
});
window.addEventListener("online", () => offline.remove());
