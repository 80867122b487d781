// Fetches Syncfy's widget for development, under the names that Syncfy's own address has. It has no licence, so it is
// neither bundled nor packaged nor committed: the gateway serves it from here while the sandbox plays Syncfy. Its
// package is taken without the packages it names, which are inside its script already.
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const VERSION = "0.0.19";
const INTEGRITY = "8rlGcM1N0Pd/X7IqQEB8xHhSKnbFxkCysv47A+cl0G66wTiwVYWENhx2y7Tty3lVH7vHaXNzGXvJ/BJF73MLsA==";
const FILES = [
  ["syncfy-authentication-widget.umd.js", "syncfy-authentication-widget.js"],
  ["style.css", "syncfy-authentication-widget.css"],
];

const note = "widget/version";
if (!(existsSync(note) && readFileSync(note, "utf8") === VERSION)) {
  const place = mkdtempSync(join(tmpdir(), "widget-"));
  try {
    const npm = process.platform === "win32" ? "npm.cmd" : "npm";
    const packed = execFileSync(npm, ["pack", "--silent", `@syncfy/authentication-widget@${VERSION}`, "--pack-destination", place]);
    const archive = join(place, packed.toString().trim().split("\n").at(-1));
    const digest = createHash("sha512").update(readFileSync(archive)).digest("base64");
    if (digest !== INTEGRITY) throw new Error("the widget's package is not the one that was looked at");
    execFileSync("tar", ["xzf", archive, "-C", place]);
    mkdirSync("widget", { recursive: true });
    for (const [from, to] of FILES) copyFileSync(join(place, "package/dist", from), join("widget", to));
    writeFileSync(note, VERSION);
  } finally {
    rmSync(place, { recursive: true });
  }
}
