// Starts the page. A file of its own because the content security policy forbids inline scripts; what to load stands in the data attributes of
// its script element (pattern_script in Trunk.toml).

// An address too long to travel through signing in has waited here (frontend/src/session/leave.rs).
if (location.search === "?resume") {
  try {
    history.replaceState(null, "", sessionStorage.getItem("signalbox.resume") ?? "/");
    sessionStorage.removeItem("signalbox.resume");
  } catch {
    // The overview, then.
  }
}

const { dataset } = document.querySelector("script[data-wasm]");

// The files of a part (frontend/src/parts.rs), which lie beside this one.
const files = (part, ending) =>
  (dataset[part] ?? "")
    .split(" ")
    .filter((name) => name.endsWith(ending))
    .map((name) => new URL(name, import.meta.url).href);

const add = (link) => document.head.appendChild(Object.assign(document.createElement("link"), link));

// The style sheets of a part: all or an error, which the next call tries to mend.
const coming = {};
window.partStyles = (part) => {
  const here = [...document.styleSheets].map((sheet) => sheet.href);
  const missing = files(part, ".css").filter((href) => !here.includes(href));
  coming[part] ??= Promise.all(missing.map(load)).catch((error) => {
    coming[part] = undefined;
    throw error;
  });
  return coming[part];
};

function load(href) {
  return new Promise((loaded, failed) => {
    const link = add({ rel: "stylesheet", href, onload: loaded });
    link.onerror = () => {
      link.remove();
      failed(new Error(`no ${href}`));
    };
  });
}

// What the kind of page that the path names needs comes together with the program, which would ask for it only once it runs.
const kind = { "": "overview", timeline: "timeline", resource: "resource" }[location.pathname.split("/")[1]] ?? "table";
for (const href of files(kind, ".js")) add({ rel: "modulepreload", href });
for (const href of files(kind, ".wasm")) add({ rel: "preload", as: "fetch", crossOrigin: "anonymous", href });
window.partStyles(kind).catch(() => {});

// Translators and other extensions put nodes of their own where a text of the page stands. The program goes on with its text, which is no longer in the
// document: what it writes would never be seen, and what it takes away would stay. So a text returns to its place before the program touches it.
const standIns = new WeakMap();
const watch = new MutationObserver(note);
watch.observe(document.body, { childList: true, subtree: true });

function note(changes) {
  const gone = changes.flatMap((change) => [...change.removedNodes].map((node) => [node, change]));
  const texts = gone.filter(([node]) => node.nodeType === Node.TEXT_NODE && !node.isConnected);
  if (texts.length === 0) return;
  const added = new Set(changes.flatMap((change) => [...change.addedNodes]));
  // The new nodes in a row from one on, away from the text.
  const run = (node, next) => (node && added.has(node) ? [node, ...run(node[next], next)] : []);
  for (const [text, { addedNodes, previousSibling, nextSibling }] of texts) {
    const near = [[...addedNodes], run(previousSibling, "previousSibling"), run(nextSibling, "nextSibling")];
    const found = near.find((nodes) => nodes.length > 0);
    if (found) standIns.set(text, found);
  }
}

const { get: parentOf } = Object.getOwnPropertyDescriptor(Node.prototype, "parentNode");

function reclaim(text) {
  if (text.nodeType !== Node.TEXT_NODE) return;
  note(watch.takeRecords());
  const [first, ...rest] = (standIns.get(text) ?? []).filter((node) => parentOf.call(node));
  standIns.delete(text);
  first?.replaceWith(text);
  for (const node of rest) node.remove();
}

// What the program does with texts: writes and removes them, asks where they are, puts something before them. A key in the search box does so some
// hundred times, and nearly always finds the text in its place: no list of arguments, and one question. The cells of the grid are not among them
// (frontend/src/grid/ours.rs).
for (const [owner, name, kind, touched] of [
  [CharacterData, "data", "set"],
  [Node, "nodeValue", "set"],
  [Node, "parentNode", "get"],
  [CharacterData, "remove", "value"],
  [Node, "removeChild", "value", (child) => child],
  [Node, "insertBefore", "value", (_, before) => before],
]) {
  const property = Object.getOwnPropertyDescriptor(owner.prototype, name);
  const own = property[kind];
  property[kind] = function (first, second) {
    const text = touched ? touched(first, second) : this;
    if (text && !parentOf.call(text)) reclaim(text);
    return own.call(this, first, second);
  };
  Object.defineProperty(owner.prototype, name, property);
}

try {
  const program = await import(dataset.js);
  await program.default({ module_or_path: dataset.wasm });
} catch (error) {
  console.error(error);
  // A panic while starting is the page's own fault and has shown its own panel.
  if (document.getElementById("crash").hidden) {
    // Bytes that came whole but do not compile: no WebAssembly, or none with SIMD. Anything else did not come at all,
    // most likely because the server now holds another version under other names.
    const reason = typeof WebAssembly !== "object" || error instanceof WebAssembly.CompileError ? "browser" : "load";
    const panel = document.getElementById("boot-failed");
    panel.querySelector(`[data-reason=${reason}]`).hidden = false;
    panel.hidden = false;
  }
}
