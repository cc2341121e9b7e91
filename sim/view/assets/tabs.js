// What Dash calls: a scene has come, fans have come, a tab is chosen.
(function () {
  "use strict";
  const K = (window.kidal = window.kidal || {});

  async function fan(told) {
    if (!told) return null;
    const say = (text) => (document.getElementById("fan-say").textContent = text);
    if (!told.figure) return say(told.say) && null;
    const gd = await K.ready("fan");
    const layout = { ...structuredClone(told.figure.layout), autosize: true };
    gd.kidalTicks = "";
    try {
      await window.Plotly.react(gd, told.figure.data, layout, K.CONFIG);
    } catch (error) {
      say("The fans cannot be drawn (" + error.message + "); loading the page again may help");
      throw error;
    }
    say(told.say); // only now: what it says is what is seen
    const name = () => K.name(gd, told.zero, told.figure.layout.meta.way);
    name();
    gd.removeAllListeners("plotly_relayout");
    gd.on("plotly_relayout", () => setTimeout(name, 50));
    gd.removeAllListeners("plotly_afterplot");
    gd.on("plotly_afterplot", () => setTimeout(name, 120));
    K.fans = (K.fans || 0) + 1;
    return K.fans;
  }

  function tab() {
    const by = (window.dash_clientside.callback_context.triggered[0] || {}).prop_id || "";
    const chosen = by.startsWith("tab-fan") ? "fan" : "map", before = K.tab;
    K.tab = chosen;
    ["map", "fan"].forEach((name) => {
      document.getElementById("panel-" + name).hidden = name !== chosen;
      document.getElementById("tab-" + name).setAttribute("aria-selected", String(name === chosen));
      document.getElementById("tab-" + name).tabIndex = name === chosen ? 0 : -1;
    });
    if (chosen === "fan" && K.playing) K.play(false);
    const shown = chosen === "fan" ? ["fan"] : ["map", "distance"];
    shown.filter((id) => K.plot(id) && K.plot(id)._fullLayout).forEach((id) => {
      window.Plotly.Plots.resize(K.plot(id)).then(() => id === "map" && K.label(K.plot(id), true));
    });
    return chosen === (before || "map") ? window.dash_clientside.no_update : chosen;
  }

  document.addEventListener("keydown", (event) => {
    // arrows go from tab to tab, as screen readers say they do
    const list = event.target.closest && event.target.closest("[role=tablist]");
    if (!list || event.ctrlKey || event.altKey || event.metaKey) return;
    const all = [...list.children], at = all.indexOf(event.target), last = all.length - 1;
    const to = { ArrowRight: at < last ? at + 1 : 0, ArrowLeft: at > 0 ? at - 1 : last, Home: 0, End: last }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    all[to].focus();
    all[to].click();
  });

  window.dash_clientside = Object.assign({}, window.dash_clientside, {
    kidal: { load: (scene) => { K.load(scene); return null; }, fan, tab },
  });
})();
