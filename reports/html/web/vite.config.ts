// Bundles a page into one HTML file whose Content-Security-Policy names its script and style sheet by hash. `--mode view`
// makes the page of comparisons and trends, any other mode that of a report.
import { createHash } from "node:crypto";
import { defineConfig, type Plugin } from "vite";

const sha256 = (text: string) => `'sha256-${createHash("sha256").update(text, "utf8").digest("base64")}'`;

function policyFor(script: string, style: string): string {
  const directives = [
    "default-src 'none'",
    `script-src ${sha256(script)}`,
    `style-src ${sha256(style)}`,
    "img-src data:",
    "base-uri 'none'",
    "form-action 'none'",
  ];
  return `<meta http-equiv="Content-Security-Policy" content="${directives.join("; ")}">`;
}

function oneFile(file: string): Plugin {
  return {
    name: "one-file",
    enforce: "post",
    generateBundle(_options, bundle) {
      const page = bundle[file];
      if (page?.type !== "asset") throw new Error(`the bundle has no ${file}`);
      let script = "";
      let style = "";
      for (const [name, part] of Object.entries(bundle)) {
        if (part === page) continue;
        if (part.type === "chunk") script += part.code;
        else if (name.endsWith(".css")) style += part.source.toString();
        else throw new Error(`${name} cannot be put into the page`);
        delete bundle[name];
      }
      // Inside <script> these two would change how the element is read; in JavaScript they occur in strings only.
      script = script.replace(/<\/script/gi, "<\\/script").replace(/<!--/g, "<\\!--").trim();
      style = style.trim();
      const html = page.source
        .toString()
        .replace(/\s*<script type="module"[^>]*src=[^>]*><\/script>/g, "")
        .replace(/\s*<link rel="stylesheet"[^>]*>/g, "");
      page.source = html
        .replace("<!--recgauge:policy-->", () => policyFor(script, style))
        .replace("</head>", () => `  <style>${style}</style>\n  </head>`)
        .replace("</body>", () => `  <script type="module">${script}</script>\n  </body>`);
    },
  };
}

export default defineConfig(({ mode }) => ({
  plugins: [oneFile(mode === "view" ? "view.html" : "index.html")],
  esbuild: { jsx: "automatic", jsxImportSource: "preact", legalComments: "none" },
  build: {
    target: "es2021",
    assetsInlineLimit: 0,
    cssCodeSplit: false,
    modulePreload: false,
    reportCompressedSize: false,
    chunkSizeWarningLimit: 2000,
    emptyOutDir: mode !== "view",
    rollupOptions: { input: mode === "view" ? "view.html" : "index.html" },
  },
}));
