// Lays a .br and a .gz beside each built file that becomes smaller by it, so that the server compresses nothing.
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";

const directory = "dist/assets";
for (const name of readdirSync(directory)) {
  if (!/\.(js|css|svg|json)$/.test(name)) continue;
  const path = join(directory, name);
  const whole = readFileSync(path);
  const quality = { params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: whole.length } };
  for (const [suffix, packed] of [[".br", brotliCompressSync(whole, quality)], [".gz", gzipSync(whole, { level: 9 })]]) {
    if (packed.length < whole.length * 0.95) writeFileSync(path + suffix, packed);
  }
}
