// Starts the page. A file of its own because the content security policy forbids inline scripts; what to load stands in the data attributes of
// its script element (pattern_script in Trunk.toml, and xtask/src/split.rs for what belongs to a page in parts).

const { js, wasm, styles, overview, later } = document.querySelector("script[data-wasm]").dataset;

// The style sheets of the later part (frontend/src/later.rs): all or an error, which the next call tries to mend.
let coming;
window.laterStyles = () => {
  coming ??= Promise.all(beside(styles).map(load)).catch((error) => {
    coming = undefined;
    throw error;
  });
  return coming;
};

function load(href) {
  return new Promise((loaded, failed) => {
    const link = add({ rel: "stylesheet", href });
    link.onload = loaded;
    link.onerror = () => {
      link.remove();
      failed(new Error(`no ${href}`));
    };
  });
}

// Names of files that lie beside this one.
function beside(names) {
  return names.split(" ").map((name) => new URL(name, import.meta.url).href);
}

function add(properties) {
  const link = Object.assign(document.createElement("link"), properties);
  document.head.append(link);
  return link;
}

// A page that is of another part gets that beside the first one, not after it.
const path = location.pathname;
const part = path === "/" ? overview : /^\/(timeline|resource)(\/|$)/.test(path) ? later : undefined;
for (const href of part ? beside(part) : []) add({ rel: "preload", as: "fetch", crossOrigin: "", href });

try {
  const page = await import(js);
  await page.default({ module_or_path: wasm });
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
