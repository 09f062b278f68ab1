// Makes the peers' scripts from their packages: node build.mjs MODULES OUT. Those that are made of modules become one script each,
// because a page from files may not load modules. `peers.json` says what each would load, compressed by brotli.
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, constants } from "node:zlib";

const [modules, out] = process.argv.slice(2);
const here = dirname(fileURLToPath(import.meta.url));
const { buildSync } = createRequire(join(modules, "build.js"))("esbuild");
mkdirSync(out, { recursive: true });

const bundle = (entry, file) =>
  buildSync({
    entryPoints: [entry],
    outfile: join(out, file),
    bundle: true,
    minify: true,
    format: "iife",
    target: "chrome120",
    jsx: "automatic",
    define: { "process.env.NODE_ENV": '"production"', "import.meta.url": "location.href" },
    loader: { ".wasm": "binary" },
    nodePaths: [modules],
    logLevel: "warning",
  });
bundle(join(here, "tanstack.jsx"), "tanstack.js");
bundle(join(here, "perspective.js"), "perspective.js");
const copies = {
  "ag-grid.js": "ag-grid-community/dist/ag-grid-community.min.js",
  "tabulator.js": "tabulator-tables/dist/js/tabulator.min.js",
  "tabulator.css": "tabulator-tables/dist/css/tabulator.min.css",
  "perspective.css": "@perspective-dev/viewer/dist/css/pro.css",
};
for (const [name, from] of Object.entries(copies)) copyFileSync(join(modules, from), join(out, name));

const quality = { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } };
const size = name => brotliCompressSync(readFileSync(join(out, name)), quality).length;
const sum = (...names) => names.map(size).reduce((all, one) => all + one, 0);
const versions = JSON.parse(readFileSync(join(modules, "../package.json"), "utf8")).dependencies;
writeFileSync(
  join(out, "peers.json"),
  JSON.stringify({
    versions,
    bytes: {
      "ag-grid": sum("ag-grid.js"),
      tabulator: sum("tabulator.js", "tabulator.css"),
      tanstack: sum("tanstack.js"),
      perspective: sum("perspective.js", "perspective.css"),
    },
  }),
);
