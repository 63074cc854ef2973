using Microsoft.Graph;
using Microsoft.Graph.Models;
using Microsoft.Graph.Models.ODataErrors;
using Microsoft.Graph.Users.Item.AssignLicense;
using Microsoft.Kiota.Abstractions;

namespace MgLicense.GraphClients;

/// <summary>The licensing workflow, as an application written with Microsoft's client does it.</summary>
[Collection(TenantCollection.Name)]
public sealed class Workflow(ServedTenant tenant)
{
    private GraphServiceClient Graph => tenant.Graph;

    /// <summary>A cloud account of our own, so that no test stands in another's way.</summary>
    private async Task<User> NewUser(string name, string? location = "GB")
    {
        User user = new()
        {
            AccountEnabled = true,
            DisplayName = $"{name} Example",
            MailNickname = name,
            UserPrincipalName = $"{name}@{tenant.DefaultDomain}",
            PasswordProfile = new PasswordProfile { Password = "xWwvJ]6NMw+bWH-d", ForceChangePasswordNextSignIn = true },
        };
        // The client sends a property as null when null was assigned to it, and Graph takes no null for a location.
        if (location is not null)
        {
            user.UsageLocation = location;
        }

        return (await Graph.Users.PostAsync(user))!;
    }

    /// <summary>A product for people that has seats to give and at least two plans.</summary>
    private async Task<SubscribedSku> Available()
    {
        SubscribedSkuCollectionResponse? skus = await Graph.SubscribedSkus.GetAsync();
        return skus!.Value!.First(sku => sku.AppliesTo == "User" && sku.CapabilityStatus == "Enabled" && sku.ServicePlans!.Count > 1
            && sku.PrepaidUnits!.Enabled - sku.ConsumedUnits >= 4);
    }

    private Task<User?> Assign(string user, IEnumerable<AssignedLicense> add, IEnumerable<Guid?> remove) =>
        Graph.Users[user].AssignLicense.PostAsync(new AssignLicensePostRequestBody { AddLicenses = [.. add], RemoveLicenses = [.. remove] });

    [Fact]
    public async Task ListsProductsIntoItsOwnTypes()
    {
        SubscribedSkuCollectionResponse? skus = await Graph.SubscribedSkus.GetAsync();
        Assert.NotEmpty(skus!.Value!);
        Assert.All(skus.Value!, sku =>
        {
            Assert.Equal($"{tenant.TenantId}_{sku.SkuId}", sku.Id);
            Assert.NotNull(sku.PrepaidUnits!.Enabled);
            Assert.NotNull(sku.ConsumedUnits);
            Assert.NotEmpty(sku.ServicePlans!);
            Assert.All(sku.ServicePlans!, plan => Assert.NotNull(plan.ServicePlanId));
        });
        SubscribedSku? one = await Graph.SubscribedSkus[skus.Value![0].Id].GetAsync();
        Assert.Equal(skus.Value[0].SkuPartNumber, one!.SkuPartNumber);
    }

    [Fact]
    public async Task PagesThroughEverybodyOnce()
    {
        UserCollectionResponse? first = await Graph.Users.GetAsync(request =>
        {
            request.QueryParameters.Top = 7;
            request.QueryParameters.Count = true;
            request.QueryParameters.Select = ["id", "userPrincipalName", "licenseAssignmentStates"];
            request.Headers.Add("ConsistencyLevel", "eventual");
        });
        Assert.Equal(7, first!.Value!.Count);
        HashSet<string> seen = [];
        PageIterator<User, UserCollectionResponse> pages = PageIterator<User, UserCollectionResponse>.CreatePageIterator(
            Graph, first, user =>
            {
                Assert.True(seen.Add(user.Id!), $"{user.Id} came twice");
                return true;
            }, request =>
            {
                request.Headers.Add("ConsistencyLevel", "eventual");
                return request;
            });
        await pages.IterateAsync();
        Assert.True(first.OdataCount >= 195, $"the sample company has 195 people, the count says {first.OdataCount}");
        Assert.True(seen.Count >= first.OdataCount);
    }

