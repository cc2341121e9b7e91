// Drawing a scene with Plotly: the map and the time-distance diagram at an hour, from arrays sent before.
(function () {
  "use strict";
  const K = (window.kidal = window.kidal || {});
  const PAUSE = 250; // ms between two redraws of what changes seldom, while playing
  const RING = 17; // px from a place to claims about it
  const SHOWN = 2; // claims that a mark tells of, the latest ones
  const NONE = " "; // Plotly takes the node of an empty text away, and never brings it back
  const FRESH = 48; // hours for which a claim or a sign stands out on the map

  K.CONFIG = { displayModeBar: false, scrollZoom: true, responsive: true, typesetMath: false }; // of every plot
  K.plot = (id) => document.getElementById(id);

  K.ready = async function (id) {
    while (!(window.Plotly && K.plot(id))) {
      await new Promise((done) => setTimeout(done, 30));
    }
    return K.plot(id);
  };

  K.count = function (hours, hour) {
    // how many of some sorted hours have come
    let low = 0, high = hours.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (hours[middle] <= hour) low = middle + 1;
      else high = middle;
    }
    return low;
  };

  K.between = function (values, hour) {
    // a value between whole hours, the first of which is that at which the scene begins
    const since = hour - K.scene.begins;
    const i = Math.min(Math.floor(since), values.length - 1), next = values[Math.min(i + 1, values.length - 1)];
    return values[i] + (since - i) * (next - values[i]);
  };

  K.knots = function (hours, values, hour) {
    const passed = K.count(hours, hour);
    if (passed === 0) return values[0];
    if (passed === hours.length) return values[passed - 1];
    const share = (hour - hours[passed - 1]) / (hours[passed] - hours[passed - 1]);
    return values[passed - 1] + share * (values[passed] - values[passed - 1]);
  };

  K.date = function (zero, hour) {
    return new Date(Date.parse(zero + "T00:00Z") + Math.floor(hour * 60) * 60000);
  };

  const MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(" ");
  K.day = (date) => date.getUTCDate() + " " + MONTHS[date.getUTCMonth()];

  K.held = function (rows, hour) {
    return rows[Math.max(0, K.count(rows.map((row) => row[0]), hour) - 1)][1];
  };

  // --- patches: what changed of each trace, in one call a plot ---------------------------------------------

  K.patch = function (plot, patches) {
    const indices = {};
    plot.data.forEach((trace, i) => (indices[trace.uid] = i));
    const uids = Object.keys(patches).filter((uid) => uid in indices);
    if (!uids.length) return;
    const values = {};
    uids.forEach((uid) => Object.keys(patches[uid]).forEach((key) => (values[key] = 1)));
    Object.keys(values).forEach((key) => (values[key] = uids.map((uid) => patches[uid][key])));
    window.Plotly.restyle(plot, values, uids.map((uid) => indices[uid]));
  };

  function changed(shown, key, value) {
    const differs = shown[key] !== value;
    shown[key] = value;
    return differs;
  }

  K.due = function (shown) {
    // what changes seldom is redrawn a few times a second while playing, at once otherwise
    if (K.playing && performance.now() - (shown.drawnAt || 0) < PAUSE) return false;
    shown.drawnAt = performance.now();
    return true;
  };

  // --- the map ---------------------------------------------------------------------------------------------

  K.degrees = function (plot) {
    const axis = plot._fullLayout.xaxis;
    return (axis.range[1] - axis.range[0]) / axis._length; // a pixel
  };

  function stepsAt(scene, hour) {
    // the station of each detachment that works at this hour
    return scene.drones.map((drone) => {
      const begun = K.count(drone.steps.map((row) => row.hour), hour);
      return begun ? drone.steps[begun - 1] : null;
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
  const plain = (value) => String(value).replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");
  // so every text for Plotly is made here: what is put into one stands there as it is
  K.words = (parts, ...values) => parts.map((part, i) => (i ? plain(values[i - 1]) : "") + part).join("");

  K.wrap = (text, wide) => {
    const lines = [""];
    text.split(" ").forEach((word) => {
      if ((lines[lines.length - 1] + word).length > wide) lines.push("");
      lines[lines.length - 1] += word + " ";
    });
    return lines.map((line) => K.words`${line.trim()}`).join("<br>");
  };

  K.claimText = (claim) =>
    K.wrap(claim.says, 48) + K.words`<br>claimed by: ${claim.label}<br>` + K.wrap(claim.source, 48) +
    K.words`<br>${claim.when} (UTC)`;

  function claims(plot, scene, hour) {
    // a mark for those of a party at a place, with their number, beside the place
    const rings = scene.map.layout.meta.claims, radius = RING * K.degrees(plot), groups = {};
    scene.claims.forEach((claim, i) => {
      if (claim.hour > hour || claim.end + FRESH < hour) return;
      const key = [claim.x, claim.y, claim.party].join();
      (groups[key] = groups[key] || { ring: rings[i], claims: [] }).claims.push(claim);
    });
    const marks = { x: [], y: [], text: [], hovertext: [], "marker.color": [], "marker.line.color": [], "marker.size": [], ids: [] };
    Object.values(groups).forEach(({ ring, claims }) => {
      const last = claims[claims.length - 1], count = claims.length, shown = claims.slice(-SHOWN).reverse();
      marks.x.push(last.x + ring[0] * radius);
      marks.y.push(last.y + ring[1] * radius * 0.95);
      marks.text.push(count > 1 ? String(count) : NONE);
      marks.hovertext.push([
        ...shown.map(K.claimText), ...(count > SHOWN ? [K.words`and ${count - SHOWN} more in the list`] : []),
      ].join("<br><br>"));
      marks["marker.color"].push(last.face);
      marks["marker.line.color"].push(last.edge);
      marks["marker.size"].push(count > 1 ? 15 : 9);
      marks.ids.push(last.id);
    });
    return marks;
  }

  function signs(scene, hour, column) {
    const marks = { x: [], y: [], hovertext: [], "marker.symbol": [], "marker.opacity": [] };
    scene.events.forEach((event) => {
      if (!event.sign || event.hour > hour || event.x === null) return;
      if (column && event.column !== column) return;
      marks.x.push(column ? event.hour : event.x);
      marks.y.push(column ? event.km : event.y);
      marks.hovertext.push(K.words`In this run: ${event.text}`);
      marks["marker.symbol"].push(event.sign);
      marks["marker.opacity"].push(column || event.hour + FRESH > hour ? 1 : 0.35);
    });
    return marks;
  }

  K.mapAt = function (plot, scene, hour, shown) {
    K.overMap(plot, scene, hour);
    if (!K.due(shown)) return;
    const patches = {};
    const steps = stepsAt(scene, hour);
    if (changed(shown, "steps", steps.map((row) => row && row.hour + row.station).join())) {
      patches.circle = circles(steps);
      patches.cover = covers(steps);
      patches.station = {
        x: steps.filter(Boolean).map((row) => row.x), y: steps.filter(Boolean).map((row) => row.y),
        hovertext: steps.filter(Boolean).map((row) => K.words`ground control station: ${row.station}`),
      };
    }
    const sides = Object.keys(scene.holders).map((place) => K.held(scene.holders[place], hour));
    if (changed(shown, "sides", sides.join())) {
      const places = scene.map.data.find((trace) => trace.uid === "places");
      const ink = (id) => scene.holders[id] && scene.inks[K.held(scene.holders[id], hour)];
      patches.places = {
        "marker.color": places.ids.map((id) => ink(id) || "#666666"),
        hovertext: places.ids.map((id, i) =>
          places.hovertext[i] + (ink(id) ? K.words`, ${scene.control[K.held(scene.holders[id], hour)]}` : "")),
      };
    }
    const gone = scene.claims.filter((c) => c.end + FRESH < hour).length;
    const claimsKey = [K.count(K.hours.claims, hour), gone, K.degrees(plot)].join(); // rings are in px
    if (changed(shown, "claims", claimsKey)) patches.claims = claims(plot, scene, hour);
    const eventsKey = K.count(K.hours.events, hour) + "," + K.count(K.hours.events, hour - FRESH);
    if (changed(shown, "events", eventsKey)) patches.events = signs(scene, hour, null);
    K.patch(plot, patches);
    K.label(plot);
  };

  // --- the time-distance diagram ----------------------------------------------------------------------------

  function lanes(scene, column) {
    // claims of one place and overlapping hours stand above and below each other: 0, 1, -1, 2, ...
    const endsByKm = {};
    return scene.claims.map((claim) => {
      const km = claim.km[column];
      if (km === undefined) return null;
      const laneEnds = (endsByKm[km] = endsByKm[km] || []);
      let number = laneEnds.findIndex((end) => end <= claim.hour);
      if (number < 0) number = laneEnds.length;
      laneEnds[number] = claim.end;
      return number % 2 ? (number + 1) / 2 : -number / 2;
    });
  }

  function spans(plot, scene, column, party, hour, lanesOfClaims) {
    const axis = plot._fullLayout.yaxis, laneHeight = (4 * (axis.range[1] - axis.range[0])) / axis._length;
    const spots = { x: [], y: [], hovertext: [] };
    scene.claims.forEach((claim, i) => {
      if (lanesOfClaims[i] === null || claim.party !== party || claim.hour > hour) return;
      const y = claim.km[column] + lanesOfClaims[i] * laneHeight;
      spots.x.push(claim.hour, claim.end, null);
      spots.y.push(y, y, null);
      spots.hovertext.push(K.claimText(claim), K.claimText(claim), "");
    });
    return spots;
  }

  K.distanceAt = function (plot, scene, hour, column, shown) {
    K.overDistance(plot, scene, hour, column);
    if (!K.due(shown)) return;
    const patches = {};
    if (changed(shown, "claims", K.count(K.hours.claims, hour) + column + plot.kidalPage)) {
      const lanesOfClaims = lanes(scene, column);
      plot.data.filter((trace) => trace.meta).forEach((trace) => {
        patches[trace.uid] = spans(plot, scene, column, trace.meta, hour, lanesOfClaims);
      });
    }
    if (changed(shown, "events", K.count(K.hours.events, hour) + column)) patches.signs = signs(scene, hour, column);
    const steps = stepsAt(scene, hour).filter((row) => row && row.cover[column]);
    if (changed(shown, "steps", steps.map((row) => row.hour + row.station).join() + column)) {
      const bestCover = (i) => Math.max(...steps.map((row) => row.cover[column].cover[i]));
      const kms = steps.length ? steps[0].cover[column].km : [];
      patches.strip = { x: kms.map((_, i) => bestCover(i)), y: kms };
    }
    K.patch(plot, patches);
  };

  K.turn = function (plot, scene, hour, days, column) {
    // what the diagram shows: all of it, or the days about this hour, turned like pages, and the km of those
    const pageHours = days * 24, first = scene.begins, from = Math.max(first, Math.floor(hour / pageHours) * pageHours - 24);
    const range = days && pageHours < scene.hours - first ? [from, from + pageHours + 48] : [first, scene.hours];
    const key = range.join() + column;
    if (plot.kidalPage === key) return;
    plot.kidalPage = key;
    const travelled = scene.columns.find((c) => c.id === column);
    const kms = travelled.km.slice(range[0] - first, range[1] - first + 1);
    scene.claims.forEach((claim) => {
      if (claim.km[column] !== undefined && claim.end > range[0] && claim.hour < range[1]) kms.push(claim.km[column]);
    });
    const low = kms.reduce((a, b) => Math.min(a, b)), high = kms.reduce((a, b) => Math.max(a, b));
    const margin = Math.max(20, 0.09 * (high - low));
    const room = 0.02 * (range[1] - range[0]); // room beside the axis: what begins there hides no number
    window.Plotly.relayout(plot, { "xaxis.range": [range[0] - room, range[1]], "yaxis.range": [low - margin, high + margin] });
  };
})();
