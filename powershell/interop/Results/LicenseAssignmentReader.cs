using System;
using System.Collections.Generic;
using System.Text.Json;
using MgLicense.PowerShell;

namespace MgLicense;

/// <summary>
/// Makes rows of who has what. Products, sets of plans and groups come once and are shared by the rows that refer to
/// them by number.
/// </summary>
internal sealed class LicenseAssignmentReader
{
    private static readonly PlanSet NoPlans = new();

    private readonly List<LicenseProduct> products = [];
    private readonly List<PlanSet> plans = [];
    private readonly List<GroupName> groups = [];

    /// <summary>Takes in what rows will refer to.</summary>
    internal void Define(ReadOnlySpan<byte> json)
    {
        var definition = ResultReaders.Definition.Read(json);
        switch (definition.Define)
        {
            case "product":
                products.Add(new LicenseProduct
                {
                    SkuId = definition.SkuId,
                    SkuPartNumber = definition.SkuPartNumber,
                    ProductName = definition.ProductName,
                    InTenant = definition.InTenant,
                });
                break;
            case "plans":
                plans.Add(new PlanSet { On = definition.On, Off = definition.Off });
                break;
            case "group":
                groups.Add(new GroupName { Id = definition.GroupId, Name = definition.GroupName });
                break;
        }
    }

    /// <summary>Makes the rows of a page.</summary>
    internal IEnumerable<LicenseAssignment> Read(ReadOnlySpan<byte> page)
    {
        var rows = new List<LicenseAssignment>();
        Utf8JsonReader json = new(page);
        json.Read();
        while (json.Read() && json.TokenType == JsonTokenType.StartObject)
        {
            rows.Add(ReadRow(ref json));
        }

        return rows;
    }

    private LicenseAssignment ReadRow(ref Utf8JsonReader json)
    {
        var row = new LicenseAssignment();
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            var name = GraphJson.ReadWord(ref json);
            json.Read();
            switch (name)
            {
                case "userId":
                    row.UserId = json.GetString();
                    break;
                case "userPrincipalName":
                    row.UserPrincipalName = json.GetString();
                    break;
                case "displayName":
                    row.DisplayName = json.GetString();
                    break;
                case "userType":
                    row.UserType = GraphJson.ReadWord(ref json);
                    break;
                case "accountEnabled":
                    row.AccountEnabled = json.GetBoolean();
                    break;
                case "directory":
                    row.Directory = GraphJson.ReadWord(ref json);
                    break;
                case "usageLocation":
                    row.UsageLocation = GraphJson.ReadWord(ref json);
                    break;
                case "product":
                    var product = products[json.GetInt32()];
                    row.SkuId = product.SkuId;
                    row.SkuPartNumber = product.SkuPartNumber;
                    row.ProductName = product.ProductName;
                    row.InTenant = product.InTenant;
                    break;
                case "plans":
                    var set = plans[json.GetInt32()];
                    row.PlansOn = set.On;
                    row.PlansOff = set.Off;
                    break;
                case "source":
                    row.Source = GraphJson.ReadWord(ref json);
                    break;
                case "sources":
                    row.Sources = ReadSources(ref json);
                    break;
                case "state":
                    row.State = GraphJson.ReadWord(ref json);
                    break;
                case "error":
                    row.Error = GraphJson.ReadWord(ref json);
                    break;
                case "errorText":
                    row.ErrorText = GraphJson.ReadWord(ref json);
                    break;
                case "lastUpdated":
                    row.LastUpdated = GraphJson.ReadDateTime(ref json);
                    break;
                case "lastSignIn":
                    row.LastSignIn = json.ValueTextEquals("never"u8) || json.ValueTextEquals("unknown"u8)
                        ? GraphJson.ReadWord(ref json)
                        : GraphJson.ReadDateTime(ref json);
                    break;
                default:
                    json.Skip();
                    break;
            }
        }

        return row;
    }

    private LicenseSource[] ReadSources(ref Utf8JsonReader json)
    {
        var sources = new List<LicenseSource>(1);
        while (json.Read() && json.TokenType == JsonTokenType.StartObject)
        {
            var source = new LicenseSource();
            var set = NoPlans;
            while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
            {
                var name = GraphJson.ReadWord(ref json);
                json.Read();
                switch (name)
                {
                    case "group":
                        var group = groups[json.GetInt32()];
                        source.GroupId = group.Id;
                        source.GroupName = group.Name;
                        break;
                    case "state":
                        source.State = GraphJson.ReadWord(ref json);
                        break;
                    case "error":
                        source.Error = GraphJson.ReadWord(ref json);
                        break;
                    case "errorText":
                        source.ErrorText = GraphJson.ReadWord(ref json);
                        break;
                    case "lastUpdated":
                        source.LastUpdated = GraphJson.ReadDateTime(ref json);
                        break;
                    case "plans":
                        set = plans[json.GetInt32()];
                        break;
                    default:
                        json.Skip();
                        break;
                }
            }

            source.PlansOn = set.On;
            source.PlansOff = set.Off;
            sources.Add(source);
        }

        return sources.ToArray();
    }

    private sealed class PlanSet
    {
        internal LicensePlan[] On { get; init; } = [];

        internal LicensePlan[] Off { get; init; } = [];
    }

    private sealed class GroupName
    {
        internal string? Id { get; init; }

        internal string? Name { get; init; }
    }
}

/// <summary>Something that rows refer to, as it comes.</summary>
internal sealed class LicenseDefinition
{
    public string? Define { get; set; }

    public string? SkuId { get; set; }

    public string? SkuPartNumber { get; set; }

    public string? ProductName { get; set; }

    public bool? InTenant { get; set; }

    public LicensePlan[] On { get; set; } = [];

    public LicensePlan[] Off { get; set; } = [];

    public string? GroupId { get; set; }

    public string? GroupName { get; set; }
}
