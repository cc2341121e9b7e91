// What moves at every frame: drawn by itself over a plot, since redrawing a plot takes too long for that.
(function () {
  "use strict";
  const K = (window.kidal = window.kidal || {});
  const SVG = "http://www.w3.org/2000/svg";
  function put(node, attributes) {
    Object.entries(attributes).forEach(([key, value]) => node.setAttribute(key, value));
    return node;
  }

  function layer(plot) {
    // a drawing over the area of the axes, and its scale
    const layout = plot._fullLayout, x = layout.xaxis, y = layout.yaxis;
    let svg = plot.querySelector(":scope > svg.over");
    if (!svg) {
      svg = put(document.createElementNS(SVG, "svg"), { class: "over", "aria-hidden": "true" });
      plot.append(svg);
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

  function mark(svg, id, kind, attributes, title) {
    // a shape by its id, made when it is first needed
    svg.kidalMarks = svg.kidalMarks || {};
    let node = svg.kidalMarks[id];
    if (!node) {
      node = svg.kidalMarks[id] = put(document.createElementNS(SVG, kind), { "data-id": id, ...attributes });
      if (title) node.append(document.createElementNS(SVG, "title"));
      svg.append(node);
    }
    if (title && node.firstChild.textContent !== title) node.firstChild.textContent = title;
    return node;
  }

  const translate = (x, y) => "translate(" + x.toFixed(1) + "," + y.toFixed(1) + ")";
  const SQUARE = { x: -6, y: -6, width: 12, height: 12, stroke: "#fff", "stroke-width": 1.5 };

  K.overMap = function (plot, scene, hour) {
    const canvas = layer(plot), placed = [], moving = []; // px and reach: names keep clear of them
    scene.groups.forEach((group) => {
      const x = canvas.x(K.knots(group.hour, group.x, hour)), y = canvas.y(K.knots(group.hour, group.y, hour));
      const neighbours = placed.filter((other) => Math.hypot(other[0] - x, other[1] - y) < 5).length; // then side by side
      placed.push([x, y]);
      moving.push([x + 8 * neighbours, y + 10, 5]);
      const attributes = { r: 3.5, fill: group.ink, stroke: "#fff", "stroke-width": 1 };
      const node = mark(canvas.svg, "group-" + group.id, "circle", attributes, group.name);
      put(node, { transform: translate(x + 8 * neighbours, y + 10) });
    });
    scene.columns.forEach((column) => {
      const km = Math.round(K.between(column.km, hour)), title = column.name + ", " + km + " km from its start";
      const x = canvas.x(K.between(column.x, hour)), y = canvas.y(K.between(column.y, hour));
      moving.push([x, y, 8]);
      put(mark(canvas.svg, "column-" + column.id, "rect", SQUARE, title), {
        transform: translate(x, y),
        fill: column.ink,
        opacity: column.leaves > hour ? 0.3 : 1, // not yet on its way
      });
    });
    plot.kidalMoving = moving;
    const known = [...scene.groups.map((g) => "group-" + g.id), ...scene.columns.map((c) => "column-" + c.id)];
    Object.keys(canvas.svg.kidalMarks || {}).filter((id) => !known.includes(id)).forEach((id) => {
      canvas.svg.kidalMarks[id].remove();
      delete canvas.svg.kidalMarks[id];
    });
  };

  K.overDistance = function (plot, scene, hour, column) {
    const travelled = scene.columns.find((c) => c.id === column);
    if (!travelled) return;
    const canvas = layer(plot), x = canvas.x(hour), y = canvas.y(K.between(travelled.km, hour));
    const line = travelled.line, passed = line.hour.slice(0, K.count(line.hour, hour));
    const points = passed.map((moment, i) => canvas.x(moment).toFixed(1) + "," + canvas.y(line.km[i]).toFixed(1));
    points.push(x.toFixed(1) + "," + y.toFixed(1));
    put(mark(canvas.svg, "done", "polyline", { fill: "none", stroke: "#1a1a1a", "stroke-width": 2.5 }), { points: points.join(" ") });
    put(mark(canvas.svg, "cursor", "line", { stroke: "#d55e00", "stroke-width": 1.2, y1: 0 }), {
      x1: x.toFixed(1), x2: x.toFixed(1), y2: canvas.svg.getAttribute("height"),
    });
    put(mark(canvas.svg, "now", "rect", SQUARE, travelled.name), { transform: translate(x, y), fill: travelled.ink });
  };
})();