    [Fact]
    public async Task FiltersAsScriptsDo()
    {
        SubscribedSku sku = await Available();
        User user = await NewUser("dotnet.filter");
        await Assign(user.Id!, [new AssignedLicense { SkuId = sku.SkuId }], []);

        async Task<List<User>> Where(string filter, bool advanced = false) => (await Graph.Users.GetAsync(request =>
        {
            request.QueryParameters.Filter = filter;
            request.QueryParameters.Top = 999;
            request.QueryParameters.Select = ["id", "usageLocation", "assignedLicenses", "userPrincipalName"];
            if (advanced)
            {
                request.QueryParameters.Count = true;
                request.Headers.Add("ConsistencyLevel", "eventual");
            }
        }))!.Value!;

        Assert.Equal(user.Id, Assert.Single(await Where($"userPrincipalName eq '{user.UserPrincipalName}'")).Id);
        Assert.Contains(await Where($"assignedLicenses/any(x:x/skuId eq {sku.SkuId})"), found => found.Id == user.Id);
        Assert.DoesNotContain(await Where("assignedLicenses/$count eq 0", advanced: true), found => found.Id == user.Id);
        Assert.Equal(user.Id, Assert.Single(await Where("startsWith(userPrincipalName,'dotnet.filter')")).Id);
    }

    [Fact]
    public async Task CreatesLocatesLicensesAndReadsBack()
    {
        SubscribedSku sku = await Available();
        Guid? off = sku.ServicePlans![0].ServicePlanId;
        User user = await NewUser("dotnet.create", location: null);

        ODataError missing = await Assert.ThrowsAsync<ODataError>(() => Assign(user.Id!, [new AssignedLicense { SkuId = sku.SkuId }], []));
        Assert.Equal(400, missing.ResponseStatusCode);
        Assert.Equal("Request_BadRequest", missing.Error!.Code);
        Assert.Contains("usage location", missing.Error.Message);

        await Graph.Users[user.Id].PatchAsync(new User { UsageLocation = "GB" });
        int before = (await Available()).ConsumedUnits!.Value;
        User? changed = await Assign(user.UserPrincipalName!, [new AssignedLicense { SkuId = sku.SkuId, DisabledPlans = [off] }], []);
        Assert.Equal(user.Id, changed!.Id);

        User? read = await Graph.Users[user.Id].GetAsync(request => request.QueryParameters.Select =
            ["id", "usageLocation", "assignedLicenses", "licenseAssignmentStates", "assignedPlans", "provisionedPlans"]);
        Assert.Equal("GB", read!.UsageLocation);
        AssignedLicense license = Assert.Single(read.AssignedLicenses!);
        Assert.Equal(sku.SkuId, license.SkuId);
        Assert.Equal([off], license.DisabledPlans);
        LicenseAssignmentState state = Assert.Single(read.LicenseAssignmentStates!);
        Assert.Equal(("Active", "None"), (state.State, state.Error));
        Assert.Null(state.AssignedByGroup);
        Assert.NotNull(state.LastUpdatedDateTime);
        Assert.DoesNotContain(read.AssignedPlans!, plan => plan.ServicePlanId == off && plan.CapabilityStatus == "Enabled");

        LicenseDetailsCollectionResponse? details = await Graph.Users[user.Id].LicenseDetails.GetAsync();
        LicenseDetails detail = Assert.Single(details!.Value!);
        Assert.Equal(sku.SkuPartNumber, detail.SkuPartNumber);
        Assert.Equal("Disabled", detail.ServicePlans!.Single(plan => plan.ServicePlanId == off).ProvisioningStatus);

        SubscribedSku? after = await Graph.SubscribedSkus[sku.Id].GetAsync();
        Assert.Equal(before + 1, after!.ConsumedUnits);
        await Assign(user.Id!, [], [sku.SkuId]);
        after = await Graph.SubscribedSkus[sku.Id].GetAsync();
        Assert.Equal(before, after!.ConsumedUnits);
    }

