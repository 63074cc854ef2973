using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Microsoft.Graph.PowerShell.Authentication;

/// <summary>
/// The clouds there are: Microsoft's, those that the user has added, and the local tenants that this process serves. What
/// users add stands in the file in which the Graph SDK keeps it, so that both know the same.
/// </summary>
internal static class GraphEnvironments
{
    /// <summary>The environment variable that names another folder for the file.</summary>
    internal const string Variable = "MGLICENSE_SETTINGS";

    private const string FileName = "mg.context.json";
    private const string Table = "EnvironmentTable";

    private static readonly ConcurrentDictionary<string, GraphEnvironment> Served = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>The folder of the user's settings.</summary>
    internal static string Folder =>
        Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } folder
            ? folder
            : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".mg");

    private static string FilePath => Path.Combine(Folder, FileName);

    /// <summary>All of them: Microsoft's first.</summary>
    internal static IReadOnlyList<GraphEnvironment> All => [.. GraphEnvironment.BuiltIn, .. Own(Read()), .. Served.Values.OrderBy(served => served.Name)];

    /// <summary>The one of a name, in any case.</summary>
    internal static GraphEnvironment? Find(string name) => All.FirstOrDefault(environment => environment.IsNamed(name));

    /// <summary>Makes a served tenant known to this process.</summary>
    internal static void Register(GraphEnvironment environment) => Served[environment.Name] = environment;

    /// <summary>Forgets served tenants.</summary>
    internal static void Forget(Predicate<GraphEnvironment> which)
    {
        foreach (var served in Served.Values)
        {
            if (which(served))
            {
                Served.TryRemove(served.Name, out _);
            }
        }
    }

    /// <summary>Adds or replaces one of the user's own.</summary>
    internal static void Save(GraphEnvironment environment)
    {
        var settings = Read();
        var table = TableOf(settings);
        Drop(table, environment.Name);
        var entry = new JsonObject
        {
            ["Name"] = environment.Name,
            ["AzureADEndpoint"] = environment.AzureADEndpoint,
            ["GraphEndpoint"] = environment.GraphEndpoint,
            ["Type"] = environment.Type,
        };
        if (environment.CertificateAuthorityPath is { } authority)
        {
            entry["CertificateAuthorityPath"] = authority;
        }

        table[environment.Name] = entry;
        Write(settings);
    }

    /// <summary>Removes one of the user's own; null where there is none of the name.</summary>
    internal static GraphEnvironment? Remove(string name)
    {
        var settings = Read();
        var found = Own(settings).FirstOrDefault(environment => environment.IsNamed(name));
        if (found is not null)
        {
            Drop(TableOf(settings), name);
            Write(settings);
        }

        return found;
    }

    private static void Drop(JsonObject table, string name)
    {
        foreach (var key in table.Select(entry => entry.Key).Where(key => string.Equals(key, name, StringComparison.OrdinalIgnoreCase)).ToArray())
        {
            table.Remove(key);
        }
    }

    private static IEnumerable<GraphEnvironment> Own(JsonObject settings)
    {
        foreach (var (key, value) in TableOf(settings))
        {
            if (value is JsonObject entry
                && Text(entry, "AzureADEndpoint") is { Length: > 0 } login
                && Text(entry, "GraphEndpoint") is { Length: > 0 } graph
                && !GraphEnvironment.IsBuiltIn(key))
            {
                yield return GraphEnvironment.Own(Text(entry, "Name") ?? key, login, graph, Text(entry, "CertificateAuthorityPath"));
            }
        }
    }

    private static string? Text(JsonObject entry, string name) =>
        entry[name] is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;

    private static JsonObject TableOf(JsonObject settings)
    {
        if (settings[Table] is JsonObject table)
        {
            return table;
        }

        table = [];
        settings[Table] = table;
        return table;
    }

    private static JsonObject Read()
    {
        if (!File.Exists(FilePath))
        {
            return [];
        }

        try
        {
            return JsonNode.Parse(File.ReadAllText(FilePath)) as JsonObject ?? [];
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"The environments in {FilePath} can't be read: {e.Message} Correct the file, or delete it.", e);
        }
    }

    /// <summary>Replaces the file in one step, so that another process never reads half of it.</summary>
    private static void Write(JsonObject settings)
    {
        Directory.CreateDirectory(Folder);
        var temporary = Path.Combine(Folder, $"{FileName}.{Guid.NewGuid():n}");
        File.WriteAllText(temporary, settings.ToJsonString(new JsonSerializerOptions { WriteIndented = true }));
        File.Move(temporary, FilePath, overwrite: true);
    }
}
