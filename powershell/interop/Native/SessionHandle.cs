using System.Runtime.InteropServices;

namespace MgLicense.PowerShell.Native;

/// <summary>An open native session. Commands that run on it hold a reference, so it closes after the last of them.</summary>
internal sealed class SessionHandle : SafeHandle
{
    internal SessionHandle(ulong session)
        : base(0, ownsHandle: true) => SetHandle(unchecked((nint)session));

    public override bool IsInvalid => handle == 0;

    internal ulong Value => unchecked((ulong)handle);

    protected override bool ReleaseHandle() => NativeMethods.SessionClose(Value) == NativeStatus.Ok;
}
