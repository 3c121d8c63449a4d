// What pages do besides links and forms: the drawer, the palette, keys, the theme. All works without it
// but the palette and the keys.
const root = document.documentElement;
const at = (selector) => document.querySelector(selector);

/* Pickers answer at once; without this script they have a button. */
document.addEventListener("change", (event) => {
  if (event.target.form?.matches("[data-at-once]")) event.target.form.requestSubmit();
});
/* To write a value of one's own is to choose it. */
document.addEventListener("input", (event) => {
  const chooses = event.target.dataset?.chooses;
  if (chooses) at(`#${chooses}`).checked = true;
});
/* What is empty says nothing in an address. */
document.addEventListener("submit", (event) => {
  if (event.target.method !== "get") return;
  for (const field of event.target.elements) if (field.name && field.value === "") field.disabled = true;
});

/* The drawer: filled by htmx, closed by its button, by Escape and by a click beside it. */
const drawer = at("#drawer");
let opener = null;
document.addEventListener("htmx:beforeRequest", (event) => {
  if (event.detail.target !== at("#drawer-content") || drawer.open) return;
  opener = event.detail.elt;
  at("#drawer-content").replaceChildren(at("#drawer-wait").content.cloneNode(true));
  drawer.showModal();
});
drawer?.addEventListener("click", (event) => {
  if (event.target === drawer || event.target.closest("[data-close]")) drawer.close();
});
drawer?.addEventListener("close", () => opener?.focus());

/* The palette. */
const palette = at("#palette");
function search() {
  if (palette.open) return;
  palette.showModal();
  at("#palette-text").select();
}
palette?.addEventListener("click", (event) => {
  if (event.target === palette) palette.close();
});
palette?.addEventListener("keydown", (event) => {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!step) return;
  const links = [...palette.querySelectorAll("a")];
  const place = links.indexOf(document.activeElement) + step;
  event.preventDefault();
  if (place < 0) at("#palette-text").focus();
  else links[Math.min(place, links.length - 1)]?.focus();
});
palette?.addEventListener("submit", (event) => {
  event.preventDefault();
  palette.querySelector("a")?.click();
});

/* Keys. */
function typing(element) {
  return element.matches("input, select, textarea, [contenteditable]");
}
let before = "";
document.addEventListener("keydown", (event) => {
  if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
    event.preventDefault();
    search();
    return;
  }
  if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
  if (event.key === "?") at("#keys")?.showModal();
  if (event.key === "/") {
    event.preventDefault();
    search();
  }
  if (before === "g") at(`[data-key="${CSS.escape(event.key)}"]`)?.click();
  before = event.key;
});
for (const dialog of document.querySelectorAll("dialog")) {
  dialog.addEventListener("click", (event) => {
    if (event.target.closest("[data-close]")) dialog.close();
  });
}
document.addEventListener("click", (event) => {
  const opens = event.target.closest("[data-opens]");
  if (opens?.dataset.opens === "palette") search();
  else if (opens) at(`#${opens.dataset.opens}`).showModal();
});

/* The theme, in a cookie so that the next page begins in it. */
document.addEventListener("click", (event) => {
  const choice = event.target.closest("[data-ground]");
  if (!choice) return;
  event.preventDefault();
  const now = root.dataset.theme || (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light");
  root.dataset.theme = now === "dark" ? "light" : "dark";
  document.cookie = `theme=${root.dataset.theme}; path=/; max-age=31536000; samesite=lax`;
  document.dispatchEvent(new Event("holdfast:ground"));
});

/* What was copied says so. */
document.addEventListener("click", async (event) => {
  const copies = event.target.closest("[data-copies]");
  if (!copies) return;
  event.preventDefault();
  await navigator.clipboard.writeText(copies.dataset.text ?? copies.href);
  at("#toast").textContent = copies.dataset.copies;
  at("#toast").hidden = false;
  setTimeout(() => { at("#toast").hidden = true; }, 2400);
});
