using System;
using System.IO;
using System.Runtime.InteropServices;

namespace MgLicense.PowerShell.Native;

/// <summary>Finds the native library in the module's folder for this platform, loads it, and checks that both speak the same ABI.</summary>
internal static unsafe class NativeLibraryLoader
{
    /// <summary>The ABI this assembly was written for.</summary>
    internal const uint ExpectedAbi = 1;

    private static readonly object Gate = new();
    private static volatile bool loaded;

    /// <summary>Loads the library on first use; importing the module doesn't touch it.</summary>
    /// <exception cref="NativeLibraryException">The library is missing, can't be loaded, or is of another ABI.</exception>
    internal static void EnsureLoaded()
    {
        if (!loaded)
        {
            Load(LibraryPath(ModuleFolder));
        }
    }

    private static string ModuleFolder => Path.GetDirectoryName(typeof(NativeLibraryLoader).Assembly.Location) ?? ".";

    private static void Load(string path)
    {
        lock (Gate)
        {
            if (loaded)
            {
                return;
            }

            if (!File.Exists(path))
            {
                throw new NativeLibraryException(
                    "NativeLibraryMissing",
                    $"The native library for {Platform} is not at {path}; install MgLicense for this platform, or build it with build.ps1.");
            }

            nint handle;
            try
            {
                handle = NativeLibrary.Load(path);
            }
            catch (Exception e) when (e is DllNotFoundException or BadImageFormatException)
            {
                throw new NativeLibraryException(
                    "NativeLibraryNotLoadable",
                    $"The native library at {path} can't be loaded on {Platform} ({LastLine(e.Message)}); install MgLicense again for this platform, or build it with build.ps1.",
                    e);
            }

            CheckAbi(handle, path);
            NativeLibrary.SetDllImportResolver(
                typeof(NativeLibraryLoader).Assembly,
                (name, _, _) => name == NativeMethods.Library ? handle : 0);
            loaded = true;
        }
    }

    /// <summary>The reason itself: the runtime puts general advice before it.</summary>
    private static string LastLine(string message) => message.TrimEnd().Split('\n')[^1].Trim();

    private static void CheckAbi(nint handle, string path)
    {
        var found = NativeLibrary.TryGetExport(handle, "mgl_abi_version", out var export)
            ? ((delegate* unmanaged<uint>)export)().ToString(System.Globalization.CultureInfo.InvariantCulture)
            : "none";
        if (found != ExpectedAbi.ToString(System.Globalization.CultureInfo.InvariantCulture))
        {
            NativeLibrary.Free(handle);
            throw new NativeLibraryException(
                "NativeLibraryVersion",
                $"The native library at {path} has ABI version {found}, this module needs ABI version {ExpectedAbi}; install MgLicense again as a whole, so that both parts are of one version.");
        }
    }

    private static string LibraryPath(string folder) => Path.Combine(folder, "native", Platform, FileName);

    private static string FileName =>
        OperatingSystem.IsWindows() ? "mglicense.dll" : OperatingSystem.IsMacOS() ? "libmglicense.dylib" : "libmglicense.so";

    private static string Platform
    {
        get
        {
            var system = OperatingSystem.IsWindows() ? "win" : OperatingSystem.IsMacOS() ? "osx" : IsMusl ? "linux-musl" : "linux";
            return $"{system}-{RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant()}";
        }
    }

    private static bool IsMusl => RuntimeInformation.RuntimeIdentifier.Contains("musl", StringComparison.Ordinal);
}
