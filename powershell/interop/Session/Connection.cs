using System;
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

    private readonly SessionHandle session;
    private RequestContext? told;

    internal Connection(SessionHandle session, AuthContext context)
    {
        this.session = session;
        Context = context;
        context.Connection = this;
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
            previous.session.Dispose();
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

        session.Dispose();
        SigningOut?.Invoke();
        return true;
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
}
