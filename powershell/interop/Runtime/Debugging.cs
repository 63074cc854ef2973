using System;
using System.Diagnostics;
using System.Threading;

namespace MgLicense.PowerShell;

/// <summary>What -Break does.</summary>
internal static class Debugging
{
    /// <summary>Waits until a debugger is attached, or until <paramref name="stopped"/>.</summary>
    internal static void WaitForDebugger(Func<bool> stopped)
    {
        while (!Debugger.IsAttached && !stopped())
        {
            Thread.Sleep(100);
        }

        if (Debugger.IsAttached)
        {
            Debugger.Break();
        }
    }
}
