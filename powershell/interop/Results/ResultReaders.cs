using System;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace MgLicense.PowerShell;

/// <summary>Makes our own result objects from the native library's JSON.</summary>
internal static class ResultReaders
{
    internal static ResultReader<AssignmentResult> Assignment { get; } = new(static context => context.AssignmentResult);

    internal static ResultReader<LicenseTest> Test { get; } = new(static context => context.LicenseTest);

    internal static ResultReader<AssignmentResult[]> Assignments { get; } = new(static context => context.AssignmentResultArray);

    internal static ResultReader<LicenseTest[]> Tests { get; } = new(static context => context.LicenseTestArray);

    internal static ResultReader<LicenseTestSummary> TestSummary { get; } = new(static context => context.LicenseTestSummary);

    internal static ResultReader<LicenseRun> Run { get; } = new(static context => context.LicenseRun);

    internal static ResultReader<RunSummary> RunSummary { get; } = new(static context => context.RunSummary);

    internal static ResultReader<GroupLicenseTest> GroupTest { get; } = new(static context => context.GroupLicenseTest);

    internal static ResultReader<GroupLicenseSwitch> GroupSwitch { get; } = new(static context => context.GroupLicenseSwitch);

    internal static ResultReader<LicenseError[]> LicenseErrors { get; } = new(static context => context.LicenseErrorArray);

    internal static ResultReader<LicenseRepair> Repair { get; } = new(static context => context.LicenseRepair);

    internal static ResultReader<LicenseProduct> Product { get; } = new(static context => context.LicenseProduct);

    internal static ResultReader<LicenseProductTable> ProductTable { get; } = new(static context => context.LicenseProductTable);

    internal static ResultReader<LicenseSummary> Summary { get; } = new(static context => context.LicenseSummary);

    internal static ResultReader<LicenseFinding> Finding { get; } = new(static context => context.LicenseFinding);

    internal static ResultReader<LicenseReport> Report { get; } = new(static context => context.LicenseReport);

    internal static ResultReader<LicenseWait> Wait { get; } = new(static context => context.LicenseWait);

    internal static ResultReader<LicenseDefinition> Definition { get; } = new(static context => context.LicenseDefinition);

    internal static ResultReader<LocalTenant> Tenant { get; } = new(static context => context.LocalTenant);

    internal static ResultReader<LocalTenantRequest> Request { get; } = new(static context => context.LocalTenantRequest);

    internal static ResultReader<LocalTenantStep> Step { get; } = new(static context => context.LocalTenantStep);

    internal static ResultReader<LocalTenantServer> Server { get; } = new(static context => context.LocalTenantServer);
}

/// <summary>Makes objects of one result class.</summary>
internal sealed class ResultReader<T>(Func<ResultContext, JsonTypeInfo<T>> typeInfo)
    where T : class
{
    internal T Read(ReadOnlySpan<byte> json) => JsonSerializer.Deserialize(json, typeInfo(ResultContext.Default))
        ?? throw new JsonException($"The native library gave no {typeof(T).Name}.");
}

/// <summary>The serializers of our own result classes, made at compile time.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, GenerationMode = JsonSourceGenerationMode.Metadata, Converters = [typeof(PlainValueConverter)])]
[JsonSerializable(typeof(AssignmentResult))]
[JsonSerializable(typeof(AssignmentResult[]))]
[JsonSerializable(typeof(GroupLicenseSwitch))]
[JsonSerializable(typeof(GroupLicenseTest))]
[JsonSerializable(typeof(LicenseError[]))]
[JsonSerializable(typeof(LicenseRepair))]
[JsonSerializable(typeof(LicenseTest))]
[JsonSerializable(typeof(LicenseTest[]))]
[JsonSerializable(typeof(LicenseTestSummary))]
[JsonSerializable(typeof(LicenseRun))]
[JsonSerializable(typeof(RunSummary))]
[JsonSerializable(typeof(LicenseProduct))]
[JsonSerializable(typeof(LicenseProductTable))]
[JsonSerializable(typeof(LicenseSummary))]
[JsonSerializable(typeof(LicenseFinding))]
[JsonSerializable(typeof(LicenseReport))]
[JsonSerializable(typeof(LicenseWait))]
[JsonSerializable(typeof(LicenseDefinition))]
[JsonSerializable(typeof(LocalTenant))]
[JsonSerializable(typeof(LocalTenantRequest))]
[JsonSerializable(typeof(LocalTenantServer))]
[JsonSerializable(typeof(LocalTenantStep))]
internal sealed partial class ResultContext : JsonSerializerContext;

/// <summary>Reads values of no declared type, such as a tenant's settings, as plain .NET values.</summary>
internal sealed class PlainValueConverter : JsonConverter<object>
{
    public override object? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => GraphJson.ReadAny(ref reader);

    public override void Write(Utf8JsonWriter writer, object value, JsonSerializerOptions options) => JsonValue.Write(writer, value);
}
