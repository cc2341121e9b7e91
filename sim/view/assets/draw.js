// Drawing a scene with Plotly: the map and the time-distance diagram at an hour, from arrays sent before.
(function () {
  "use strict";
  const K = (window.kidal = window.kidal || {});
  const PAUSE = 250; // ms between two redraws of what changes seldom, while playing
  const FRESH = 48; // hours for which a claim or a sign stands out on the map

  K.CONFIG = { displayModeBar: false, scrollZoom: true, responsive: true, typesetMath: false }; // of every plot
  K.plot = (id) => document.getElementById(id);

  K.ready = async function (id) {
    while (!(window.Plotly && K.plot(id))) {
      await new Promise((done) => setTimeout(done, 30));
    }
    return K.plot(id);
  };

  K.count = function (hours, t) {
    // how many of some sorted hours have come
    let low = 0, high = hours.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (hours[middle] <= t) low = middle + 1;
      else high = middle;
    }
    return low;
  };

  K.between = function (values, t) {
    // a value between whole hours, the first of which is that at which the scene begins
    const since = t - K.scene.begins;
    const i = Math.min(Math.floor(since), values.length - 1), next = values[Math.min(i + 1, values.length - 1)];
    return values[i] + (since - i) * (next - values[i]);
  };

  K.knots = function (hours, values, t) {
    const n = K.count(hours, t);
    if (n === 0) return values[0];
    if (n === hours.length) return values[n - 1];
    const share = (t - hours[n - 1]) / (hours[n] - hours[n - 1]);
    return values[n - 1] + share * (values[n] - values[n - 1]);
  };

  K.date = function (zero, hour) {
    return new Date(Date.parse(zero + "T00:00Z") + Math.floor(hour * 60) * 60000);
  };

  K.held = function (rows, t) {
    return rows[Math.max(0, K.count(rows.map((row) => row[0]), t) - 1)][1];
  };

  // --- patches: what changed of each trace, in one call a plot ---------------------------------------------

  K.patch = function (gd, patches) {
    const at = {};
    gd.data.forEach((trace, i) => (at[trace.uid] = i));
    const names = Object.keys(patches).filter((uid) => uid in at);
    if (!names.length) return;
    const all = {};
    names.forEach((uid) => Object.keys(patches[uid]).forEach((key) => (all[key] = 1)));
    Object.keys(all).forEach((key) => (all[key] = names.map((uid) => patches[uid][key])));
    window.Plotly.restyle(gd, all, names.map((uid) => at[uid]));
  };

  function changed(now, key, value) {
    const differs = now[key] !== value;
    now[key] = value;
    return differs;
  }

  K.due = function (now) {
    // what changes seldom is redrawn a few times a second while playing, at once otherwise
    if (K.playing && performance.now() - (now.drawn || 0) < PAUSE) return false;
    now.drawn = performance.now();
    return true;
  };

  // --- the map ---------------------------------------------------------------------------------------------

  K.degrees = function (gd) {
    const axis = gd._fullLayout.xaxis;
    return (axis.range[1] - axis.range[0]) / axis._length; // a pixel
  };

  function step(scene, t) {
    // the station of each detachment that works at this hour
    return scene.drones.map((drone) => {
      const n = K.count(drone.steps.map((row) => row.hour), t);
      return n ? drone.steps[n - 1] : null;
    });
  }

  function circles(steps) {
    const x = [], y = [];
    steps.forEach((row) => row && (x.push(...row.circle.x, null), y.push(...row.circle.y, null)));
    return { x, y };
  }

  function covers(steps) {
    const x = [], y = [];
    steps.forEach((row) => row && Object.values(row.cover).forEach((part) => {
      x.push(...part.x, null);
      y.push(...part.y, null);
    }));
    return { x, y };
  }

  // Plotly reads texts as a kind of HTML: names of places and words of claims are none
  K.plain = (text) => text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");

  K.wrap = (text, wide) => {
    const lines = [""];
    text.split(" ").forEach((word) => {
      if ((lines[lines.length - 1] + word).length > wide) lines.push("");
      lines[lines.length - 1] += word + " ";
    });
    return lines.map((line) => K.plain(line.trim())).join("<br>");
  };

  K.told = (claim) =>
    "<b>" + K.wrap(claim.says, 48) + "</b><br>claimed by: " + K.plain(claim.label) + "<br>" + K.wrap(claim.source, 48) +
    "<br>" + claim.when + " (UTC)";

  function claims(gd, scene, t) {
    const rings = scene.map.layout.meta.claims, pixel = 8 * K.degrees(gd);
    const found = { x: [], y: [], hovertext: [], "marker.color": [], "marker.line.color": [], ids: [] };
    scene.claims.forEach((claim, i) => {
      if (claim.hour > t || claim.end + FRESH < t) return;
      found.x.push(claim.x + rings[i][0] * pixel);
      found.y.push(claim.y + rings[i][1] * pixel * 0.95);
      found.hovertext.push(K.told(claim));
      found["marker.color"].push(claim.face);
      found["marker.line.color"].push(claim.edge);
      found.ids.push(claim.id);
    });
    return found;
  }

  function signs(scene, t, column) {
    const found = { x: [], y: [], hovertext: [], "marker.symbol": [], "marker.opacity": [] };
    scene.events.forEach((event) => {
      if (!event.sign || event.hour > t || event.x === null) return;
      if (column && event.column !== column) return;
      found.x.push(column ? event.hour : event.x);
      found.y.push(column ? event.km : event.y);
      found.hovertext.push("In this run: " + K.plain(event.text));
      found["marker.symbol"].push(event.sign);
      found["marker.opacity"].push(column || event.hour + FRESH > t ? 1 : 0.35);
    });
    return found;
  }

  K.mapAt = function (gd, scene, t, now) {
    K.overMap(gd, scene, t);
    if (!K.due(now)) return;
    const patches = {};
    const steps = step(scene, t);
    if (changed(now, "steps", steps.map((row) => row && row.hour + row.station).join())) {
      patches.circle = circles(steps);
      patches.cover = covers(steps);
      patches.station = {
        x: steps.filter(Boolean).map((row) => row.x), y: steps.filter(Boolean).map((row) => row.y),
        hovertext: steps.filter(Boolean).map((row) => "drones' station: " + K.plain(row.station)),
      };
    }
    const sides = Object.keys(scene.holders).map((place) => K.held(scene.holders[place], t));
    if (changed(now, "sides", sides.join())) {
      const places = scene.map.data.find((trace) => trace.uid === "places");
      const held = (id) => scene.holders[id] && scene.inks[K.held(scene.holders[id], t)];
      patches.places = {
        "marker.color": places.ids.map((id) => held(id) || "#666666"),
        hovertext: places.ids.map((id, i) =>
          places.hovertext[i] + (held(id) ? ", held by " + K.held(scene.holders[id], t) : "")),
      };
    }
    const gone = scene.claims.filter((c) => c.end + FRESH < t).length;
    const come = [K.count(K.hours.claims, t), gone, K.degrees(gd)].join(); // rings are in px
    if (changed(now, "claims", come)) patches.claims = claims(gd, scene, t);
    const done = K.count(K.hours.events, t) + "," + K.count(K.hours.events, t - FRESH);
    if (changed(now, "events", done)) patches.events = signs(scene, t, null);
    K.patch(gd, patches);
    K.label(gd);
  };

  // --- the time-distance diagram ----------------------------------------------------------------------------

  function lanes(scene, column) {
    // claims of one place and overlapping hours stand above and below each other: 0, 1, -1, 2, ...
    const ends = {};
    return scene.claims.map((claim) => {
      const km = claim.km[column];
      if (km === undefined) return null;
      const rows = (ends[km] = ends[km] || []);
      let n = rows.findIndex((end) => end <= claim.hour);
      if (n < 0) n = rows.length;
      rows[n] = claim.end;
      return n % 2 ? (n + 1) / 2 : -n / 2;
    });
  }

  function spans(gd, scene, column, party, t, lane) {
    const axis = gd._fullLayout.yaxis, high = (4 * (axis.range[1] - axis.range[0])) / axis._length;
    const found = { x: [], y: [], hovertext: [] };
    scene.claims.forEach((claim, i) => {
      if (lane[i] === null || claim.party !== party || claim.hour > t) return;
      const y = claim.km[column] + lane[i] * high;
      found.x.push(claim.hour, claim.end, null);
      found.y.push(y, y, null);
      found.hovertext.push(K.told(claim), K.told(claim), "");
    });
    return found;
  }

  K.distanceAt = function (gd, scene, t, column, now) {
    K.overDistance(gd, scene, t, column);
    if (!K.due(now)) return;
    const patches = {};
    if (changed(now, "claims", K.count(K.hours.claims, t) + column + gd.kidalPage)) {
      const lane = lanes(scene, column);
      gd.data.filter((trace) => trace.meta).forEach((trace) => {
        patches[trace.uid] = spans(gd, scene, column, trace.meta, t, lane);
      });
    }
    if (changed(now, "events", K.count(K.hours.events, t) + column)) patches.signs = signs(scene, t, column);
    const steps = step(scene, t).filter((row) => row && row.cover[column]);
    if (changed(now, "steps", steps.map((row) => row.hour + row.station).join() + column)) {
      const best = (i) => Math.max(...steps.map((row) => row.cover[column].cover[i]));
      const kms = steps.length ? steps[0].cover[column].km : [];
      patches.strip = { x: kms.map((_, i) => best(i)), y: kms };
    }
    K.patch(gd, patches);
  };

  K.turn = function (gd, scene, t, days, column) {
    // what the diagram shows: all of it, or the days about this hour, turned like pages, and the km of those
    const page = days * 24, first = scene.begins, from = Math.max(first, Math.floor(t / page) * page - 24);
    const range = days && page < scene.hours - first ? [from, from + page + 48] : [first, scene.hours];
    const key = range.join() + column;
    if (gd.kidalPage === key) return;
    gd.kidalPage = key;
    const own = scene.columns.find((c) => c.id === column), kms = own.km.slice(range[0] - first, range[1] - first + 1);
    scene.claims.forEach((claim) => {
      if (claim.km[column] !== undefined && claim.end > range[0] && claim.hour < range[1]) kms.push(claim.km[column]);
    });
    const low = kms.reduce((a, b) => Math.min(a, b)), high = kms.reduce((a, b) => Math.max(a, b));
    const pad = Math.max(20, 0.09 * (high - low));
    const before = 0.02 * (range[1] - range[0]); // room beside the axis: what begins there hides no number
    window.Plotly.relayout(gd, { "xaxis.range": [range[0] - before, range[1]], "yaxis.range": [low - pad, high + pad] });
  };
})();
