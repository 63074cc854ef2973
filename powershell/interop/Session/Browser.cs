using System;
using System.ComponentModel;
using System.Diagnostics;

namespace MgLicense.PowerShell;

/// <summary>Opens an address in the user's browser.</summary>
internal static class Browser
{
    /// <summary>Opens an http or https address. False where this machine shows no browser to anybody.</summary>
    internal static bool TryOpen(string address)
    {
        if (!Uri.TryCreate(address, UriKind.Absolute, out var uri) || uri.Scheme is not ("https" or "http"))
        {
            return false;
        }

        try
        {
            using var started = Start(uri.AbsoluteUri);
            return started is not null;
        }
        catch (Exception e) when (e is Win32Exception or InvalidOperationException or PlatformNotSupportedException)
        {
            return false;
        }
    }

    private static Process? Start(string address)
    {
        // The variable by which the systems of Unix name a browser; what it names gets the address as its only argument.
        if (Environment.GetEnvironmentVariable("BROWSER") is { Length: > 0 } browser)
        {
            return Run(browser, address);
        }

        if (OperatingSystem.IsWindows())
        {
            return Process.Start(new ProcessStartInfo(address) { UseShellExecute = true });
        }

        if (OperatingSystem.IsMacOS())
        {
            return Run("open", address);
        }

        var hasScreen = Environment.GetEnvironmentVariable("DISPLAY") is { Length: > 0 } || Environment.GetEnvironmentVariable("WAYLAND_DISPLAY") is { Length: > 0 };
        return hasScreen ? Run("xdg-open", address) : null;
    }

    private static Process? Run(string program, string address) => Process.Start(new ProcessStartInfo(program, [address])
    {
        UseShellExecute = false,
        RedirectStandardOutput = true,
        RedirectStandardError = true,
    });
}
