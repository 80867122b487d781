"use strict";
// Preloaded with `node -r`: sync-js has its base address in a private constant, so its node-fetch is handed another one.
const Module = require("node:module");

const FROM = "https://api.syncfy.com/v1";
const TO = process.env.SANDBOX_URL;
const load = Module._load;

Module._load = function (request, ...rest) {
  const loaded = load.call(this, request, ...rest);
  if (request !== "node-fetch") return loaded;
  return (url, options) => {
    if (!url.startsWith(FROM)) throw new Error("sync-js called an address that is not rerouted");
    return loaded(TO + url.slice(FROM.length), options);
  };
};
