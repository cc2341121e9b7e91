// What Dash calls: a scene has come, fans have come, a tab is chosen.
(function () {
  "use strict";
  const K = (window.kidal = window.kidal || {});

  async function fan(answer) {
    if (!answer) return null;
    const say = (text) => (document.getElementById("fan-say").textContent = text);
    if (!answer.figure) return say(answer.say) && null;
    const plot = await K.ready("fan");
    const layout = { ...structuredClone(answer.figure.layout), autosize: true };
    plot.kidalTicks = "";
    try {
      await window.Plotly.react(plot, answer.figure.data, layout, K.CONFIG);
    } catch (error) {
      say("The fans cannot be drawn (" + error.message + "); loading the page again may help");
      throw error;
    }
    say(answer.say); // only now: what it says is what is seen
    const name = () => K.name(plot, answer.zero, answer.figure.layout.meta.way);
    name();
    plot.removeAllListeners("plotly_relayout");
    plot.on("plotly_relayout", () => setTimeout(name, 50));
    plot.removeAllListeners("plotly_afterplot");
    plot.on("plotly_afterplot", () => setTimeout(name, 120));
    K.fans = (K.fans || 0) + 1;
    return K.fans;
  }

  function tab() {
    const trigger = (window.dash_clientside.callback_context.triggered[0] || {}).prop_id || "";
    const chosen = trigger.startsWith("tab-fan") ? "fan" : "map", before = K.tab;
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
    const tabs = [...list.children], index = tabs.indexOf(event.target), last = tabs.length - 1;
    const target = { ArrowRight: index < last ? index + 1 : 0, ArrowLeft: index > 0 ? index - 1 : last, Home: 0, End: last }[event.key];
    if (target === undefined) return;
    event.preventDefault();
    tabs[target].focus();
    tabs[target].click();
  });

  window.dash_clientside = Object.assign({}, window.dash_clientside, {
    kidal: { load: (scene) => { K.load(scene); return null; }, fan, tab },
  });
})();
