using System;
using System.Collections.Generic;
using System.Text.Json;
using MgLicense.PowerShell.Native;

namespace MgLicense.PowerShell;

/// <summary>A failure as the native library reports it.</summary>
internal sealed class GraphFailure
{
    /// <summary>What sort of failure it is: service, transport, argument, notConnected, cancelled, tenant, internal, name.</summary>
    internal string Kind { get; private init; } = "internal";

    internal string Code { get; private init; } = "";

    internal string Message { get; private init; } = "";

    internal int? Status { get; private init; }

    internal string? Reason { get; private init; }

    internal string? Date { get; private init; }

    internal IReadOnlyList<KeyValuePair<string, string>> Headers { get; private init; } = [];

    /// <summary>The body of an answer that isn't in Graph's form.</summary>
    internal string? ResponseBody { get; private init; }

    internal string? RequestId { get; private init; }

    internal string? RecommendedAction { get; private init; }

    internal bool Terminating { get; private init; }

    /// <summary>Whose account the failure is about, where a command is about several.</summary>
    internal string? UserId { get; private init; }

    /// <summary>The row of input the failure is about.</summary>
    internal int? Row { get; private init; }

    /// <summary>The failure of a command that needs a connection where there is none.</summary>
    internal static GraphFailure NotConnected { get; } = new()
    {
        Kind = "notConnected",
        Code = "NotConnected",
        Message = "Authentication needed. Please call Connect-MgGraph.",
    };

    /// <summary>The failure of a row that names no user.</summary>
    internal static GraphFailure NobodyNamed { get; } = new()
    {
        Kind = "name",
        Code = "NoUser",
        Message = "The row names no user: it has none of UserId, Id and UserPrincipalName, or they are blank.",
    };

    internal static GraphFailure Parse(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json);
        using var document = JsonDocument.ParseValue(ref reader);
        var root = document.RootElement;
        return new GraphFailure
        {
            Kind = Text(root, "kind") ?? "internal",
            Code = Text(root, "code") ?? "",
            Message = Text(root, "message") ?? "",
            Status = root.TryGetProperty("status", out var status) && status.TryGetInt32(out var number) ? number : null,
            Reason = Text(root, "reason"),
            Date = Text(root, "date"),
            Headers = HeaderPairs.Parse(root, "headers"),
            ResponseBody = Text(root, "responseBody"),
            RequestId = Text(root, "requestId"),
            RecommendedAction = Text(root, "recommendedAction"),
            UserId = Text(root, "userId"),
            Row = root.TryGetProperty("row", out var row) && row.ValueKind == JsonValueKind.Number && row.TryGetInt32(out var index) ? index : null,
            Terminating = root.TryGetProperty("terminating", out var terminating) && terminating.ValueKind == JsonValueKind.True,
        };
    }

    /// <summary>The failure of an argument that can't be used.</summary>
    internal static GraphFailure Argument(string message) =>
        new() { Kind = "argument", Code = "InvalidArgument", Message = message };

    internal static GraphFailure From(MalformedTextException exception) =>
        new() { Kind = "argument", Code = "MalformedText", Message = exception.Message };

    internal static GraphFailure From(NativeCallException exception) => exception.ErrorJson is { } json
        ? Parse(json)
        : new GraphFailure { Kind = "internal", Code = "NativeCall", Message = exception.Message };

    private static string? Text(JsonElement root, string name) =>
        root.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
