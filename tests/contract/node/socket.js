"use strict";
// The `graphql-ws` client: a query, a subscription up to its end, an operation that is refused, and no token at all.
const { createClient } = require("graphql-ws");

const connected = (authorization) =>
  createClient({
    url: process.env.SOCKET_URL,
    webSocketImpl: WebSocket,
    connectionParams: authorization ? { authorization } : {},
    retryAttempts: 0,
    lazyCloseTimeout: 0,
  });

const all = async (client, query, variables) => {
  const results = [];
  for await (const result of client.iterate({ query, variables })) results.push(result);
  return results;
};

async function main() {
  const client = connected(process.env.AUTHORIZATION);
  const seen = {
    query: await all(client, "{ viewer { id taxpayerCount } }"),
    subscription: await all(
      client,
      "subscription Follow($id: ID!) { jobStatus(jobId: $id) { state steps { site state } } }",
      { id: process.env.JOB },
    ),
    refused: await all(client, "{ nope }").catch((errors) => errors.map((error) => error.message)),
    unauthenticated: await all(connected(null), "{ viewer { id } }").catch((event) => [event.code, event.reason]),
  };
  await client.dispose();
  process.stdout.write(JSON.stringify(seen));
}

main().catch((error) => {
  process.stderr.write(`${error.stack ?? JSON.stringify(error)}\n`);
  process.exitCode = 1;
});
