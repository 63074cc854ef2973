// The licensing workflow, as an application written with Microsoft's JavaScript client does it.
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { test } from "node:test";
import { BatchRequestContent, BatchResponseContent, PageIterator } from "@microsoft/microsoft-graph-client";
import { connect, newUser, over, refusal } from "./served.mjs";

const { graph, origin } = await connect();

async function available() {
  const { value } = await graph.api("/subscribedSkus").get();
  return value.find(
    (sku) =>
      sku.appliesTo === "User" && sku.capabilityStatus === "Enabled" && sku.servicePlans.length > 1 && sku.prepaidUnits.enabled - sku.consumedUnits >= 4,
  );
}

test("pages through everybody once", async () => {
  const first = await graph.api("/users").top(7).select("id,userPrincipalName").count(true).header("ConsistencyLevel", "eventual").get();
  assert.equal(first.value.length, 7);
  assert.ok(first["@odata.count"] >= 195, "the sample company has 195 people");
  const seen = new Set();
  const pages = new PageIterator(graph, first, (user) => {
    assert.ok(!seen.has(user.id), `${user.id} came twice`);
    seen.add(user.id);
    return true;
  });
  await pages.iterate();
  assert.ok(seen.size >= first["@odata.count"]);
});

test("filters as scripts do", async () => {
  const sku = await available();
  const user = await newUser(graph, "js.filter");
  await graph.api(`/users/${user.id}/assignLicense`).post({ addLicenses: [{ skuId: sku.skuId, disabledPlans: [] }], removeLicenses: [] });
  const byName = await graph.api("/users").filter(`userPrincipalName eq '${user.userPrincipalName}'`).get();
  assert.deepEqual(byName.value.map((one) => one.id), [user.id]);
  const holders = await graph.api("/users").filter(`assignedLicenses/any(x:x/skuId eq ${sku.skuId})`).top(999).select("id").get();
  assert.ok(holders.value.some((one) => one.id === user.id));
  const bare = await graph.api("/users").filter("assignedLicenses/$count eq 0").count(true).header("ConsistencyLevel", "eventual").top(999).select("id").get();
  assert.ok(bare.value.length > 0 && !bare.value.some((one) => one.id === user.id));
});

test("creates, is refused without a location, locates, licenses and reads back", async () => {
  const sku = await available();
  const off = sku.servicePlans[0].servicePlanId;
  const user = await newUser(graph, "js.create", {});
  const change = { addLicenses: [{ skuId: sku.skuId, disabledPlans: [off] }], removeLicenses: [] };
  await assert.rejects(graph.api(`/users/${user.id}/assignLicense`).post(change), refusal(400, "Request_BadRequest", /usage location/));
  await graph.api(`/users/${user.id}`).patch({ usageLocation: "GB" });
  const changed = await graph.api(`/users/${user.userPrincipalName}/assignLicense`).post(change);
  assert.equal(changed.id, user.id);
  const read = await graph.api(`/users/${user.id}`).select("usageLocation,assignedLicenses,licenseAssignmentStates").get();
  assert.equal(read.usageLocation, "GB");
  assert.deepEqual(read.assignedLicenses, [{ disabledPlans: [off], skuId: sku.skuId }]);
  assert.equal(read.licenseAssignmentStates.length, 1);
  assert.equal(read.licenseAssignmentStates[0].state, "Active");
  assert.equal(read.licenseAssignmentStates[0].assignedByGroup, null);
  const details = await graph.api(`/users/${user.id}/licenseDetails`).get();
  assert.equal(details.value[0].servicePlans.find((plan) => plan.servicePlanId === off).provisioningStatus, "Disabled");
  const after = await graph.api(`/subscribedSkus/${sku.id}`).get();
  assert.equal(after.consumedUnits, sku.consumedUnits + 1);
});

test("batches with its own batch content", async () => {
  const sku = await available();
  const user = await newUser(graph, "js.batch");
  const json = { "Content-Type": "application/json" };
  const content = new BatchRequestContent([
    { id: "1", request: new Request(`${origin}/v1.0/subscribedSkus`, { method: "GET" }) },
    {
      id: "2",
      request: new Request(`${origin}/users/${user.id}/assignLicense`, {
        method: "POST",
        headers: json,
        body: JSON.stringify({ addLicenses: [{ skuId: sku.skuId, disabledPlans: [] }], removeLicenses: [] }),
      }),
    },
    { id: "3", request: new Request(`${origin}/users/${randomUUID()}`, { method: "GET" }) },
  ]);
  const body = await content.getContent();
  // The client cuts the host off an address, and knows Graph's own versions only there.
  for (const request of body.requests) {
    request.url = request.url.replace(/^\/v1\.0/, "");
  }
  const answers = new BatchResponseContent(await graph.api("/$batch").post(body));
  assert.equal(answers.getResponseById("1").status, 200);
  assert.ok((await answers.getResponseById("1").json()).value.length > 0);
  assert.equal(answers.getResponseById("2").status, 200);
  assert.equal(answers.getResponseById("3").status, 404);
  assert.equal((await answers.getResponseById("3").json()).error.code, "Request_ResourceNotFound");
  const read = await graph.api(`/users/${user.id}`).select("assignedLicenses").get();
  assert.deepEqual(read.assignedLicenses.map((one) => one.skuId), [sku.skuId]);
});

test("updates, deletes, and is told what is gone", async () => {
  const user = await newUser(graph, "js.update");
  await graph.api(`/users/${user.id}`).patch({ department: "Sales", accountEnabled: false });
  const read = await graph.api(`/users/${user.id}`).select("department,accountEnabled").get();
  assert.deepEqual([read.department, read.accountEnabled], ["Sales", false]);
  await graph.api(`/users/${user.id}`).delete();
  await assert.rejects(graph.api(`/users/${user.id}`).get(), refusal(404, "Request_ResourceNotFound", /does not exist/));
});

test("errors are the client's own", async () => {
  const user = await newUser(graph, "js.errors");
  await assert.rejects(
    graph.api(`/users/${user.id}/assignLicense`).post({ addLicenses: [], removeLicenses: [randomUUID()] }),
    refusal(400, "Request_BadRequest", /./),
  );
  await assert.rejects(graph.api("/users").filter("endsWith(mail,'x')").get(), refusal(400, "Request_UnsupportedQuery", /endsWith/));
  const stranger = over("not-a-token");
  await assert.rejects(stranger.api("/users").get(), refusal(401, "InvalidAuthenticationToken", /./));
});
