using System;
using System.Management.Automation;
using System.Threading;
using MgLicense.PowerShell.Native;
using Microsoft.Graph.PowerShell.Authentication;

namespace MgLicense.PowerShell;

/// <summary>
/// A signed-in session. One is the default of the process and is replaced atomically; a command keeps the one it
/// began with until it ends.
/// </summary>
internal sealed class Connection
{
    private static Connection? current;

    // A process that ends signs out: the last to close a tenant's file makes it one file again, which can be copied.
    static Connection() => AppDomain.CurrentDomain.ProcessExit += (_, _) => Replace(null);

    private readonly SessionHandle session;
    private readonly object gate = new();
    private RequestContext? told;
    private Detour? detour;

    internal Connection(SessionHandle session, AuthContext context)
    {
        this.session = session;
        Context = context;
        context.Connection = this;
    }

    /// <summary>The same connection over another session of it.</summary>
    private Connection(SessionHandle session, Connection other)
    {
        this.session = session;
        Context = other.Context;
        Key = other.Key;
    }

    /// <summary>The default connection of this process, shared by all runspaces; null when signed out.</summary>
    internal static Connection? Current => Volatile.Read(ref current);

    internal AuthContext Context { get; }

    /// <summary>The key that signs for this connection at each renewal; null for all but certificates.</summary>
    internal SigningKey? Key { get; init; }

    /// <summary>Whether somebody holds its context to name it with -Context: then it outlives being the default.</summary>
    internal bool IsKept { get; init; }

    /// <summary>What else signing out has to undo.</summary>
    internal Action? SigningOut { get; init; }

    /// <summary>The native session; valid between <see cref="TryHold"/> and <see cref="Release"/>.</summary>
    internal ulong Session => session.Value;

    /// <summary>
    /// Makes <paramref name="next"/> the default. The one before is closed as soon as no command runs on it, unless its
    /// context is kept.
    /// </summary>
    internal static Connection? Replace(Connection? next)
    {
        var previous = Interlocked.Exchange(ref current, next);
        if (previous is { IsKept: false })
        {
            previous.Close();
        }

        return previous;
    }

    /// <summary>Signs out: closes the connection, and where it is the default there is none afterwards. False once it was closed.</summary>
    internal bool SignOut()
    {
        Interlocked.CompareExchange(ref current, null, this);
        if (session.IsClosed)
        {
            return false;
        }

        Close();
        SigningOut?.Invoke();
        return true;
    }

    /// <summary>
    /// Takes this connection for one command whose requests go by a proxy, and which must release what it gets. The last
    /// way by a proxy is kept for the next command of the same kind; a loop makes one connection to the proxy, not many.
    /// </summary>
    /// <exception cref="NativeCallException">The proxy can't be used.</exception>
    internal Connection? HoldBy(Uri proxy, PSCredential? credential)
    {
        lock (gate)
        {
            if (detour is null || detour.Proxy != proxy || !ReferenceEquals(detour.Credential, credential))
            {
                detour?.Connection.session.Dispose();
                detour = null;
                detour = new Detour(proxy, credential, new Connection(OpenBy(proxy, credential), this));
            }

            return detour.Connection.TryHold() ? detour.Connection : null;
        }
    }

    private unsafe SessionHandle OpenBy(Uri proxy, PSCredential? credential)
    {
        using var secret = credential is null ? SecretBytes.None : SecretBytes.Of(credential.Password);
        using var payload = Payload.Begin();
        var json = payload.Add("proxy", proxy.OriginalString).Add("user", credential?.UserName).End();
        ulong opened = 0;
        MglBuf error = default;
        NativeStatus status;
        fixed (byte* jsonPointer = json)
        fixed (byte* secretPointer = secret.Span)
        {
            status = NativeMethods.SessionByProxy(
                Session, new MglBytes(jsonPointer, (nuint)json.Length), new MglBytes(secretPointer, (nuint)secret.Span.Length), &opened, &error);
        }

        return status == NativeStatus.Ok ? new SessionHandle(opened) : throw NativeCallException.Take(status, ref error);
    }

    /// <summary>Closes it, and its way by a proxy, as soon as no command runs on them.</summary>
    private void Close()
    {
        lock (gate)
        {
            detour?.Connection.session.Dispose();
            detour = null;
        }

        session.Dispose();
    }

    /// <summary>Takes the default connection for one command, which must release it; null when signed out.</summary>
    internal static Connection? Hold()
    {
        // Another runspace may close the connection between reading and holding it: then its successor counts.
        while (Current is { } connection)
        {
            if (connection.TryHold())
            {
                return connection;
            }
        }

        return null;
    }

    internal void Release() => session.DangerousRelease();

    /// <summary>Takes this connection for one command, which must release it. False once it was closed.</summary>
    internal bool TryHold()
    {
        try
        {
            var held = false;
            session.DangerousAddRef(ref held);
            TellRequestContext();
            return held;
        }
        catch (ObjectDisposedException)
        {
            return false;
        }
    }

    /// <summary>Tells the library how requests are timed and repeated, where that changed since it was last told.</summary>
    private unsafe void TellRequestContext()
    {
        var context = RequestContext.Current;
        if (ReferenceEquals(context, told))
        {
            return;
        }

        using var payload = Payload.Begin();
        context.Fill(payload);
        var json = payload.End();
        MglBuf error = default;
        NativeStatus status;
        fixed (byte* pointer = json)
        {
            status = NativeMethods.SessionRequestContext(Session, new MglBytes(pointer, (nuint)json.Length), &error);
        }

        NativeMethods.BufferFree(error);
        if (status == NativeStatus.Ok)
        {
            told = context;
        }
    }

    /// <summary>A way by a proxy.</summary>
    private sealed record Detour(Uri Proxy, PSCredential? Credential, Connection Connection);
}
