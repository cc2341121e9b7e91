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
      text.push(K.day(K.date(zero, day * 24)));
    }
    return { vals, text };
  };

  K.placeTicks = function (way, range, high) {
    const gap = (14 * (range[1] - range[0])) / Math.max(60, high), ticks = [];
    [0, 1, 2].forEach((rank) => way.filter((row) => row[2] === rank).forEach((row) => {
      if (row[0] < range[0] || row[0] > range[1]) return;
      if (ticks.every((other) => Math.abs(other[0] - row[0]) >= gap)) ticks.push(row);
    }));
    return { vals: ticks.map((row) => row[0]), text: ticks.map((row) => K.words`${row[1]}  ${Math.round(row[0])}`) };
  };

  K.name = function (plot, zero, way) {
    // days and places of a time-distance diagram
    const layout = plot._fullLayout;
    if (!layout || !layout.xaxis || !layout.xaxis._length) return;
    const x = K.dayTicks(zero, layout.xaxis.range[0], layout.xaxis.range[1], layout.xaxis._length);
    const y = K.placeTicks(way, layout.yaxis.range, layout.yaxis._length);
    const key = JSON.stringify([x, y]);
    if (plot.kidalTicks === key) return;
    plot.kidalTicks = key;
    window.Plotly.relayout(plot, {
      "xaxis.tickvals": x.vals, "xaxis.ticktext": x.text, "yaxis.tickvals": y.vals, "yaxis.ticktext": y.text,
    });
  };

  // --- names on the map -------------------------------------------------------------------------------------

  const MARKS = { claims: 9, events: 7, station: 7 }; // px about each sign of these traces
  const SIZES = [15, 28, 42, 56]; // of a name's unseen marker: so far from its place it stands
  const SIDES = [["middle", "right"], ["middle", "left"], ["top", "center"], ["bottom", "center"],
    ["top", "left"], ["top", "right"], ["bottom", "left"], ["bottom", "right"]];
  const WAYS = SIZES.flatMap((size) => SIDES.map((side) => ({ size, side })));

  const NONE = " "; // Plotly takes the node of an empty text away, and never brings it back

  const square = (x, y, r) => [x - r, y - r, x + r, y + r];
  const apart = (a, b) => a[2] < b[0] || a[0] > b[2] || a[3] < b[1] || a[1] > b[3];

  function signs(plot) {
    // what is drawn over the ground now: no name may lie under it
    const layout = plot._fullLayout, boxes = (plot.kidalMoving || []).map(([x, y, r]) => square(x, y, r));
    plot.data.filter((trace) => trace.uid in MARKS).forEach((trace) => trace.x.forEach((x, i) => {
      boxes.push(square(layout.xaxis.d2p(x), layout.yaxis.d2p(trace.y[i]), MARKS[trace.uid]));
    }));
    return boxes;
  }

  function boxAt(point, wide, way) {
    // where Plotly writes a name beside its marker
    const away = way.size / 1.6 + 1, [up, across] = way.side;
    const x = point[0] + { left: -away - wide, center: -wide / 2, right: away }[across];
    const y = point[1] + { top: -away - 14, middle: -7, bottom: away - 2 }[up];
    return [x, y, x + wide, y + 14];
  }

  function placed(plot, trace, before) {
    // the way in which each name is written, those that matter most first; null where there is no room
    const layout = plot._fullLayout, right = layout.xaxis._length, low = layout.yaxis._length, taken = signs(plot);
    const pen = document.createElement("canvas").getContext("2d");
    pen.font = "11px system-ui, sans-serif";
    const close = Math.abs(layout.yaxis.range[1] - layout.yaxis.range[0]) < CLOSE;
    const points = trace.x.map((x, k) => [layout.xaxis.d2p(x), layout.yaxis.d2p(trace.y[k])]);
    const dots = trace.customdata.map(([, matters], k) => square(...points[k], matters ? 4 : 0));
    return trace.customdata.map(([name, matters], k) => {
      if (!matters && !close) return null;
      const wide = pen.measureText(name).width * 1.06 + 2;
      const fits = (way) => {
        const box = boxAt(points[k], wide, way);
        if (box[0] <= 0 || box[1] <= 0 || box[2] >= right || box[3] >= low) return false;
        return taken.every((other) => apart(box, other)) && dots.every((dot, j) => j === k || apart(box, dot));
      };
      const way = [before && before[k], ...WAYS].find((one) => one && fits(one)) || null;
      if (way) taken.push(boxAt(points[k], wide, way));
      return way;
    });
  }

  K.label = function (plot, force) {
    // names of places where there is room for them beside what moves; while playing they keep their side
    const layout = plot._fullLayout, i = plot.data.findIndex((trace) => trace.uid === "names");
    if (!layout || i < 0 || !layout.xaxis._length || plot.offsetParent === null) return; // or hidden
    const trace = plot.data[i], ways = placed(plot, trace, K.playing && plot.kidalWays);
    const text = ways.map((way, k) => (way ? K.words`${trace.customdata[k][0]}` : NONE));
    const where = ways.map((way) => (way ? way.side.join(" ") : "top center"));
    const size = ways.map((way) => (way ? way.size : SIZES[0]));
    plot.kidalWays = ways;
    const same = [text, where, size].join() === [trace.text, trace.textposition, trace.marker.size].join();
    if (same && !force) return; // what is drawn, which a new scene sets back
    window.Plotly.restyle(plot, { text: [text], textposition: [where], "marker.size": [size] }, [i]);
  };
})();
