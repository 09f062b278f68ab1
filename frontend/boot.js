// Starts the page. A file of its own because the content security policy forbids inline scripts; what to load stands in the
// data attributes of its script element (pattern_script in Trunk.toml).

const { js, wasm } = document.querySelector("script[data-wasm]").dataset;

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
