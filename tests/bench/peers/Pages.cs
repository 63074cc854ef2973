using System;
using System.Net.Http;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Threading.Tasks;

namespace MgLicense.Bench.Peers;

/// <summary>
/// The bare read of a collection of users: HttpClient, and System.Text.Json with code made at compile time, into objects
/// that are counted and dropped. No library, nothing done with what comes.
/// </summary>
internal static partial class Pages
{
    internal static async Task<int> Read(string address, string? certificate, string token, string first)
    {
        using var client = new HttpClient(Client.Handler(certificate));
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        var count = 0;
        for (var next = address + first; next is not null;)
        {
            using var answer = await client.GetAsync(next, HttpCompletionOption.ResponseHeadersRead);
            answer.EnsureSuccessStatusCode();
            await using var body = await answer.Content.ReadAsStreamAsync();
            var page = await JsonSerializer.DeserializeAsync(body, Json.Default.Page) ?? throw new InvalidOperationException("no page came back");
            count += page.Value.Length;
            next = page.NextLink;
        }

        return count;
    }

    internal sealed record Page(
        [property: JsonPropertyName("value")] User[] Value,
        [property: JsonPropertyName("@odata.nextLink")] string? NextLink);

    internal sealed record User(
        string Id,
        string? UserPrincipalName,
        string? DisplayName,
        string? UserType,
        bool? AccountEnabled,
        string? UsageLocation,
        bool? OnPremisesSyncEnabled,
        State[]? LicenseAssignmentStates);

    internal sealed record State(
        Guid SkuId,
        Guid[]? DisabledPlans,
        Guid? AssignedByGroup,
        [property: JsonPropertyName("state")] string? Value,
        string? Error,
        DateTimeOffset? LastUpdatedDateTime);

    [JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
    [JsonSerializable(typeof(Page))]
    private sealed partial class Json : JsonSerializerContext;
}
