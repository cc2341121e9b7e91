// What moves at every frame: drawn by itself over a plot, since redrawing a plot takes too long for that.
(function () {
  "use strict";
  const K = (window.kidal = window.kidal || {});
  const SVG = "http://www.w3.org/2000/svg";
  function put(node, about) {
    Object.entries(about).forEach(([key, value]) => node.setAttribute(key, value));
    return node;
  }

  function layer(gd) {
    // a drawing over the area of the axes, and its scale
    const full = gd._fullLayout, x = full.xaxis, y = full.yaxis;
    let svg = gd.querySelector(":scope > svg.over");
    if (!svg) {
      svg = put(document.createElementNS(SVG, "svg"), { class: "over", "aria-hidden": "true" });
      gd.append(svg);
    }
    const key = [x._offset, y._offset, x._length, y._length].join();
    if (svg.kidalKey !== key) {
      svg.kidalKey = key;
      svg.style.left = x._offset + "px";
      svg.style.top = y._offset + "px";
      put(svg, { width: x._length, height: y._length });
    }
    return { svg, x: (v) => x.d2p(v), y: (v) => y.d2p(v) };
  }

  function mark(svg, id, kind, about, title) {
    // a shape by its id, made when it is first needed
    svg.kidalMarks = svg.kidalMarks || {};
    let node = svg.kidalMarks[id];
    if (!node) {
      node = svg.kidalMarks[id] = put(document.createElementNS(SVG, kind), { "data-id": id, ...about });
      if (title) node.append(document.createElementNS(SVG, "title"));
      svg.append(node);
    }
    if (title && node.firstChild.textContent !== title) node.firstChild.textContent = title;
    return node;
  }

  const at = (x, y) => "translate(" + x.toFixed(1) + "," + y.toFixed(1) + ")";
  const SQUARE = { x: -6, y: -6, width: 12, height: 12, stroke: "#fff", "stroke-width": 1.5 };

  K.overMap = function (gd, scene, t) {
    const on = layer(gd), before = [], moving = []; // px and reach: names keep clear of them
    scene.groups.forEach((group) => {
      const x = on.x(K.knots(group.hour, group.x, t)), y = on.y(K.knots(group.hour, group.y, t));
      const same = before.filter((p) => Math.hypot(p[0] - x, p[1] - y) < 5).length; // then side by side
      before.push([x, y]);
      moving.push([x + 8 * same, y + 10, 5]);
      const look = { r: 3.5, fill: group.ink, stroke: "#fff", "stroke-width": 1 };
      put(mark(on.svg, "group-" + group.id, "circle", look, "group " + group.id), { transform: at(x + 8 * same, y + 10) });
    });
    scene.columns.forEach((column) => {
      const km = Math.round(K.between(column.km, t)), title = "column " + column.id + ", " + km + " km from its start";
      const x = on.x(K.between(column.x, t)), y = on.y(K.between(column.y, t));
      moving.push([x, y, 8]);
      put(mark(on.svg, "column-" + column.id, "rect", SQUARE, title), {
        transform: at(x, y),
        fill: column.ink,
        opacity: column.leaves > t ? 0.3 : 1, // not yet on its way
      });
    });
    gd.kidalMoving = moving;
    const known = [...scene.groups.map((g) => "group-" + g.id), ...scene.columns.map((c) => "column-" + c.id)];
    Object.keys(on.svg.kidalMarks || {}).filter((id) => !known.includes(id)).forEach((id) => {
      on.svg.kidalMarks[id].remove();
      delete on.svg.kidalMarks[id];
    });
  };

  K.overDistance = function (gd, scene, t, column) {
    const own = scene.columns.find((c) => c.id === column);
    if (!own) return;
    const on = layer(gd), km = K.between(own.km, t), n = K.count(own.line.hour, t), x = on.x(t), y = on.y(km);
    const points = own.line.hour.slice(0, n).map((hour, i) => on.x(hour).toFixed(1) + "," + on.y(own.line.km[i]).toFixed(1));
    points.push(x.toFixed(1) + "," + y.toFixed(1));
    put(mark(on.svg, "done", "polyline", { fill: "none", stroke: "#1a1a1a", "stroke-width": 2.5 }), { points: points.join(" ") });
    put(mark(on.svg, "cursor", "line", { stroke: "#d55e00", "stroke-width": 1.2, y1: 0 }), {
      x1: x.toFixed(1), x2: x.toFixed(1), y2: on.svg.getAttribute("height"),
    });
    put(mark(on.svg, "now", "rect", SQUARE, "column " + column), { transform: at(x, y), fill: own.ink });
  };
})();
