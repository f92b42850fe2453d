// What the command `chroma` of the npm package chromadb does.
require("chromadb-js-bindings-linux-x64-gnu").cli(["chroma", ...process.argv.slice(2)]);
