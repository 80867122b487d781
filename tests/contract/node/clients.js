"use strict";
// Clients that others wrote, each set up as its own documentation does: a query, a mutation, a subscription to its end,
// and one that the client leaves. What each saw goes to standard output as {client: {query, mutation, job, arrivals}}.
const { GRAPHQL_URL, SOCKET_URL, AUTHORIZATION, JOB, TAXPAYER, RFC, CURSOR } = process.env;

const OPERATIONS = {
  query: ["query Who { viewer { id taxpayerCount } }", {}],
  mutation: [
    "mutation Create($rfc: String!) { createTaxpayer(input: { rfc: $rfc }) { created errors { code } } }",
    { rfc: RFC },
  ],
  job: ["subscription Job($id: ID!) { jobStatus(jobId: $id) { id state version } }", { id: JOB }],
  arrivals: [
    "subscription Arrivals($id: ID!, $after: String) { documentsArrived(taxpayerId: $id, after: $after) { cursor kind count } }",
    { id: TAXPAYER, after: CURSOR },
  ],
};
const ARRIVALS = 2;

const headers = { authorization: AUTHORIZATION };
const connectionParams = { authorization: AUTHORIZATION };

function socket() {
  const { createClient } = require("graphql-ws");
  return createClient({ url: SOCKET_URL, webSocketImpl: WebSocket, connectionParams, retryAttempts: 0 });
}

// Results of a client's `subscribe(observer) → leave`, up to a number of them or the end.
const taken = (subscribe, count = Infinity) =>
  new Promise((resolve, reject) => {
    const results = [];
    let leave = () => {};
    const next = (result) => {
      if (results.length < count) results.push(result.data);
      if (results.length < count) return;
      setImmediate(() => leave());
      resolve(results);
    };
    leave = subscribe({ next, error: reject, complete: () => resolve(results) });
  });

const iterated = async (client, [query, variables], count = Infinity) => {
  const results = [];
  for await (const result of client.iterate({ query, variables })) {
    if (result.errors) throw result.errors;
    results.push(result.data);
    if (results.length >= count) break;
  }
  return results;
};

async function all(run) {
  const [[query], [mutation], job] = [
    await run(OPERATIONS.query),
    await run(OPERATIONS.mutation),
    await run(OPERATIONS.job),
  ];
  return { query, mutation, job, arrivals: await run(OPERATIONS.arrivals, ARRIVALS) };
}

const clients = {
  async "graphql-ws"() {
    const client = socket();
    const seen = await all((operation, count) => iterated(client, operation, count));
    await client.dispose();
    return seen;
  },

  async "graphql-sse"() {
    const { createClient } = require("graphql-sse");
    const client = createClient({ url: `${GRAPHQL_URL}/stream`, headers, retryAttempts: 0 });
    const seen = await all((operation, count) => iterated(client, operation, count));
    client.dispose();
    return seen;
  },

  async urql() {
    const { Client, cacheExchange, fetchExchange, subscriptionExchange } = require("@urql/core");
    const ws = socket();
    const forwardSubscription = ({ query, variables }) => ({
      subscribe: (sink) => ({ unsubscribe: ws.subscribe({ query, variables }, sink) }),
    });
    const client = new Client({
      url: GRAPHQL_URL,
      exchanges: [cacheExchange, fetchExchange, subscriptionExchange({ forwardSubscription })],
      fetchOptions: { headers },
    });
    const checked = (result) => {
      if (result.error) throw result.error;
      return result.data;
    };
    const followed = ([query, variables], count) =>
      taken((observer) => {
        const { unsubscribe } = client.subscription(query, variables).subscribe((result) => {
          if (result.error) observer.error(result.error);
          else observer.next(result);
        });
        return unsubscribe;
      }, count);
    const seen = {
      query: checked(await client.query(...OPERATIONS.query).toPromise()),
      mutation: checked(await client.mutation(...OPERATIONS.mutation).toPromise()),
      job: await followed(OPERATIONS.job, 1),
      arrivals: await followed(OPERATIONS.arrivals, ARRIVALS),
    };
    await ws.dispose();
    return seen;
  },

  async "@apollo/client"() {
    const { ApolloClient, ApolloLink, HttpLink, InMemoryCache, gql } = require("@apollo/client");
    const { GraphQLWsLink } = require("@apollo/client/link/subscriptions");
    const ws = socket();
    const client = new ApolloClient({
      cache: new InMemoryCache(),
      link: ApolloLink.split(
        ({ operationType }) => operationType === "subscription",
        new GraphQLWsLink(ws),
        new HttpLink({ uri: GRAPHQL_URL, headers }),
      ),
    });
    const followed = ([query, variables], count) =>
      taken((observer) => {
        const subscription = client.subscribe({ query: gql(query), variables }).subscribe(observer);
        return () => subscription.unsubscribe();
      }, count);
    const [query, rest] = OPERATIONS.mutation;
    const seen = {
      query: (await client.query({ query: gql(OPERATIONS.query[0]) })).data,
      mutation: (await client.mutate({ mutation: gql(query), variables: rest })).data,
      job: await followed(OPERATIONS.job),
      arrivals: await followed(OPERATIONS.arrivals, ARRIVALS),
    };
    client.stop();
    await ws.dispose();
    return seen;
  },
};

async function main() {
  const seen = {};
  for (const [name, run] of Object.entries(clients)) seen[name] = await run();
  process.stdout.write(JSON.stringify(seen));
}

main().catch((error) => {
  process.stderr.write(`${error.stack ?? JSON.stringify(error)}\n`);
  process.exitCode = 1;
});
