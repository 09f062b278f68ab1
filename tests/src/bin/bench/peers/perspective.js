// Perspective's viewer with its data grid; the engine is WebAssembly in a worker.
import perspective from "@perspective-dev/client";
import viewers from "@perspective-dev/viewer";
import "@perspective-dev/viewer-datagrid";
import engine from "@perspective-dev/server/dist/wasm/perspective-server.wasm";
import client from "@perspective-dev/viewer/dist/wasm/perspective-viewer.wasm";

const fields = SETTINGS.columns.map(({ field }) => field);
// It has no search over all columns; the nearest is a column of its own with all texts, made once, and a condition on it.
const TEXT = "text";
const everything = `concat(${SETTINGS.columns
  .map(({ field, kind }) => {
    if (kind === "string") return `"${field}"`;
    // Joined to nothing, everything is nothing.
    return kind === "datetime" ? `coalesce(string("${field}"), ' ')` : `string("${field}")`;
  })
  .join(", ' ', ")})`;

let viewer;
let size = 0;

async function show(change) {
  await viewer.restore(change);
  size = await (await viewer.getView()).num_rows();
}

async function main() {
  perspective.init_server(engine);
  viewers.init_client(client);
  viewer = document.createElement("perspective-viewer");
  document.querySelector("#grid").append(viewer);
  await customElements.whenDefined("perspective-viewer");
  const worker = await perspective.worker();
  const grid = () => viewer.querySelector("perspective-viewer-datagrid");
  const table = () => grid()?.shadowRoot?.querySelector("regular-table");
  start({
    wantsText: true,
    async fill(_, texts) {
      const schema = Object.fromEntries(SETTINGS.columns.map(({ field, kind }) => [field, kind]));
      const table = await worker.table(schema, { name: "rows" });
      // It reads JSON itself, but takes no empty text for a time.
      const nulls = text => text.replaceAll('"end":""', '"end":null').replaceAll('"start":""', '"start":null');
      while (texts.length > 0) await table.update(nulls(texts.shift()), { format: "json" });
      await viewer.load(worker);
      await show({ table: "rows", plugin: "Datagrid", columns: fields, settings: false, expressions: { [TEXT]: everything } });
    },
    search: text => show({ filter: text === "" ? [] : [[TEXT, "contains", text]] }),
    filter: (field, value) => show({ filter: value === null ? [] : [[field, "==", value]] }),
    sort: keys => show({ sort: keys.map(key => [key, "asc"]) }),
    matching: () => size,
    hasRows: () => table()?.querySelector("td") != null,
    scroller: table,
    roots: () => [viewer, viewer.shadowRoot, grid()?.shadowRoot].filter(Boolean),
  });
}
main();
