using System;
using System.Threading;

namespace Microsoft.Graph.PowerShell.Authentication;

/// <summary>How requests of this process are timed and repeated.</summary>
public sealed record RequestContext
{
    private static RequestContext current = new();

    /// <summary>How long one request may take.</summary>
    public TimeSpan ClientTimeout { get; init; } = TimeSpan.FromSeconds(300);

    /// <summary>Seconds before a repeat that the service names no time for.</summary>
    public int RetryDelay { get; init; } = 3;

    /// <summary>How often a request is repeated at most.</summary>
    public int MaxRetry { get; init; } = 3;

    /// <summary>How long a request is repeated at most; zero is no limit.</summary>
    public TimeSpan RetriesTimeLimit { get; init; } = TimeSpan.Zero;

    /// <summary>What holds for the process now.</summary>
    internal static RequestContext Current
    {
        get => Volatile.Read(ref current);
        set => Volatile.Write(ref current, value);
    }
}
