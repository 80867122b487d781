"use strict";
// The peer: npm's graphql-ws as its README sets it up, over ws. Each event comes by POST and goes to all subscribers.
const { writeFileSync } = require("node:fs");
const { createServer } = require("node:http");
const { buildSchema } = require("graphql");
const { useServer } = require("graphql-ws/use/ws");
const { WebSocketServer } = require("ws");

const schema = buildSchema(`
  type Step { site: String! state: String! code: Int documents: Int! }
  type Job { id: ID! state: String! code: Int version: Int! steps: [Step!]! }
  type Query { job: Job }
  type Subscription { jobStatus(jobId: ID!): Job! }
`);

let job = null;
const waiting = new Set();

// Tells the job as it is, and then each newer one.
async function* jobStatus() {
  let told = null;
  for (;;) {
    if (told !== job) yield { jobStatus: (told = job) };
    else await new Promise((resolve) => waiting.add(resolve));
  }
}

const server = createServer((request, response) => {
  let body = "";
  request.on("data", (chunk) => (body += chunk));
  request.on("end", () => {
    if (request.method === "POST") {
      job = JSON.parse(body);
      const woken = [...waiting];
      waiting.clear();
      for (const wake of woken) wake();
    }
    response.end("{}");
  });
});

useServer({ schema, roots: { subscription: { jobStatus } } }, new WebSocketServer({ server, path: "/graphql" }));
// Node may be started by a script of another language: this is the process that is measured.
writeFileSync(process.argv[3], String(process.pid));
server.listen(Number(process.argv[2]), "127.0.0.1");
