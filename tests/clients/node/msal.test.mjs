// Microsoft's sign-in library (MSAL) signs in to the served tenant, and what it gets is what it makes of Entra's answers.
import assert from "node:assert/strict";
import { test } from "node:test";
import { AuthError, ConfidentialClientApplication, PublicClientApplication } from "@azure/msal-node";
import { origin, over } from "./served.mjs";

const told = JSON.parse(process.env.MGLICENSE_SERVED);
const host = new URL(origin).host;
const scopes = ["https://graph.microsoft.com/.default"];

const auth = (more) => ({
  auth: { clientId: told.clientId, authority: `${origin}/${told.tenantId}`, knownAuthorities: [host], ...more },
});

test("MSAL signs in an application by its secret, and keeps the token", async () => {
  const application = new ConfidentialClientApplication(auth({ clientSecret: told.clientSecret }));
  const first = await application.acquireTokenByClientCredential({ scopes });
  assert.equal(first.tokenType, "Bearer");
  assert.equal(first.fromCache, false);
  const left = first.expiresOn.getTime() - Date.now();
  assert.ok(left > 0 && left <= 90 * 60 * 1000, `a token's life is 60 to 90 minutes at most: ${left} ms`);
  const second = await application.acquireTokenByClientCredential({ scopes });
  assert.equal(second.fromCache, true);
  assert.equal(second.accessToken, first.accessToken);
  const users = await over(first.accessToken).api("/users").top(1).get();
  assert.equal(users.value.length, 1);
});

test("MSAL reads a wrong secret as Entra's error", async () => {
  const application = new ConfidentialClientApplication(auth({ clientSecret: "wrong" }));
  await assert.rejects(application.acquireTokenByClientCredential({ scopes }), (error) => {
    assert.ok(error instanceof AuthError, String(error));
    assert.equal(error.errorCode, "invalid_client");
    assert.match(error.errorMessage, /AADSTS7000215/);
    return true;
  });
});

test("MSAL signs in a person with a code, reads who it was, and renews without asking", async () => {
  const application = new PublicClientApplication(auth({ clientId: "14d82eec-204b-4c2f-b7e8-296a70dab67e" }));
  let shown;
  const result = await application.acquireTokenByDeviceCode({
    scopes: ["User.Read.All"],
    deviceCodeCallback: async (code) => {
      shown = code.message;
      const answer = await fetch(`${origin}/common/oauth2/deviceauth`, {
        method: "POST",
        body: new URLSearchParams({ user_code: code.userCode, action: "approve" }),
      });
      assert.equal(answer.ok, true, await answer.text());
    },
  });
  assert.match(shown, /deviceauth/);
  assert.equal(result.tenantId, told.tenantId);
  assert.ok(result.account?.username.includes("@"), JSON.stringify(result.account));
  assert.ok(result.scopes.includes("User.Read.All"), String(result.scopes));
  const renewed = await application.acquireTokenSilent({ account: result.account, scopes: ["User.Read.All"], forceRefresh: true });
  assert.notEqual(renewed.accessToken, result.accessToken);
  const users = await over(renewed.accessToken).api("/users").top(1).get();
  assert.equal(users.value.length, 1);
});
