// Starts the page. A file of its own because the content security policy forbids inline scripts; what to load stands in the data attributes of
// its script element (pattern_script in Trunk.toml, and xtask/src/split.rs for what belongs to a page in parts).

const parts = document.querySelector("script[data-wasm]").dataset;

// The style sheets of a part (frontend/src/later.rs): all or an error, which the next call tries to mend.
const coming = {};
window.partStyles = (part) => {
  coming[part] ??= Promise.all(beside(part, ".css").map(load)).catch((error) => {
    coming[part] = undefined;
    throw error;
  });
  return coming[part];
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

// What a part has of one kind; its files lie beside this one.
function beside(part, ending) {
  const names = parts[part].split(" ").filter((name) => name.endsWith(ending));
  return names.map((name) => new URL(name, import.meta.url).href);
}

function add(properties) {
  const link = Object.assign(document.createElement("link"), properties);
  document.head.append(link);
  return link;
}

// A page that is a part of its own gets that beside the first one, not after it.
const page = location.pathname.split("/")[1] || "overview";
if (["overview", "timeline", "resource"].includes(page)) {
  for (const href of beside(page, ".wasm")) add({ rel: "preload", as: "fetch", crossOrigin: "", href });
  partStyles(page).catch(() => {});
}

try {
  const program = await import(parts.js);
  await program.default({ module_or_path: parts.wasm });
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