    [Fact]
    public async Task SwapsInOneCallAndUpdatesAPerson()
    {
        SubscribedSkuCollectionResponse? skus = await Graph.SubscribedSkus.GetAsync();
        // Two products without a plan in common can't exclude each other.
        List<SubscribedSku> open = [.. skus!.Value!.Where(sku => sku.AppliesTo == "User" && sku.CapabilityStatus == "Enabled"
            && sku.PrepaidUnits!.Enabled - sku.ConsumedUnits >= 4)];
        SubscribedSku from = open[0];
        SubscribedSku to = open[1];
        User user = await NewUser("dotnet.swap");
        await Assign(user.Id!, [new AssignedLicense { SkuId = from.SkuId }], []);
        await Assign(user.Id!, [new AssignedLicense { SkuId = to.SkuId }], [from.SkuId]);
        await Graph.Users[user.Id].PatchAsync(new User { Department = "Sales", AccountEnabled = false });
        User? read = await Graph.Users[user.Id].GetAsync(request => request.QueryParameters.Select = ["assignedLicenses", "department", "accountEnabled"]);
        Assert.Equal(to.SkuId, Assert.Single(read!.AssignedLicenses!).SkuId);
        Assert.Equal(("Sales", false), (read.Department, read.AccountEnabled));
        await Graph.Users[user.Id].DeleteAsync();
        ODataError gone = await Assert.ThrowsAsync<ODataError>(() => Graph.Users[user.Id].GetAsync());
        Assert.Equal((404, "Request_ResourceNotFound"), (gone.ResponseStatusCode, gone.Error!.Code));
    }

    [Fact]
    public async Task BatchesWithItsOwnBatchContent()
    {
        SubscribedSku sku = await Available();
        User user = await NewUser("dotnet.batch");
        BatchRequestContentCollection batch = new(Graph);
        string skus = await batch.AddBatchRequestStepAsync(Graph.SubscribedSkus.ToGetRequestInformation());
        string assign = await batch.AddBatchRequestStepAsync(Graph.Users[user.Id].AssignLicense.ToPostRequestInformation(
            new AssignLicensePostRequestBody { AddLicenses = [new AssignedLicense { SkuId = sku.SkuId }], RemoveLicenses = [] }));
        string nobody = await batch.AddBatchRequestStepAsync(Graph.Users[Guid.NewGuid().ToString()].ToGetRequestInformation());
        var answers = await Graph.Batch.PostAsync(batch);
        Assert.NotEmpty((await answers.GetResponseByIdAsync<SubscribedSkuCollectionResponse>(skus)).Value!);
        Assert.Equal(user.Id, (await answers.GetResponseByIdAsync<User>(assign)).Id);
        var codes = await answers.GetResponsesStatusCodesAsync();
        Assert.Equal(System.Net.HttpStatusCode.NotFound, codes[nobody]);
        User? read = await Graph.Users[user.Id].GetAsync(request => request.QueryParameters.Select = ["assignedLicenses"]);
        Assert.Equal(sku.SkuId, Assert.Single(read!.AssignedLicenses!).SkuId);
    }

    [Fact]
    public async Task ErrorsAreTheClientsOwn()
    {
        User user = await NewUser("dotnet.errors");
        ODataError notHeld = await Assert.ThrowsAsync<ODataError>(() => Assign(user.Id!, [], [Guid.NewGuid()]));
        Assert.Equal(400, notHeld.ResponseStatusCode);
        Assert.Equal("Request_BadRequest", notHeld.Error!.Code);
        Assert.NotNull(notHeld.Error.InnerError!.RequestId);
        Assert.NotNull(notHeld.Error.InnerError.ClientRequestId);
        ODataError filter = await Assert.ThrowsAsync<ODataError>(() => Graph.Users.GetAsync(request => request.QueryParameters.Filter = "endsWith(mail,'x')"));
        Assert.Equal((400, "Request_UnsupportedQuery"), (filter.ResponseStatusCode, filter.Error!.Code));
        using HttpRequestMessage unsigned = new(HttpMethod.Get, "users") { Headers = { Authorization = new("Bearer", "not-a-token") } };
        using HttpResponseMessage refused = await tenant.Http.SendAsync(unsigned);
        Assert.Equal(System.Net.HttpStatusCode.Unauthorized, refused.StatusCode);
        Assert.Contains("Bearer", refused.Headers.WwwAuthenticate.ToString());
    }

    [Fact]
    public async Task ReadsTheOrganisationAndItsSubscriptions()
    {
        Organization organization = Assert.Single((await Graph.Organization.GetAsync())!.Value!);
        Assert.Equal(tenant.TenantId, organization.Id);
        Assert.Contains(organization.VerifiedDomains!, domain => domain.IsDefault == true && domain.Name == tenant.DefaultDomain);
        var subscriptions = await Graph.Directory.Subscriptions.GetAsync();
        Assert.NotEmpty(subscriptions!.Value!);
        Assert.All(subscriptions.Value!, subscription => Assert.NotNull(subscription.TotalLicenses));
    }
}
