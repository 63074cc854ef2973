// Licences through a group, as an application written with Microsoft's JavaScript client gives them.
import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { connect, newUser, refusal } from "./served.mjs";

const { graph, origin } = await connect();

const newGroup = (name) => graph.api("/groups").post({ displayName: name, mailNickname: name, mailEnabled: false, securityEnabled: true });
const reference = (id) => ({ "@odata.id": `${origin}/v1.0/directoryObjects/${id}` });
const states = async (user) => (await graph.api(`/users/${user.id}`).select("licenseAssignmentStates,assignedLicenses").get()).licenseAssignmentStates;

async function processed(group) {
  for (let attempt = 0; attempt < 50; attempt++) {
    const read = await graph.api(`/groups/${group.id}`).select("id,licenseProcessingState,assignedLicenses").get();
    if (read.licenseProcessingState?.state === "ProcessingComplete") {
      return read;
    }
    await pause(100);
  }
  assert.fail(`${group.displayName} is still being processed`);
}

test("members get a group's licence and lose it when they leave", async () => {
  const { value: skus } = await graph.api("/subscribedSkus").get();
  const sku = skus.find((one) => one.appliesTo === "User" && one.capabilityStatus === "Enabled" && one.prepaidUnits.enabled - one.consumedUnits >= 4);
  const group = await newGroup("js-licensed");
  const user = await newUser(graph, "js.member");
  await graph.api(`/groups/${group.id}/members/$ref`).post(reference(user.id));
  const answered = await graph.api(`/groups/${group.id}/assignLicense`).post({ addLicenses: [{ skuId: sku.skuId, disabledPlans: [] }], removeLicenses: [] });
  assert.equal(answered.id, group.id);
  const read = await processed(group);
  assert.deepEqual(read.assignedLicenses, [{ disabledPlans: [], skuId: sku.skuId }]);
  const [state] = await states(user);
  assert.deepEqual([state.skuId, state.assignedByGroup, state.state, state.error], [sku.skuId, group.id, "Active", "None"]);
  await assert.rejects(graph.api(`/groups/${group.id}`).delete(), refusal(400, "Request_BadRequest", /./));
  await graph.api(`/groups/${group.id}/members/${user.id}/$ref`).delete();
  await processed(group);
  assert.deepEqual(await states(user), []);
  await graph.api(`/groups/${group.id}/assignLicense`).post({ addLicenses: [], removeLicenses: [sku.skuId] });
  await processed(group);
  await graph.api(`/groups/${group.id}`).delete();
});

test("members are bound in one call, all or none", async () => {
  const group = await newGroup("js-bound");
  const first = await newUser(graph, "js.bound1");
  const second = await newUser(graph, "js.bound2");
  const bind = (ids) => graph.api(`/groups/${group.id}`).patch({ "members@odata.bind": ids.map((id) => reference(id)["@odata.id"]) });
  await assert.rejects(bind([first.id, "00000000-0000-0000-0000-00000000000a"]), refusal(404, "Request_ResourceNotFound", /./));
  assert.equal((await graph.api(`/groups/${group.id}/members`).get()).value.length, 0);
  await bind([first.id, second.id]);
  const members = (await graph.api(`/groups/${group.id}/members`).get()).value;
  assert.deepEqual(members.map((one) => one.id).sort(), [first.id, second.id].sort());
  assert.ok(members.every((one) => one["@odata.type"] === "#microsoft.graph.user"));
});
