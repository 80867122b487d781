import { defineConfig } from "vite";

// `npm run dev` serves the sources and asks a gateway that runs already (make demo) for everything else.
const gateway = process.env["GATEWAY_URL"] ?? "http://127.0.0.1:8000";
const asked = { target: gateway, ws: true };

export default defineConfig({
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  build: { target: "es2022", outDir: "dist", assetsInlineLimit: 2048, modulePreload: { polyfill: false } },
  server: { proxy: { "/graphql": asked, "/demo": asked, "/widget": asked, "/files": asked } },
});
