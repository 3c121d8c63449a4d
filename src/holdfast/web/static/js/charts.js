// Draws every chart on the page from the specification beside it, again where the ground changes.
const dark = matchMedia("(prefers-color-scheme: dark)");
const root = document.documentElement;

function ground() {
  return root.dataset.theme || (dark.matches ? "dark" : "light");
}

function tell(_handler, event, _item, value) {
  const tip = document.getElementById("tip");
  tip.hidden = value == null || value === "";
  if (tip.hidden) return;
  tip.textContent = typeof value === "object" ? Object.values(value).join(" ") : String(value);
  const room = tip.getBoundingClientRect();
  const across = Math.min(event.clientX + 14, innerWidth - room.width - 8);
  const below = event.clientY + 18;
  const down = below + room.height > innerHeight ? event.clientY - room.height - 12 : below;
  tip.style.transform = `translate(${Math.max(across, 8)}px, ${down}px)`;
}

/* A legend in as many columns as there is room for. */
function narrowed(spec, room) {
  if (spec.legend?.columns) spec.legend.columns = Math.max(1, Math.min(spec.legend.columns, Math.floor(room / 170)));
  for (const part of Object.values(spec)) if (part && typeof part === "object") narrowed(part, room);
  return spec;
}

async function draw(place) {
  const specs = JSON.parse(document.getElementById(place.dataset.specs).textContent);
  await vegaEmbed(place, narrowed(specs[ground()], place.clientWidth), {
    mode: "vega-lite", renderer: "svg", ast: true, actions: false, defaultStyle: false, tooltip: tell,
  });
  place.querySelector("svg")?.setAttribute("aria-hidden", "true");
  place.dataset.drawn = ground();
}

function drawAll() {
  return Promise.all([...document.querySelectorAll("[data-specs]")].map(draw));
}

dark.addEventListener("change", drawAll);
document.addEventListener("holdfast:ground", drawAll);
document.addEventListener("htmx:afterSettle", (event) => {
  for (const place of event.target.querySelectorAll("[data-specs]:not([data-drawn])")) draw(place);
});
drawAll();
