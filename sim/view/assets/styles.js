// Runs before all others: styles that Dash and Plotly make in the browser are known to come from here by a
// number (nonce) that the page's policy names; a style that stands in a text has none, and counts for nothing.
(function () {
  "use strict";
  const make = document.createElement.bind(document), nonce = document.querySelector("[nonce]").nonce;
  document.createElement = function (kind, options) {
    const node = make(kind, options);
    if (String(kind).toLowerCase() === "style") node.nonce = nonce;
    return node;
  };
})();
