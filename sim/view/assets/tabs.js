// What Dash calls: a scene has come, fans have come, a tab is chosen, settings are linked to or saved.
(function () {
  "use strict";
  const K = (window.kidal = window.kidal || {});

  async function fan(answer) {
    if (!answer) return null;
    const say = (text) => (document.getElementById("fan-say").textContent = text);
    if (!answer.figure) {
      say(answer.say);
      document.body.dataset.ready = "1"; // there is nothing to wait for
      return null;
    }
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
    document.body.dataset.ready = "1"; // also where the address asks for the fans first
    return K.fans;
  }

  function tab(mapClicks, fanClicks) {
    const trigger = (window.dash_clientside.callback_context.triggered[0] || {}).prop_id || "";
    const before = K.tab || (document.getElementById("panel-fan").hidden ? "map" : "fan"); // as the address asks
    const chosen = mapClicks + fanClicks ? (trigger.startsWith("tab-fan") ? "fan" : "map") : before;
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
    return chosen === before ? window.dash_clientside.no_update : chosen;
  }

  function link(values, column, by, tab, ids, defaults) {
    // the address asks for what is set: it can be kept, sent and loaded again
    const query = new URLSearchParams();
    const put = (name, value) => {
      const text = String(value === null || value === undefined ? "" : value).trim();
      if (text && text !== defaults[name]) query.append(name, text);
    };
    ids.forEach((id, i) => {
      const name = id.name.replaceAll("/", ".").replace(/^with\..*/, "with");
      [values[i]].flat().forEach((value) => put(name, value));
    });
    Object.entries({ column, by, tab }).forEach(([name, value]) => put(name, value));
    const address = location.pathname + (query.size ? "?" + query : "");
    history.replaceState(null, "", address);
    return address;
  }

  function csv(clicks, fans) {
    if (!clicks || !fans || !fans.csv) return window.dash_clientside.no_update;
    return { content: fans.csv, filename: fans.file + ".csv", type: "text/csv" };
  }

  function png(clicks, fans) {
    if (!clicks || !fans || !fans.figure) return null;
    const plot = K.plot("fan"), title = { text: K.wrap(fans.title, 150), font: { size: 13 }, x: 0.01, xanchor: "left" };
    const layout = { ...plot.layout, title, margin: { ...plot.layout.margin, "t": 60, "b": 90 } };
    window.Plotly.downloadImage({ data: plot.data, layout }, { width: 1200, height: 760, scale: 2, filename: fans.file });
    return null;
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
    kidal: { load: (scene) => { K.load(scene); return null; }, fan, tab, link, csv, png },
  });
})();
