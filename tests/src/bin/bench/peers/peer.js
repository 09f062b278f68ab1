// What all peers' pages share: the search box, the count, the checkboxes and buttons that stand for what our page has, and how the
// page is looked at. SETTINGS (settings.js) has our page's columns and sizes.
"use strict";

// A peer is an object with
//   fill(rows, texts): shows all rows; `rows` are objects. If `wantsText` is set, `rows` is empty and `texts` are the JSON texts
//   search(text), filter(column, value or null), sort([columns]): do so
//   matching(): how many rows match
//   scroller(): the element that scrolls
//   hasRows(): whether a row is in the document
//   roots(): shadow roots to look into as well
// Each of the first four may return a promise that is kept when all is drawn.
function start(peer) {
  const by = css => document.querySelector(css);
  const grid = by("#grid");
  const search = by("[role=searchbox]");
  const shown = by("[data-testid=count]");
  grid.style.width = `${SETTINGS.width}px`;
  grid.style.height = `${SETTINGS.height}px`;

  let busy = 0;
  let loaded = false;
  const count = () => {
    const text = `${peer.matching()} of ${SETTINGS.rows} rows`;
    // As on our page, what changes nothing writes nothing.
    if (shown.textContent !== text) shown.textContent = text;
  };
  function perform(action) {
    const result = action();
    if (!(result instanceof Promise)) return count();
    busy += 1;
    result.then(count).finally(() => (busy -= 1));
  }

  search.addEventListener("input", () => perform(() => peer.search(search.value)));
  addEventListener("keydown", event => {
    if (event.key !== "/" || event.target === search) return;
    event.preventDefault();
    search.focus();
  });
  const controls = by("#controls");
  for (const [facet, value] of SETTINGS.ticks) {
    const label = document.createElement("label");
    const box = document.createElement("input");
    box.type = "checkbox";
    box.dataset.value = value;
    box.addEventListener("change", () => perform(() => peer.filter(facet, box.checked ? value : null)));
    label.dataset.facet = facet;
    label.append(box);
    controls.append(label);
  }
  for (const keys of SETTINGS.sorts) {
    const button = document.createElement("button");
    button.dataset.sort = button.textContent = keys.join();
    button.addEventListener("click", () => perform(() => peer.sort(keys)));
    controls.append(button);
  }

  const roots = () => [grid, shown, ...(by("#facets") ? [by("#facets")] : []), ...(peer.roots?.() ?? [])];
  bench.page = {
    asked: () => true,
    take(buffers) {
      const decoder = new TextDecoder();
      const rows = [];
      const texts = [];
      while (buffers.length > 0) {
        const text = decoder.decode(buffers.shift());
        if (peer.wantsText) texts.push(text);
        else for (const row of JSON.parse(text)) rows.push(row);
      }
      perform(() => {
        const filled = peer.fill(rows, texts);
        if (!(filled instanceof Promise)) return void (loaded = true);
        return filled.then(() => (loaded = true));
      });
    },
    loading: roots,
    acting: roots,
    hasRows: () => peer.hasRows(),
    loaded: () => loaded && peer.hasRows() && shown.textContent !== "",
    busy: () => busy > 0,
    count: () => peer.matching(),
    visible: () => SETTINGS.height / SETTINGS.row_height,
    scroller: () => peer.scroller(),
  };
}
