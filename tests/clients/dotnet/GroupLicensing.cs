using Microsoft.Graph;
using Microsoft.Graph.Groups.Item.AssignLicense;
using Microsoft.Graph.Models;
using Microsoft.Graph.Models.ODataErrors;

namespace MgLicense.GraphClients;

/// <summary>Licences through a group, as an application written with Microsoft's client gives them.</summary>
[Collection(TenantCollection.Name)]
public sealed class GroupLicensing(ServedTenant tenant)
{
    private GraphServiceClient Graph => tenant.Graph;

    private async Task<Group> NewGroup(string name) => (await Graph.Groups.PostAsync(new Group
    {
        DisplayName = name,
        MailEnabled = false,
        MailNickname = name,
        SecurityEnabled = true,
    }))!;

    private async Task<User> NewUser(string name) => (await Graph.Users.PostAsync(new User
    {
        AccountEnabled = true,
        DisplayName = name,
        MailNickname = name,
        UserPrincipalName = $"{name}@{tenant.DefaultDomain}",
        UsageLocation = "GB",
        PasswordProfile = new PasswordProfile { Password = "xWwvJ]6NMw+bWH-d" },
    }))!;

    private Task AddMember(Group group, User user) =>
        Graph.Groups[group.Id].Members.Ref.PostAsync(new ReferenceCreate { OdataId = $"{tenant.Uri}/v1.0/directoryObjects/{user.Id}" });

    private async Task<Group> Processed(Group group)
    {
        for (int attempt = 0; attempt < 50; attempt++)
        {
            Group? read = await Graph.Groups[group.Id].GetAsync(request => request.QueryParameters.Select = ["id", "assignedLicenses", "licenseProcessingState"]);
            if (read!.LicenseProcessingState?.State == "ProcessingComplete")
            {
                return read;
            }

            await Task.Delay(100);
        }

        throw new TimeoutException($"{group.DisplayName} is still being processed");
    }

    private async Task<User> Licences(User user) => (await Graph.Users[user.Id].GetAsync(request =>
        request.QueryParameters.Select = ["id", "assignedLicenses", "licenseAssignmentStates"]))!;

    private async Task<SubscribedSku> Available() => (await Graph.SubscribedSkus.GetAsync())!.Value!.First(sku =>
        sku.AppliesTo == "User" && sku.CapabilityStatus == "Enabled" && sku.ServicePlans!.Count > 1 && sku.PrepaidUnits!.Enabled - sku.ConsumedUnits >= 4);

    [Fact]
    public async Task MembersGetTheLicenceAndLoseItWhenTheyLeave()
    {
        SubscribedSku sku = await Available();
        Guid? off = sku.ServicePlans![0].ServicePlanId;
        Group group = await NewGroup("dotnet-licensed");
        User first = await NewUser("dotnet.member1");
        User second = await NewUser("dotnet.member2");
        await AddMember(group, first);

        Group? answered = await Graph.Groups[group.Id].AssignLicense.PostAsync(new AssignLicensePostRequestBody
        {
            AddLicenses = [new AssignedLicense { SkuId = sku.SkuId, DisabledPlans = [off] }],
            RemoveLicenses = [],
        });
        Assert.Equal(group.Id, answered!.Id);
        Group read = await Processed(group);
        Assert.Equal((sku.SkuId, off), (Assert.Single(read.AssignedLicenses!).SkuId, Assert.Single(read.AssignedLicenses![0].DisabledPlans!)));

        await AddMember(group, second);
        await Processed(group);
        foreach (User member in new[] { first, second })
        {
            LicenseAssignmentState state = Assert.Single((await Licences(member)).LicenseAssignmentStates!);
            Assert.Equal((sku.SkuId, group.Id, "Active", "None"), (state.SkuId, state.AssignedByGroup, state.State, state.Error));
            Assert.Equal([off], state.DisabledPlans);
        }

        Assert.Equal(sku.ConsumedUnits + 2, (await Graph.SubscribedSkus[sku.Id].GetAsync())!.ConsumedUnits);
        ODataError inherited = await Assert.ThrowsAsync<ODataError>(() => Graph.Users[first.Id].AssignLicense.PostAsync(
            new Microsoft.Graph.Users.Item.AssignLicense.AssignLicensePostRequestBody { AddLicenses = [], RemoveLicenses = [sku.SkuId] }));
        Assert.Contains("group", inherited.Error!.Message, StringComparison.OrdinalIgnoreCase);

        await Graph.Groups[group.Id].Members[first.Id].Ref.DeleteAsync();
        await Processed(group);
        Assert.Empty((await Licences(first)).AssignedLicenses!);
        ODataError licensed = await Assert.ThrowsAsync<ODataError>(() => Graph.Groups[group.Id].DeleteAsync());
        Assert.Equal(400, licensed.ResponseStatusCode);

        await Graph.Groups[group.Id].AssignLicense.PostAsync(new AssignLicensePostRequestBody { AddLicenses = [], RemoveLicenses = [sku.SkuId] });
        await Processed(group);
        Assert.Empty((await Licences(second)).AssignedLicenses!);
        Assert.Equal(sku.ConsumedUnits, (await Graph.SubscribedSkus[sku.Id].GetAsync())!.ConsumedUnits);
        await Graph.Groups[group.Id].DeleteAsync();
    }

