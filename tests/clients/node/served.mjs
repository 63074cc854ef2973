// The served tenant of this run, and Microsoft's client signed in to it with a client secret.
import assert from "node:assert/strict";
import { Client, GraphError } from "@microsoft/microsoft-graph-client";

const told = JSON.parse(process.env.MGLICENSE_SERVED);
export const origin = told.uri.replace(/\/$/, "");
let domain;

async function token() {
  const answer = await fetch(`${origin}/${told.tenantId}/oauth2/v2.0/token`, {
    method: "POST",
    body: new URLSearchParams({
      grant_type: "client_credentials",
      client_id: told.clientId,
      client_secret: told.clientSecret,
      scope: "https://graph.microsoft.com/.default",
    }),
  });
  const body = await answer.json();
  assert.equal(answer.status, 200, JSON.stringify(body));
  assert.equal(body.token_type, "Bearer");
  return body.access_token;
}

// The client over a bearer token.
export function over(bearer) {
  return Client.init({
    baseUrl: origin,
    defaultVersion: "v1.0",
    customHosts: new Set([new URL(origin).hostname]),
    authProvider: (done) => done(null, bearer),
  });
}

export async function connect() {
  const graph = over(await token());
  domain = (await graph.api("/domains").get()).value.find((one) => one.isDefault).id;
  return { graph, origin };
}

export async function newUser(graph, name, more = { usageLocation: "GB" }) {
  return graph.api("/users").post({
    accountEnabled: true,
    displayName: `${name} Example`,
    mailNickname: name,
    userPrincipalName: `${name}@${domain}`,
    ...more,
    passwordProfile: { password: "xWwvJ]6NMw+bWH-d", forceChangePasswordNextSignIn: true },
  });
}

// What a refused call must look like to the client.
export const refusal = (status, code, says) => (error) => {
  assert.ok(error instanceof GraphError, String(error));
  assert.equal(error.statusCode, status);
  assert.equal(error.code, code);
  assert.match(error.message, says);
  assert.match(error.requestId, /^[0-9a-f-]{36}$/);
  return true;
};
