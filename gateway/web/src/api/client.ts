/** The GraphQL client: HTTP for queries and mutations, one graphql-transport-ws socket for all subscriptions. */
import { cacheExchange, Client, fetchExchange, subscriptionExchange } from "@urql/core";
import { createClient } from "graphql-ws";
import { session } from "../session";

/** `lost`: the socket broke while somebody listened, and is being opened again. */
export type Line = "idle" | "open" | "lost";

let line: Line = "idle";
const listeners = new Set<() => void>();

export const connection = {
  get line(): Line {
    return line;
  },
  subscribe(listener: () => void): () => void {
    listeners.add(listener);
    return () => listeners.delete(listener);
  },
};

function become(next: Line): void {
  if (next === line) return;
  line = next;
  for (const listener of listeners) listener();
}

const FORBIDDEN = 4403;
const NORMAL = 1000;

const socket = createClient({
  url: `${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/graphql`,
  connectionParams: () => ({ Authorization: session.authorization }),
  retryAttempts: Infinity,
  shouldRetry: () => true,
  // Soon at first, then every few seconds, and not all pages in the same moment.
  retryWait: async (retries) => {
    await new Promise((resolve) => setTimeout(resolve, Math.min(250 * 2 ** retries, 5_000) * (0.7 + Math.random() * 0.6)));
  },
  keepAlive: 15_000,
  lazyCloseTimeout: 3_000,
  on: {
    connected: () => become("open"),
    closed: (event) => {
      const { code } = event as { code?: number };
      if (code === FORBIDDEN) void session.renew();
      become(code === NORMAL ? "idle" : "lost");
    },
  },
});

/** With the token of now; one that has run out is renewed, and the request sent once more. */
async function authorized(input: RequestInfo | URL, init?: RequestInit): Promise<Response> {
  const send = () => {
    const headers = new Headers(init?.headers);
    headers.set("Authorization", session.authorization);
    return fetch(input, { ...init, headers });
  };
  const response = await send();
  return response.status === 401 && (await session.renew()) ? send() : response;
}

export const client = new Client({
  url: "/graphql",
  fetch: authorized,
  preferGetMethod: false,
  requestPolicy: "cache-and-network",
  exchanges: [
    cacheExchange,
    fetchExchange,
    subscriptionExchange({
      forwardSubscription: (request) => ({
        subscribe: (sink) => ({ unsubscribe: socket.subscribe({ ...request, query: request.query ?? "" }, sink) }),
      }),
    }),
  ],
});
