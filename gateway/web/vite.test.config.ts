import { readdirSync } from "node:fs";
import { defineConfig } from "vite";

// The tests of pure functions, for Node's own runner: it reads no TypeScript in every version that can build the page.
const tests = readdirSync("src", { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".test.ts"));

export default defineConfig({
  build: { ssr: true, target: "node20", outDir: ".test", rolldownOptions: { input: tests.map((name) => `src/${name}`) } },
});
