// Starts the page. A file of its own because the content security policy forbids inline scripts; what to load stands in the data attributes of
// its script element (pattern_script in Trunk.toml).

const { dataset } = document.querySelector("script[data-wasm]");

// The style sheets of a part (frontend/src/later.rs): all or an error, which the next call tries to mend.
const coming = {};
window.partStyles = (part) => {
  coming[part] ??= Promise.all(missing(part).map(load)).catch((error) => {
    coming[part] = undefined;
    throw error;
  });
  return coming[part];
};

// Those that the document has not brought along; they lie beside this file.
function missing(part) {
  const here = [...document.styleSheets].map((sheet) => sheet.href);
  const all = (dataset[part] ?? "").split(" ").filter((name) => name);
  return all.map((name) => new URL(name, import.meta.url).href).filter((href) => !here.includes(href));
}

function load(href) {
  return new Promise((loaded, failed) => {
    const link = Object.assign(document.createElement("link"), { rel: "stylesheet", href });
    link.onload = loaded;
    link.onerror = () => {
      link.remove();
      failed(new Error(`no ${href}`));
    };
    document.head.append(link);
  });
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
