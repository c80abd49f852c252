/** The bench page: one file, nothing from elsewhere. Plug cars in, pull them out, press the emergency stop. */
export const BENCH_PAGE = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Charger bench</title>
<link rel="icon" href="data:,">
<style>
:root { color-scheme: light dark; --bg: light-dark(#f4f6f5, #121614); --card: light-dark(#fff, #1b211e);
  --text: light-dark(#16201b, #e8efeb); --dim: light-dark(#55635c, #9aa8a1); --line: light-dark(#d6ddd9, #313a36);
  --go: light-dark(#0a6b3d, #4fd08f); --warn: light-dark(#8a5300, #f0b35a); --bad: light-dark(#b01818, #ff8f8f); }
* { box-sizing: border-box; }
body { margin: 0; background: var(--bg); color: var(--text); font: 16px/1.4 system-ui, sans-serif; }
main { max-width: 64rem; margin: 0 auto; padding: 1rem; }
h1 { font-size: 1.3rem; margin: 0 0 .25rem; }
p { margin: 0 0 1rem; color: var(--dim); }
#list { display: grid; gap: 1rem; grid-template-columns: repeat(auto-fill, minmax(min(100%, 19rem), 1fr)); }
article { background: var(--card); border: 1px solid var(--line); border-radius: .75rem; padding: 1rem; }
h2 { display: flex; align-items: center; gap: .5rem; font-size: 1.1rem; margin: 0 0 .5rem; overflow-wrap: anywhere; }
.lamp { width: .9rem; height: .9rem; border-radius: 50%; background: var(--line); flex: none; }
.lamp.ready, .lamp.charging { background: var(--go); }
.lamp.waiting, .lamp.suspended, .lamp.attention { background: var(--warn); }
.lamp.fault { background: var(--bad); }
h2 small { margin-left: auto; font-weight: normal; color: var(--dim); }
dl { display: grid; grid-template-columns: auto 1fr; gap: .15rem 1rem; margin: 0 0 .75rem; }
dt { color: var(--dim); } dd { margin: 0; text-align: right; font-variant-numeric: tabular-nums; }
form, .buttons { display: flex; flex-wrap: wrap; gap: .5rem; margin-top: .5rem; }
button, input { font: inherit; color: inherit; min-height: 2.75rem; border: 1px solid var(--line); border-radius: .5rem;
  background: transparent; padding: 0 .75rem; }
button { cursor: pointer; flex: 1 1 auto; } button.main { border-color: var(--go); color: var(--go); font-weight: 600; }
button[aria-pressed=true] { border-color: var(--bad); color: var(--bad); font-weight: 600; }
input { flex: 1 1 6rem; min-width: 0; }
:focus-visible { outline: 3px solid var(--go); outline-offset: 2px; }
#said { min-height: 1.5rem; color: var(--bad); }
</style>
</head>
<body>
<main>
<h1>Charger bench</h1>
<p>The real charger program on simulated boards. Nothing here is a real car.</p>
<div id="said" role="status"></div>
<div id="list"></div>
</main>
<script>
const cards = new Map();
const said = document.getElementById("said");
async function post(id, action, body) {
  const answer = await fetch("/api/chargers/" + encodeURIComponent(id) + "/" + action, {
    method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body || {}) });
  said.textContent = answer.ok ? "" : (await answer.json()).error;
  refresh();
}
function el(tag, props, ...children) {
  const node = Object.assign(document.createElement(tag), props);
  node.append(...children);
  return node;
}
function card(c) {
  const state = { view: c };
  const row = (name) => { const dd = el("dd"); rows.append(el("dt", { textContent: name }), dd); return dd; };
  const button = (text, act) => el("button", { type: "button", textContent: text, onclick: act });
  const lamp = el("span", { className: "lamp" }), line = el("small"), rows = el("dl");
  const lampText = row("Lamp"), power = row("Power"), energy = row("Energy"), contactor = row("Contactor"), car = row("Car");
  const plug = button("", () => post(c.id, state.view.plugged ? "unplug" : "plug"));
  plug.className = "main";
  const stop = button("Emergency stop", () => post(c.id, "fault", { emergencyStop: !state.view.emergencyStop }));
  const open = button("Open case", () => post(c.id, "fault", { caseOpen: !state.view.caseOpen }));
  const net = button("Cut network", () => post(c.id, "network", { cut: !state.view.networkCut }));
  const press = button("Press button", () => post(c.id, "button"));
  const reset = button("Power cycle", () => post(c.id, "reset"));
  const tag = el("input", { name: "tag", placeholder: "Id tag", maxLength: 20, required: true });
  tag.setAttribute("aria-label", "Id tag for " + c.id);
  const tap = el("form", { onsubmit: (e) => { e.preventDefault(); post(c.id, "tap", { idTag: tag.value }); } },
    tag, el("button", { textContent: "Tap tag" }));
  const node = el("article", {}, el("h2", {}, lamp, c.id, line), rows,
    el("div", { className: "buttons" }, plug), tap, el("div", { className: "buttons" }, stop, open, net, press, reset));
  document.getElementById("list").append(node);
  return (v) => {
    state.view = v;
    lamp.className = "lamp " + v.lamp;
    line.textContent = v.networkCut ? "network cut" : v.connected ? "online" : "offline";
    lampText.textContent = v.lamp;
    power.textContent = v.powerKw.toFixed(2) + " kW";
    energy.textContent = v.energyKwh.toFixed(3) + " kWh";
    contactor.textContent = v.contactor ? "closed" : "open";
    car.textContent = v.car ? v.car.socPercent.toFixed(1) + " % of " + v.car.batteryKwh + " kWh" : "none";
    plug.textContent = v.plugged ? "Unplug car" : "Plug car in";
    for (const [b, on] of [[stop, v.emergencyStop], [open, v.caseOpen], [net, v.networkCut]]) b.setAttribute("aria-pressed", on);
  };
}
async function refresh() {
  try {
    const { chargers } = await (await fetch("/api/chargers")).json();
    for (const c of chargers) {
      if (!cards.has(c.id)) cards.set(c.id, card(c));
      cards.get(c.id)(c);
    }
    if (said.textContent === "The bench does not answer.") said.textContent = "";
  } catch { said.textContent = "The bench does not answer."; }
}
refresh();
setInterval(refresh, 1000);
</script>
</body>
</html>
`;
