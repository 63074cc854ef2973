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
        while (ReadName(ref json) is { } name)
        {
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
                case "source":
                    row.Source = GraphJson.ReadWord(ref json);
                    break;
                case "sources":
                    row.Sources = ReadSources(ref json);
                    break;
                case "lastSignIn":
                    row.LastSignIn = json.ValueTextEquals("never"u8) || json.ValueTextEquals("unknown"u8)
                        ? GraphJson.ReadWord(ref json)
                        : GraphJson.ReadDateTime(ref json);
                    break;
                default:
                    ReadStanding(ref json, name, row);
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
            while (ReadName(ref json) is { } name)
            {
                if (name == "group")
                {
                    var group = groups[json.GetInt32()];
                    source.GroupId = group.Id;
                    source.GroupName = group.Name;
                }
                else
                {
                    ReadStanding(ref json, name, source);
                }
            }

            sources.Add(source);
        }

        return sources.ToArray();
    }

    /// <summary>The next name of an object, with the reader on its value; nothing at the object's end.</summary>
    private static string? ReadName(ref Utf8JsonReader json)
    {
        if (!json.Read() || json.TokenType != JsonTokenType.PropertyName)
        {
            return null;
        }

        var name = GraphJson.ReadWord(ref json);
        json.Read();
        return name;
    }

    /// <summary>What a row and each of its sources say alike.</summary>
    private void ReadStanding(ref Utf8JsonReader json, string name, LicenseStanding standing)
    {
        switch (name)
        {
            case "plans":
                var set = plans[json.GetInt32()];
                standing.PlansOn = set.On;
                standing.PlansOff = set.Off;
                break;
            case "state":
                standing.State = GraphJson.ReadWord(ref json);
                break;
            case "error":
                standing.Error = GraphJson.ReadWord(ref json);
                break;
            case "errorText":
                standing.ErrorText = GraphJson.ReadWord(ref json);
                break;
            case "lastUpdated":
                standing.LastUpdated = GraphJson.ReadDateTime(ref json);
                break;
            default:
                json.Skip();
                break;
        }
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
