"use strict";
// The documented flow of Syncfy's JavaScript client; what it saw goes to standard output as one JSON object.
const { auth, run } = require("@paybook/sync-js");

const KEY = { api_key: process.env.SANDBOX_API_KEY };
const CIEC_SANDBOX = "5da784f1f9de2a06483abec1";
const ALL_IN_ONE = "61c12b8cde3c034b3c8b25b1";

const isTerminal = (code) => code >= 200 && code !== 410;

function watch(address, answer) {
  return new Promise((resolve, reject) => {
    const codes = [];
    const socket = new WebSocket(address);
    socket.onmessage = async (message) => {
      const status = JSON.parse(message.data);
      codes.push(status.code);
      if (status.code === 410) await answer(status);
      if (isTerminal(status.code)) socket.onclose = () => resolve(codes);
    };
    socket.onclose = () => reject(new Error(`closed after ${codes}`));
    socket.onerror = () => reject(new Error(`failed after ${codes}`));
  });
}

async function main() {
  const seen = {};
  const user = await run(KEY, "/users", { name: "ACME User", id_external: "ACM010101ABC" }, "POST");
  seen.updated = await run(KEY, `/users/${user.id_user}`, { name: "Renamed" }, "PUT");
  seen.users = await run(KEY, "/users", null, "GET");
  const session = await auth(KEY, { id_user: user.id_user });
  seen.verified = await run({}, `/sessions/${session.token}/verify`, null, "GET");

  const organizations = await run(session, "/catalogues/organizations/sites", null, "GET");
  const site = organizations[0].sites.find((one) => one.id_site === CIEC_SANDBOX);
  const [rfc, password] = site.credentials.map((field) => field.name);
  const login = (secret) => ({ id_site: site.id_site, credentials: { [rfc]: "ACM010101ABC", [password]: secret } });
  const pull = await run(session, "/credentials", login("test"), "POST");
  seen.codes = await watch(pull.ws);
  seen.history = await run(session, `/jobs/${pull.id_job}/status`, null, "GET");

  const answered = await run(session, "/credentials", login("twofa"), "POST");
  seen.twofa = await watch(answered.ws, (status) =>
    run(session, status.address.split("/v1")[1], { twofa: { [status.twofa[0].name]: "123456" } }, "POST"),
  );

  seen.credentials = await run(session, "/credentials", null, "GET");
  seen.accounts = await run(session, "/accounts", { id_credential: pull.id_credential }, "GET");
  const filter = { id_credential: pull.id_credential, has_attachment: 1 };
  seen.transactions = await run(session, "/transactions", filter, "GET");
  seen.attachment = await run(session, seen.transactions[0].attachments[0].url, null, "GET");

  const job = await run(session, "/jobs", { id_site: ALL_IN_ONE, input: { rfc: "ACM010101ABC", password: "test" } }, "POST");
  seen.allInOne = await watch(job.ws);
  seen.children = await run(session, "/credentials", null, "GET");

  const credential = `/credentials/${pull.id_credential}`;
  seen.deleted = [
    await run(session, credential, null, "DELETE"),
    await run({}, `/sessions/${session.token}`, null, "DELETE"),
    await run(KEY, `/users/${user.id_user}`, null, "DELETE"),
  ].map((envelope) => envelope.response);
  process.stdout.write(JSON.stringify(seen));
}

main().catch((error) => {
  process.stderr.write(`${error.stack}\n`);
  process.exitCode = 1;
});
