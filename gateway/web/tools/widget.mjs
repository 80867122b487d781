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
const note = "widget/version";
const FILES = [
  ["syncfy-authentication-widget.umd.js", "syncfy-authentication-widget.js"],
  ["style.css", "syncfy-authentication-widget.css"],
];

/** The archive's name. Without npm's registry the page works all the same: there is a form without the widget. */
function fetched(npm, place) {
  const asked = ["pack", "--loglevel=error", `@syncfy/authentication-widget@${VERSION}`, "--pack-destination", place];
  try {
    return execFileSync(npm, asked, { stdio: ["ignore", "pipe", "ignore"] }).toString().trim().split("\n").at(-1);
  } catch {
    console.log("Syncfy's widget is not here: npm did not get it; the page connects by its form without the widget");
    return null;
  }
}

function unpack(archive, place) {
  const digest = createHash("sha512").update(readFileSync(archive)).digest("base64");
  if (digest !== INTEGRITY) throw new Error("the widget's package is not the one that was looked at");
  execFileSync("tar", ["xzf", archive, "-C", place]);
  mkdirSync("widget", { recursive: true });
  for (const [from, to] of FILES) copyFileSync(join(place, "package/dist", from), join("widget", to));
  writeFileSync(note, VERSION);
}

if (!(existsSync(note) && readFileSync(note, "utf8") === VERSION)) {
  const place = mkdtempSync(join(tmpdir(), "widget-"));
  try {
    const npm = process.platform === "win32" ? "npm.cmd" : "npm";
    const name = fetched(npm, place);
    if (name) unpack(join(place, name), place);
  } finally {
    rmSync(place, { recursive: true });
  }
}
