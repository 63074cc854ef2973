using System;
using System.Threading;
using MgLicense.PowerShell;

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

    /// <summary>Adds the values under the names that the library knows.</summary>
    internal void Fill(Payload payload)
    {
        var writer = payload.Writer;
        writer.WriteNumber("clientTimeoutSeconds", ClientTimeout.TotalSeconds);
        writer.WriteNumber("retryDelaySeconds", RetryDelay);
        writer.WriteNumber("maxRetry", MaxRetry);
        writer.WriteNumber("retriesTimeLimitSeconds", RetriesTimeLimit.TotalSeconds);
    }

    /// <summary>What holds for the process now.</summary>
    internal static RequestContext Current
    {
        get => Volatile.Read(ref current);
        set => Volatile.Write(ref current, value);
    }
}
