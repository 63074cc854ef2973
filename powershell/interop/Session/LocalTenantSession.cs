using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json;
using MgLicense.PowerShell.Native;

namespace MgLicense.PowerShell;

/// <summary>Opens sessions on tenants in files, and knows which file stands in for the cloud in this process.</summary>
internal static class LocalTenantSession
{
    /// <summary>The environment variable that redirects every plain Connect-MgGraph to a local tenant.</summary>
    internal const string Variable = "MGLICENSE_TENANT";

    private static volatile string? processPath;

    /// <summary>The file that a plain Connect-MgGraph connects to; null when it means the cloud.</summary>
    internal static string? Redirection =>
        processPath ?? (Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } path ? path : null);

    /// <summary>What redirects, in words.</summary>
    internal static string RedirectedBy => processPath is not null ? "Use-MgLocalTenant" : Variable;

    /// <summary>Redirects this process to a file, or with null to where it would go by itself.</summary>
    internal static void Redirect(string? path) => processPath = path;

    /// <summary>Opens a session.</summary>
    /// <exception cref="NativeCallException">The file is missing, is no tenant, or can't be opened.</exception>
    internal static unsafe (SessionHandle Session, LocalTenantInfo Info) Open(string path, IReadOnlyList<string>? scopes)
    {
        NativeLibraryLoader.EnsureLoaded();
        using var options = Payload.Begin();
        options.Add("kind", "local").Add("path", path).AddTexts("scopes", scopes);
        var json = options.End();

        ulong session = 0;
        MglBuf error = default;
        NativeStatus status;
        fixed (byte* pointer = json)
        {
            status = NativeMethods.SessionOpen(new MglBytes(pointer, (nuint)json.Length), default, &session, &error);
        }

        if (status != NativeStatus.Ok)
        {
            throw NativeCallException.Take(status, ref error);
        }

        var handle = new SessionHandle(session);
        return (handle, Describe(session));
    }

    private static unsafe LocalTenantInfo Describe(ulong session)
    {
        MglBuf buffer = default;
        try
        {
            NativeMethods.SessionInfo(session, &buffer);
            var reader = new Utf8JsonReader(buffer.Span);
            using var document = JsonDocument.ParseValue(ref reader);
            var root = document.RootElement;
            return new LocalTenantInfo(
                Text(root, "tenantId"),
                Text(root, "displayName"),
                Text(root, "defaultDomain"),
                root.TryGetProperty("domains", out var domains) ? domains.EnumerateArray().Select(domain => domain.GetString() ?? "").ToArray() : []);
        }
        finally
        {
            NativeMethods.BufferFree(buffer);
        }
    }

    private static string Text(JsonElement root, string name) =>
        root.TryGetProperty(name, out var value) ? value.GetString() ?? "" : "";
}
