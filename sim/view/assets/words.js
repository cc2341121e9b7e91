// Words as there is room for them: days and places on the axes of a diagram, names of places on the map.
(function () {
  "use strict";
  const K = (window.kidal = window.kidal || {});
  const CLOSE = 2.2; // degrees of latitude shown from which on every place may have its name

  // --- axes -----------------------------------------------------------------------------------------------

  K.dayTicks = function (zero, from, to, wide) {
    const days = Math.max(1, (to - from) / 24), least = days / Math.max(2, wide / 46);
    const every = [1, 2, 3, 5, 7, 10, 14, 30, 61].find((n) => n >= least) || 91;
    const vals = [], text = [];
    for (let day = Math.ceil(from / 24); day * 24 <= to; day += 1) {
      if (day % every) continue;
      vals.push(day * 24);
      text.push(K.date(zero, day * 24).toISOString().slice(5, 10));
    }
    return { vals, text };
  };

  K.placeTicks = function (way, range, high) {
    const gap = (14 * (range[1] - range[0])) / Math.max(60, high), kept = [];
    [0, 1, 2].forEach((rank) => way.filter((row) => row[2] === rank).forEach((row) => {
      if (row[0] < range[0] || row[0] > range[1]) return;
      if (kept.every((other) => Math.abs(other[0] - row[0]) >= gap)) kept.push(row);
    }));
    return { vals: kept.map((row) => row[0]), text: kept.map((row) => K.plain(row[1]) + "  " + Math.round(row[0])) };
  };

  K.name = function (gd, zero, way) {
    // days and places of a time-distance diagram
    const full = gd._fullLayout;
    if (!full || !full.xaxis || !full.xaxis._length) return;
    const x = K.dayTicks(zero, full.xaxis.range[0], full.xaxis.range[1], full.xaxis._length);
    const y = K.placeTicks(way, full.yaxis.range, full.yaxis._length);
    const key = JSON.stringify([x, y]);
    if (gd.kidalTicks === key) return;
    gd.kidalTicks = key;
    window.Plotly.relayout(gd, {
      "xaxis.tickvals": x.vals, "xaxis.ticktext": x.text, "yaxis.tickvals": y.vals, "yaxis.ticktext": y.text,
    });
  };

  // --- names on the map -------------------------------------------------------------------------------------

  const MARKS = { claims: 7, events: 7, station: 7 }; // px about each sign of these traces
  const SIZES = [15, 28, 42, 56]; // of a name's unseen marker: so far from its place it stands
  const SIDES = [["middle", "right"], ["middle", "left"], ["top", "center"], ["bottom", "center"],
    ["top", "left"], ["top", "right"], ["bottom", "left"], ["bottom", "right"]];
  const WAYS = SIZES.flatMap((size) => SIDES.map((side) => ({ size, side })));

  const NONE = " "; // Plotly takes the node of an empty text away, and never brings it back

  const about = (x, y, r) => [x - r, y - r, x + r, y + r];
  const apart = (a, b) => a[2] < b[0] || a[0] > b[2] || a[3] < b[1] || a[1] > b[3];

  function signs(gd) {
    // what is drawn over the ground now: no name may lie under it
    const full = gd._fullLayout, found = (gd.kidalMoving || []).map(([x, y, r]) => about(x, y, r));
    gd.data.filter((trace) => trace.uid in MARKS).forEach((trace) => trace.x.forEach((x, i) => {
      found.push(about(full.xaxis.d2p(x), full.yaxis.d2p(trace.y[i]), MARKS[trace.uid]));
    }));
    return found;
  }

  function boxAt(at, wide, way) {
    // where Plotly writes a name beside its marker
    const away = way.size / 1.6 + 1, [up, across] = way.side;
    const x = at[0] + { left: -away - wide, center: -wide / 2, right: away }[across];
    const y = at[1] + { top: -away - 14, middle: -7, bottom: away - 2 }[up];
    return [x, y, x + wide, y + 14];
  }

  function placed(gd, trace, before) {
    // the way in which each name is written, those that matter most first; null where there is no room
    const full = gd._fullLayout, right = full.xaxis._length, low = full.yaxis._length, taken = signs(gd);
    const pen = document.createElement("canvas").getContext("2d");
    pen.font = "11px system-ui, sans-serif";
    const near = Math.abs(full.yaxis.range[1] - full.yaxis.range[0]) < CLOSE;
    const at = trace.x.map((x, k) => [full.xaxis.d2p(x), full.yaxis.d2p(trace.y[k])]);
    const dots = trace.customdata.map(([, matters], k) => about(...at[k], matters ? 4 : 0));
    return trace.customdata.map(([name, matters], k) => {
      if (!matters && !near) return null;
      const wide = pen.measureText(name).width * 1.06 + 2;
      const fits = (way) => {
        const box = boxAt(at[k], wide, way);
        if (box[0] <= 0 || box[1] <= 0 || box[2] >= right || box[3] >= low) return false;
        return taken.every((other) => apart(box, other)) && dots.every((dot, j) => j === k || apart(box, dot));
      };
      const way = [before && before[k], ...WAYS].find((one) => one && fits(one)) || null;
      if (way) taken.push(boxAt(at[k], wide, way));
      return way;
    });
  }

  K.label = function (gd, force) {
    // names of places where there is room for them beside what moves; while playing they keep their side
    const full = gd._fullLayout, i = gd.data.findIndex((trace) => trace.uid === "names");
    if (!full || i < 0 || !full.xaxis._length || gd.offsetParent === null) return; // or hidden
    const trace = gd.data[i], ways = placed(gd, trace, K.playing && gd.kidalWays);
    const text = ways.map((way, k) => (way ? K.plain(trace.customdata[k][0]) : NONE));
    const where = ways.map((way) => (way ? way.side.join(" ") : "top center"));
    const size = ways.map((way) => (way ? way.size : SIZES[0]));
    gd.kidalWays = ways;
    const same = [text, where, size].join() === [trace.text, trace.textposition, trace.marker.size].join();
    if (same && !force) return; // what is drawn, which a new scene sets back
    window.Plotly.restyle(gd, { text: [text], textposition: [where], "marker.size": [size] }, [i]);
  };
})();
