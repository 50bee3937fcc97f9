/**
 * Bundles the libraries named in package.json into src/biaotu/web/static/vendor, with VENDOR.json (what, version, licence,
 * sha256) and LICENSES.txt. Run: npm ci --ignore-scripts && npm run build. The result is committed; the same lock file
 * gives the same bytes.
 */
import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const HERE = dirname(fileURLToPath(import.meta.url));
const OUT = join(HERE, "..", "src", "biaotu", "web", "static", "vendor");
const ANNOTORIOUS = /annotorious-openseadragon\.es\.js$/;

/** Licences that a package names but does not bring, as they stand in its repository; Pixi's parts share one. */
const BROUGHT = {
  "@annotorious/annotorious": "licences/annotorious.txt",
  "@annotorious/core": "licences/annotorious.txt",
  "@annotorious/openseadragon": "licences/annotorious.txt",
  "@pixi/colord": "licences/colord.txt",
  "@pixi/text-html": "node_modules/@pixi/core/LICENSE",
};

/** One copy of OpenSeadragon: whoever imports it gets zoom.js. */
const oneOpenSeadragon = {
  name: "one-openseadragon",
  setup(bundler) {
    bundler.onResolve({ filter: /^openseadragon$/ }, (args) =>
      args.importer.endsWith("zoom.js") ? null : { path: "./zoom.js", external: true },
    );
  },
};

/** Annotorious carries its own copy of Pixi; @pixi/unsafe-eval must patch that one and not a second. */
const pixiOfAnnotorious = {
  name: "pixi-of-annotorious",
  setup(bundler) {
    bundler.onLoad({ filter: ANNOTORIOUS }, (args) => {
      const text = readFileSync(args.path, "utf8");
      const check = text.indexOf("\n  systemCheck() {");
      const names = [...text.slice(0, check).matchAll(/\nclass (\w+)[^\n]*\{\n/g)];
      if (check < 0 || names.length === 0) throw new Error("Annotorious no longer carries Pixi's ShaderSystem: look again at pixiOfAnnotorious");
      return { contents: `${text}\nexport { ${names.at(-1)[1]} as ShaderSystem };\n`, loader: "js" };
    });
    bundler.onResolve({ filter: /^@pixi\/core$/ }, () => ({ path: "pixi-core", namespace: "patch" }));
    bundler.onLoad({ filter: /.*/, namespace: "patch" }, () => ({
      contents: `export { ShaderSystem } from "@annotorious/openseadragon";\nexport const utils = { deprecation() {} };\n`,
      resolveDir: HERE,
    }));
  },
};

/** All packages of the lock file that are not for building only: [{name, version, license, folder}]. */
function packages() {
  const lock = JSON.parse(readFileSync(join(HERE, "package-lock.json"), "utf8"));
  return Object.entries(lock.packages)
    .filter(([path, entry]) => path !== "" && !entry.dev && !entry.optional)
    .map(([path, entry]) => {
      const folder = join(HERE, path);
      const own = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
      return { name: own.name, version: entry.version, license: own.license ?? entry.license ?? "see its file", folder };
    })
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

function licences(list) {
  const parts = list.map(({ name, version, license, folder }) => {
    const own = readdirSync(folder).find((file) => /^licen[cs]e/i.test(file));
    const file = own ? join(folder, own) : name in BROUGHT ? join(HERE, BROUGHT[name]) : null;
    if (!file) throw new Error(`${name} brings no licence file: look it up and name it in BROUGHT`);
    return `${name} ${version} (${license})\n\n${readFileSync(file, "utf8").trim()}\n`;
  });
  return `Third-party software in this folder, with all that it is built from.\n\n${parts.join(`\n${"-".repeat(80)}\n\n`)}`;
}

rmSync(OUT, { recursive: true, force: true });
mkdirSync(OUT, { recursive: true });
await build({
  absWorkingDir: HERE,
  entryPoints: ["ui.js", "zoom.js", "regions.js", "sort.js", "graph.js", "styles.css"].map((name) => join("entries", name)),
  outdir: OUT,
  bundle: true,
  minify: true,
  format: "esm",
  target: ["es2022"],
  legalComments: "none",
  define: { "process.env.NODE_ENV": '"production"' },
  plugins: [oneOpenSeadragon, pixiOfAnnotorious],
});

const files = readdirSync(OUT).sort().map((file) => {
  const bytes = readFileSync(join(OUT, file));
  return { file, bytes: bytes.length, sha256: createHash("sha256").update(bytes).digest("hex") };
});
const list = packages();
writeFileSync(join(OUT, "LICENSES.txt"), licences(list));
const shown = list.map(({ name, version, license }) => ({ name, version, license }));
writeFileSync(join(OUT, "VENDOR.json"), `${JSON.stringify({ files, packages: shown }, null, 1)}\n`);