    [Fact]
    public async Task MembershipIsReadAndBoundInOneCall()
    {
        Group group = await NewGroup("dotnet-bound");
        User first = await NewUser("dotnet.bound1");
        User second = await NewUser("dotnet.bound2");
        await Graph.Groups[group.Id].PatchAsync(new Group
        {
            AdditionalData = new Dictionary<string, object>
            {
                ["members@odata.bind"] = new List<string> { $"{tenant.Uri}/v1.0/directoryObjects/{first.Id}", $"{tenant.Uri}/v1.0/directoryObjects/{second.Id}" },
            },
        });
        DirectoryObjectCollectionResponse? members = await Graph.Groups[group.Id].Members.GetAsync();
        Assert.Equal(new[] { first.Id, second.Id }.Order(), members!.Value!.Select(member => Assert.IsType<User>(member).Id).Order());
        ODataError twice = await Assert.ThrowsAsync<ODataError>(() => AddMember(group, first));
        Assert.Equal((400, "Request_BadRequest"), (twice.ResponseStatusCode, twice.Error!.Code));
        Assert.Contains("already exist", twice.Error.Message);
        var groups = await Graph.Users[first.Id].MemberOf.GetAsync();
        Assert.Equal(group.Id, Assert.IsType<Group>(Assert.Single(groups!.Value!)).Id);
    }

    [Fact]
    public async Task WhoWaitsForASeatIsListed()
    {
        SubscribedSku scarce = (await Graph.SubscribedSkus.GetAsync())!.Value!
            .Where(sku => sku.AppliesTo == "User" && sku.CapabilityStatus == "Enabled" && sku.PrepaidUnits!.Warning == 0)
            .MinBy(Free)!;
        int members = Free(scarce) + 2;
        Group group = await NewGroup("dotnet-short");
        for (int number = 0; number < members; number++)
        {
            await AddMember(group, await NewUser($"dotnet.waiting{number}"));
        }

        await Graph.Groups[group.Id].AssignLicense.PostAsync(new AssignLicensePostRequestBody
        {
            AddLicenses = [new AssignedLicense { SkuId = scarce.SkuId, DisabledPlans = [] }],
            RemoveLicenses = [],
        });
        await Processed(group);
        var errors = await Graph.Groups[group.Id].MembersWithLicenseErrors.GetAsync();
        Assert.Equal(2, errors!.Value!.Count);
        foreach (DirectoryObject waiting in errors.Value!)
        {
            LicenseAssignmentState state = Assert.Single((await Licences(Assert.IsType<User>(waiting))).LicenseAssignmentStates!);
            Assert.Equal(("Error", "CountViolation", group.Id), (state.State, state.Error, state.AssignedByGroup));
        }

        Assert.Equal(0, Free((await Graph.SubscribedSkus[scarce.Id].GetAsync())!));
        GroupCollectionResponse? groups = await Graph.Groups.GetAsync(request => request.QueryParameters.Filter = "hasMembersWithLicenseErrors eq true");
        Assert.Contains(groups!.Value!, found => found.Id == group.Id);
    }

    private static int Free(SubscribedSku sku) => sku.PrepaidUnits!.Enabled!.Value - sku.ConsumedUnits!.Value;
}
