using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Management.Automation;

namespace MgLicense.PowerShell.Compatibility;

/// <summary>
/// The forwarding modules: folders with a manifest that re-exports MgLicense's commands under a module name of the SDK.
/// They ship in the folder compat of MgLicense. For one process that folder joins PSModulePath; for a user, copies of
/// them are put where PowerShell looks for the user's modules.
/// </summary>
internal static class Forwarders
{
    /// <summary>What marks a manifest as one of ours.</summary>
    private const string Mark = "MgLicenseForwarder";

    private const string PathVariable = "PSModulePath";

    /// <summary>Where the user's modules are instead; for tests and for those who keep them elsewhere.</summary>
    private const string UserFolderVariable = "MGLICENSE_USER_MODULES";

    /// <summary>The folder of MgLicense.</summary>
    private static string ModuleBase => Path.GetDirectoryName(typeof(Forwarders).Assembly.Location)!;

    /// <summary>The folder that holds the forwarding modules.</summary>
    internal static string Folder => Path.Combine(ModuleBase, "compat");

    /// <summary>The names there are forwarders for.</summary>
    internal static IEnumerable<string> Names => Directory.EnumerateDirectories(Folder).Select(folder => Path.GetFileName(folder)!).Order(StringComparer.Ordinal);

    /// <summary>Whether this process looks into <see cref="Folder"/>.</summary>
    internal static bool IsInPath => Paths().Contains(Folder, StringComparer.Ordinal);

    /// <summary>Puts the forwarders behind all other modules of this process, or before them.</summary>
    internal static void AddToPath(bool first)
    {
        IEnumerable<string> others = Paths().Where(path => path != Folder);
        SetPaths(first ? others.Prepend(Folder) : others.Append(Folder));
    }

    /// <summary>Takes the forwarders out of this process's search path.</summary>
    internal static void RemoveFromPath() => SetPaths(Paths().Where(path => path != Folder));

    /// <summary>Adds a folder to the end of this process's search path.</summary>
    internal static void EnsurePath(string folder)
    {
        string[] paths = Paths();
        if (!paths.Contains(folder, StringComparer.Ordinal))
        {
            SetPaths(paths.Append(folder));
        }
    }

    /// <summary>Takes a folder out of this process's search path.</summary>
    internal static void DropPath(string folder) => SetPaths(Paths().Where(path => path != folder));

    /// <summary>The SDK's own module of a name: the newest there is on the search path; null if there is none.</summary>
    internal static (Version Version, string Folder)? FindReal(string name)
    {
        (Version Version, string Folder)? best = null;
        foreach (string path in Paths().Append(UserFolder).Where(path => path != Folder).Distinct(StringComparer.Ordinal))
        {
            foreach (string manifest in Manifests(path, name).Where(manifest => !IsOurs(manifest)))
            {
                Version version = VersionOf(manifest);
                if (best is null || version > best.Value.Version)
                {
                    best = (version, Path.GetDirectoryName(manifest)!);
                }
            }
        }

        return best;
    }

    /// <summary>Copies the forwarder of a name to the user's modules; it then finds MgLicense where it is now.</summary>
    internal static void Install(string name)
    {
        string source = Path.Combine(Folder, name, $"{name}.psd1");
        string text = File.ReadAllText(source).Replace("../../", ModuleBase.Replace("'", "''", StringComparison.Ordinal) + "/", StringComparison.Ordinal);
        string folder = Path.Combine(UserFolder, name, VersionOf(source).ToString());
        Directory.CreateDirectory(folder);
        File.WriteAllText(Path.Combine(folder, $"{name}.psd1"), text);
    }

    /// <summary>Whether a copy of the forwarder of a name is among the user's modules.</summary>
    internal static bool IsInstalled(string name) => Manifests(UserFolder, name).Any(IsOurs);

    /// <summary>Removes the copy of the forwarder of a name from the user's modules, and nothing else.</summary>
    internal static void Uninstall(string name)
    {
        foreach (string manifest in Manifests(UserFolder, name).Where(IsOurs).ToArray())
        {
            string folder = Path.GetDirectoryName(manifest)!;
            File.Delete(manifest);
            DeleteIfEmpty(folder);
            DeleteIfEmpty(Path.Combine(UserFolder, name));
        }
    }

    private static string UserFolder
    {
        get
        {
            if (Environment.GetEnvironmentVariable(UserFolderVariable) is { Length: > 0 } given)
            {
                return given;
            }

            if (OperatingSystem.IsWindows())
            {
                return Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.MyDocuments), "PowerShell", "Modules");
            }

            string data = Environment.GetEnvironmentVariable("XDG_DATA_HOME") is { Length: > 0 } xdg
                ? xdg
                : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".local", "share");
            return Path.Combine(data, "powershell", "Modules");
        }
    }

    /// <summary>The manifests of a module below a folder: with a folder for each version, or without.</summary>
    private static IEnumerable<string> Manifests(string path, string name)
    {
        string folder = Path.Combine(path, name);
        if (!Directory.Exists(folder))
        {
            return [];
        }

        string file = $"{name}.psd1";
        return Directory.EnumerateDirectories(folder).Prepend(folder).Select(each => Path.Combine(each, file)).Where(File.Exists);
    }

    private static bool IsOurs(string manifest) => File.ReadAllText(manifest).Contains(Mark, StringComparison.Ordinal);

    private static Version VersionOf(string manifest)
    {
        foreach (string line in File.ReadLines(manifest))
        {
            string[] parts = line.Split('=', 2);
            if (parts.Length == 2 && parts[0].Trim().Equals("ModuleVersion", StringComparison.OrdinalIgnoreCase)
                && Version.TryParse(parts[1].Trim().Trim('\'', '"'), out Version? version))
            {
                return version;
            }
        }

        return new Version(0, 0);
    }

    private static void DeleteIfEmpty(string folder)
    {
        if (Directory.Exists(folder) && !Directory.EnumerateFileSystemEntries(folder).Any())
        {
            Directory.Delete(folder);
        }
    }

    private static string[] Paths() =>
        (Environment.GetEnvironmentVariable(PathVariable) ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries);

    private static void SetPaths(IEnumerable<string> paths) =>
        Environment.SetEnvironmentVariable(PathVariable, string.Join(Path.PathSeparator, paths));
}
