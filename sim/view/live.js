// What plays in a report: the library and the results stand in the page as compressed text, each once.
(function () {
  "use strict";
  const node = (id) => document.getElementById(id);

  async function unpacked(id) {
    const bytes = Uint8Array.from(atob(node(id).textContent), (letter) => letter.charCodeAt(0));
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
    return new Response(stream).text();
  }

  async function show(number) {
    await window.kidal.load(JSON.parse(await unpacked("scene-" + number)));
  }

  async function begin() {
    const script = document.createElement("script"), choice = node("result");
    script.textContent = await unpacked("plotly"); // which the page's policy names by its digest
    document.head.append(script);
    if (choice) choice.addEventListener("change", () => show(choice.value));
    await show(choice ? choice.value : 0);
  }

  begin().catch(() => (node("unplayed").hidden = false));
})();
