// Playing a scene: the hour, the controls, the keys, and the two lists beside each other.
(function () {
  "use strict";
  const K = (window.kidal = window.kidal || {});
  const SPEEDS = { "6 hours a second": 6, "a day a second": 24, "3 days a second": 72, "10 days a second": 240 };
  const SHOWN = 60; // entries of a list, the latest ones
  K.hour = 0;
  K.playing = false;
  K.frames = 0;
  K.speed = 24;
  K.column = null;
  K.days = 10; // a page of the diagram; 0: all days
  const seen = { map: {}, distance: {}, lists: "" };

  function make(kind, attributes, ...children) {
    const node = document.createElement(kind);
    Object.entries(attributes || {}).forEach(([key, value]) => node.setAttribute(key, value));
    node.append(...children);
    return node;
  }

  // --- the hour --------------------------------------------------------------------------------------------

  K.go = function (hour) {
    if (!K.scene) return;
    K.hour = Math.min(Math.max(hour, K.scene.begins), K.scene.hours);
    K.draw();
  };

  K.draw = function () {
    const scene = K.scene;
    K.mapAt(K.plot("map"), scene, K.hour, seen.map);
    if (scene.distance[K.column]) {
      K.turn(K.plot("distance"), scene, K.hour, K.days, K.column);
      K.distanceAt(K.plot("distance"), scene, K.hour, K.column, seen.distance);
    }
    const moment = K.date(scene.zero, K.hour), stamp = moment.toISOString();
    K.part.clock.textContent = K.day(moment) + " " + stamp.slice(0, 4) + ", " + stamp.slice(11, 16) + " UTC";
    K.part.slider.value = K.hour;
    if (K.part.date.value !== stamp.slice(0, 10) && document.activeElement !== K.part.date) {
      K.part.date.value = stamp.slice(0, 10);
    }
    K.part.slider.setAttribute("aria-valuetext", K.part.clock.textContent);
    K.lists();
  };

  K.play = function (on) {
    K.playing = on === undefined ? !K.playing : on;
    if (K.playing && K.hour >= K.scene.hours) K.hour = K.scene.begins;
    K.part.play.textContent = K.playing ? "❚❚ Pause" : "▶ Play";
    K.part.play.setAttribute("aria-label", K.playing ? "Pause" : "Play");
    if (!K.playing) return K.draw(); // with all that was put off
    let last = performance.now();
    requestAnimationFrame(function frame(now) {
      if (!K.playing) return;
      const next = K.hour + ((now - last) / 1000) * K.speed;
      last = now;
      K.frames += 1;
      K.go(next);
      if (K.hour >= K.scene.hours) {
        K.play(false);
        K.draw();
      }
      else requestAnimationFrame(frame);
    });
  };

  K.jump = function (day) {
    // to noon of a day
    const hour = (Date.parse(day + "T12:00Z") - Date.parse(K.scene.zero + "T00:00Z")) / 3600000;
    if (!Number.isNaN(hour)) K.go(hour);
  };

  K.whole = (by) => K.go(by > 0 ? Math.floor(K.hour + 1e-6) + by : Math.ceil(K.hour - 1e-6) + by);

  // --- the lists -------------------------------------------------------------------------------------------

  function entry(head, text, source, look) {
    const item = make("li", { class: look.now ? "now" : "" });
    if (look.face) {
      const chip = make("span", { class: "chip dot", "aria-hidden": "true" });
      chip.style.background = look.face;
      chip.style.borderColor = look.edge;
      item.append(chip);
    }
    item.append(make("b", {}, head), " ", text);
    if (source) item.append(make("small", {}, source));
    return item;
  }

  K.lists = function () {
    const scene = K.scene, hour = K.hour, claims = scene.claims;
    const claimCount = K.count(K.hours.claims, hour), eventCount = K.count(K.hours.events, hour);
    const current = claims.slice(Math.max(0, claimCount - SHOWN), claimCount).map((c) => (c.end >= hour ? 1 : 0)).join("");
    const key = [claimCount, eventCount, current].join();
    if (key === seen.lists) return;
    seen.lists = key;
    const claimItems = claims.slice(Math.max(0, claimCount - SHOWN), claimCount).reverse().map((c) =>
      entry(c.when, c.says, "claimed by: " + c.label + " · " + c.source,
        { face: c.face, edge: c.edge, now: c.end >= hour }));
    const eventItems = scene.events.slice(Math.max(0, eventCount - SHOWN), eventCount).reverse().map((e) => {
      const moment = K.date(scene.zero, e.hour);
      return entry(K.day(moment) + ", " + moment.toISOString().slice(11, 16), e.text, "", { now: e.hour > hour - 24 });
    });
    document.getElementById("said").replaceChildren(...claimItems);
    document.getElementById("did").replaceChildren(...eventItems);
  };

  // --- controls --------------------------------------------------------------------------------------------

  function button(text, label, act, id) {
    const node = make("button", { type: "button", "aria-label": label, title: label, id: "go-" + id }, text);
    node.addEventListener("click", act);
    return node;
  }

  function labelled(text, node) {
    return make("label", {}, text + " ", node);
  }

  function select(options, label, act) {
    // options are texts, or values and their texts
    const node = make("select", { "aria-label": label });
    options.map((option) => [option].flat()).forEach(([value, text]) => node.append(make("option", { value }, text || value)));
    node.addEventListener("change", () => act(node.value));
    return node;
  }

  function box(id, label, ...words) {
    return make("div", { id: id + "-box", class: "box", role: "group", "aria-label": label },
      make("div", { id: id + "-head", class: "head" }, ...words), make("div", { id, class: "plot" }));
  }

  function list(id, title) {
    return make("section", {}, make("h2", {}, title), make("ol", { id, tabindex: 0, "aria-label": title }));
  }

  function legend(about) {
    // what the inks of map and diagram mean
    const rows = about.rows.map((row) => {
      const chip = make("span", { class: row.chip }, row.sign);
      Object.entries(row.style).forEach(([key, value]) => chip.style.setProperty(key, value));
      return make("li", {}, chip, row.text);
    });
    return make("details", { id: "legend", open: "" }, make("summary", {}, "Legend"), make("ul", {}, ...rows), make("p", {}, about.note));
  }

  K.build = function (scene) {
    // the panel, once the first scene is there
    const part = (K.part = {});
    part.play = button("▶ Play", "Play", () => K.play(), "play");
    part.clock = make("output", { id: "clock", "aria-label": "Hour shown" });
    part.slider = make("input", { type: "range", min: 0, step: 1, value: 0, id: "slider", "aria-label": "Hour of the run" });
    part.slider.addEventListener("input", () => K.go(Number(part.slider.value)));
    part.date = make("input", { type: "date", id: "date", "aria-label": "Jump to noon of a day" });
    let typing = false;
    part.date.addEventListener("keydown", (event) => {
      typing = event.key !== "Enter";
      if (!typing) part.date.blur();
    });
    part.date.addEventListener("change", () => {
      K.jump(part.date.value);
      if (!typing) part.date.blur(); // a day that was chosen from the calendar
    });
    part.date.addEventListener("blur", () => {
      typing = false;
      K.draw(); // with the day that is shown, if another was typed
    });
    const speed = select(Object.keys(SPEEDS), "Speed", (text) => (K.speed = SPEEDS[text]));
    speed.id = "speed";
    speed.value = "a day a second";
    const row = make("div", { class: "buttons" },
      button("−1 d", "A day back", () => K.whole(-24), "day-back"), button("−1 h", "An hour back", () => K.whole(-1), "hour-back"),
      part.play, button("+1 h", "An hour on", () => K.whole(1), "hour-on"), button("+1 d", "A day on", () => K.whole(24), "day-on"),
      speed, labelled("Go to", part.date), part.clock);
    const lists = make("div", { id: "lists" }, list("said", "Reported"), list("did", "In this run"));
    document.getElementById("panel-map").replaceChildren(
      box("map", "Map of the run and the reported claims", "Map: the run, and claims as their hour comes"),
      box("distance", "Time-distance diagram of a column"), lists, make("div", { id: "player" }, row, part.slider),
      legend(scene.legend));
    document.addEventListener("keydown", keys, true); // before what has the focus has them
    document.addEventListener("keyup", (event) => event.key === " " && isPlayed(event) && keep(event), true);
    document.addEventListener("click", giveBack);
  };

  const WRITTEN = "input:not([type=range]), textarea, [contenteditable]"; // where keys are typed, or choose

  function isPlayed(event) {
    // whether a key is for the player: from wherever it comes, but for text fields, lists of choices and tabs
    if (event.ctrlKey || event.altKey || event.metaKey || !K.scene || K.plot("panel-map").hidden) return false;
    const node = event.target instanceof Element ? event.target : document.body;
    if (event.key === " " && node === K.part.date) return true; // which is no part of a date
    return !node.closest(WRITTEN) && (event.key === " " || !node.closest("[role=tablist]"));
  }

  function keep(event) {
    // nothing else comes of a key: no button is pressed, no list opens, nothing scrolls
    event.preventDefault();
    event.stopPropagation();
  }

  function keys(event) {
    const by = event.shiftKey ? 24 : 1;
    const acts = { " ": () => event.repeat || K.play(), ArrowRight: () => K.whole(by), ArrowLeft: () => K.whole(-by) };
    acts.Home = () => K.go(K.scene.begins);
    acts.End = () => K.go(K.scene.hours);
    if (!Object.hasOwn(acts, event.key) || !isPlayed(event)) return;
    keep(event);
    if (event.target === K.part.date) K.part.date.blur();
    acts[event.key]();
  }

  function giveBack(event) {
    // a button that was pressed with the mouse (0 presses: with a key) does not keep the focus
    const node = event.target instanceof Element && event.target.closest("#panel-map button, #panel-map summary, #tabs button");
    if (node && event.detail) node.blur();
  }

  function head() {
    // which column the diagram is of
    const names = K.scene.columns.map((c) => c.id), box = document.getElementById("distance-head");
    if (!names.includes(K.column)) K.column = names[0] || null;
    const node = select(K.scene.columns.map((c) => [c.id, c.name]), "Column of the diagram", (name) => {
      K.column = name;
      K.diagram().then(K.draw);
    });
    if (K.column) node.value = K.column;
    const span = select(["10 days", "all days"], "Days shown", (text) => {
      K.days = text === "all days" ? 0 : 10;
      K.draw();
    });
    span.value = K.days ? "10 days" : "all days";
    box.replaceChildren("Road-km against time", ...(names.length ? [labelled("of column", node), span] : [": no column in this run"]));
  }

  // --- a scene comes ---------------------------------------------------------------------------------------

  K.diagram = async function () {
    const plot = await K.ready("distance"), diagram = K.scene.distance[K.column];
    if (!diagram) return;
    seen.distance = {};
    plot.kidalTicks = plot.kidalPage = "";
    await window.Plotly.react(plot, structuredClone(diagram.data), { ...structuredClone(diagram.layout), autosize: true }, K.CONFIG);
    K.name(plot, K.scene.zero, diagram.layout.meta.way);
  };


  K.load = async function (scene) {
    if (!scene) return;
    const text = JSON.stringify(scene);
    if (text === K.text) return; // it came again with its tab
    K.text = text;
    if (!K.part) K.build(scene);
    else document.getElementById("legend").replaceWith(legend(scene.legend));
    const first = !K.scene, plot = await K.ready("map");
    K.scene = scene;
    K.hours = { claims: scene.claims.map((c) => c.hour), events: scene.events.map((e) => e.hour) };
    seen.map = {};
    seen.lists = "";
    const [from, last] = [scene.begins, scene.hours].map((hour) => K.date(scene.zero, hour).toISOString().slice(0, 10));
    Object.assign(K.part.date, { min: from, max: last });
    Object.assign(K.part.slider, { min: scene.begins, max: scene.hours });
    head();
    await window.Plotly.react(plot, structuredClone(scene.map.data), { ...structuredClone(scene.map.layout), autosize: true }, K.CONFIG);
    await K.diagram();
    K.label(plot, true);
    K.go(first ? scene.begins : K.hour);
    if (!first) return;
    plot.on("plotly_relayouting", () => K.overMap(K.plot("map"), K.scene, K.hour));
    [plot, K.plot("distance")].filter((one) => one.on).forEach((one) => {
      one.on("plotly_relayout", again);
      one.on("plotly_afterplot", later);
    });
    document.body.dataset.ready = "1";
  };

  let waiting = 0;
  function later() {
    // a plot of another size has other room for words
    if (waiting || K.playing) return;
    waiting = setTimeout(() => { waiting = 0; again(); }, 120);
  }

  function again() {
    const map = K.plot("map"), distance = K.plot("distance"), diagram = K.scene.distance[K.column];
    K.mapAt(map, K.scene, K.hour, seen.map);
    if (diagram) {
      K.name(distance, K.scene.zero, diagram.layout.meta.way);
      K.overDistance(distance, K.scene, K.hour, K.column);
    }
  }
})();
