const told = JSON.parse(document.getElementById("specs").textContent);
const dark = matchMedia("(prefers-color-scheme: dark)");
const tip = document.getElementById("tip");

function tell(_handler, event, _item, value) {
  tip.hidden = value == null || value === "";
  if (tip.hidden) return;
  tip.textContent = typeof value === "object" ? Object.values(value).join(" ") : String(value);
  const room = tip.getBoundingClientRect();
  const across = Math.min(event.clientX + 14, innerWidth - room.width - 8);
  const down = event.clientY + 18 + room.height > innerHeight ? event.clientY - room.height - 12 : event.clientY + 18;
  tip.style.transform = `translate(${Math.max(across, 8)}px, ${down}px)`;
}

async function draw() {
  for (const [id, spec] of Object.entries(told[dark.matches ? "dark" : "light"])) {
    await vegaEmbed(document.getElementById(id), spec, {
      mode: "vega-lite", renderer: "svg", ast: true, actions: false, defaultStyle: false, tooltip: tell,
    });
  }
  document.documentElement.dataset.drawn = Object.keys(told.light).length;
}

dark.addEventListener("change", draw);
draw();
