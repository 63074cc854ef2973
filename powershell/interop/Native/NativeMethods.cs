using System;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

// Every import below takes and returns blittable values only, so no marshalling stub is made at run time.
[assembly: DisableRuntimeMarshalling]

namespace MgLicense.PowerShell.Native;

/// <summary>Bytes lent to the native library for one call; it copies them.</summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly unsafe struct MglBytes(byte* pointer, nuint length)
{
    public readonly byte* Pointer = pointer;
    public readonly nuint Length = length;
}

/// <summary>Bytes owned by the native library until <see cref="NativeMethods.BufferFree"/> takes them back.</summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly unsafe struct MglBuf
{
    public readonly byte* Pointer;
    public readonly nuint Length;
    public readonly nuint Capacity;

    public ReadOnlySpan<byte> Span => new(Pointer, checked((int)Length));
}

/// <summary>One thing a job has to say.</summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly struct MglEvent
{
    public readonly EventKind Kind;
    public readonly ulong Id;
    public readonly MglBuf Data;
}

/// <summary>The kinds of event; the numbers are part of the ABI.</summary>
internal enum EventKind : uint
{
    Item = 1,
    Page = 2,
    Count = 3,
    Headers = 4,
    Verbose = 5,
    Debug = 6,
    Warning = 7,
    Information = 8,
    Progress = 9,
    Error = 10,
    Question = 11,
    Response = 12,

    /// <summary>How a run of changes to many ended.</summary>
    Summary = 13,
}

/// <summary>What a native function answers; the numbers are part of the ABI.</summary>
internal enum NativeStatus
{
    Ok = 0,
    NothingYet = 1,
    Finished = 2,
    Full = 3,
    InvalidHandle = -1,
    InvalidArgument = -2,
    NotUtf8 = -3,
    InvalidJson = -4,
    Panic = -5,
    Failed = -6,
    WrongState = -7,
}

/// <summary>The functions of the native library, under their own names.</summary>
internal static unsafe partial class NativeMethods
{
    internal const string Library = "mglicense";

    [DllImport(Library, EntryPoint = "mgl_abi_version")]
    internal static extern uint AbiVersion();

    [DllImport(Library, EntryPoint = "mgl_buf_free")]
    internal static extern void BufferFree(MglBuf buffer);

    [DllImport(Library, EntryPoint = "mgl_session_open")]
    internal static extern NativeStatus SessionOpen(MglBytes options, MglBytes secret, ulong* session, MglBuf* error);

    [DllImport(Library, EntryPoint = "mgl_session_by_proxy")]
    internal static extern NativeStatus SessionByProxy(ulong session, MglBytes options, MglBytes password, ulong* byProxy, MglBuf* error);

    [DllImport(Library, EntryPoint = "mgl_session_close")]
    internal static extern NativeStatus SessionClose(ulong session);

    [DllImport(Library, EntryPoint = "mgl_session_sign_in")]
    internal static extern NativeStatus SessionSignIn(ulong session, MglBytes payload, ulong* job, MglBuf* error);

    [DllImport(Library, EntryPoint = "mgl_session_keepable")]
    internal static extern NativeStatus SessionKeepable(ulong session, MglBuf* secret);

    [DllImport(Library, EntryPoint = "mgl_session_info")]
    internal static extern NativeStatus SessionInfo(ulong session, MglBuf* json);

    [DllImport(Library, EntryPoint = "mgl_session_request_context")]
    internal static extern NativeStatus SessionRequestContext(ulong session, MglBytes context, MglBuf* error);

    [DllImport(Library, EntryPoint = "mgl_job_next")]
    internal static extern NativeStatus JobNext(ulong job, uint timeoutMilliseconds, MglEvent* next);

    [DllImport(Library, EntryPoint = "mgl_job_reply")]
    internal static extern NativeStatus JobReply(ulong job, ulong id, MglBytes answer);

    [DllImport(Library, EntryPoint = "mgl_run_rows")]
    internal static extern NativeStatus RunRows(ulong job, MglBytes rows, int last);

    [DllImport(Library, EntryPoint = "mgl_run_resume")]
    internal static extern NativeStatus RunResume(ulong session, MglBytes payload, ulong* job, MglBuf* error);

    [DllImport(Library, EntryPoint = "mgl_run_undo")]
    internal static extern NativeStatus RunUndo(ulong session, MglBytes payload, ulong* job, MglBuf* error);

    [DllImport(Library, EntryPoint = "mgl_run_list")]
    internal static extern NativeStatus RunList(ulong session, MglBytes payload, ulong* job, MglBuf* error);

    [DllImport(Library, EntryPoint = "mgl_job_cancel")]
    internal static extern NativeStatus JobCancel(ulong job);

    [DllImport(Library, EntryPoint = "mgl_job_free")]
    internal static extern NativeStatus JobFree(ulong job);

    [DllImport(Library, EntryPoint = "mgl_graph_list")]
    internal static extern NativeStatus GraphList(ulong session, MglBytes payload, ulong* job, MglBuf* error);

    [DllImport(Library, EntryPoint = "mgl_graph_get")]
    internal static extern NativeStatus GraphGet(ulong session, MglBytes payload, ulong* job, MglBuf* error);

    [DllImport(Library, EntryPoint = "mgl_graph_send")]
    internal static extern NativeStatus GraphSend(ulong session, MglBytes payload, ulong* job, MglBuf* error);

    [DllImport(Library, EntryPoint = "mgl_graph_request")]
    internal static extern NativeStatus GraphRequest(ulong session, MglBytes payload, ulong* job, MglBuf* error);

    [DllImport(Library, EntryPoint = "mgl_user_assign_license")]
    internal static extern NativeStatus UserAssignLicense(ulong session, MglBytes payload, ulong* job, MglBuf* error);

    [DllImport(Library, EntryPoint = "mgl_user_remove_license")]
    internal static extern NativeStatus UserRemoveLicense(ulong session, MglBytes payload, ulong* job, MglBuf* error);

    [DllImport(Library, EntryPoint = "mgl_user_license_run")]
    internal static extern NativeStatus UserLicenseRun(ulong session, MglBytes payload, ulong* job, MglBuf* error);

    [DllImport(Library, EntryPoint = "mgl_user_license_preflight")]
    internal static extern NativeStatus UserLicensePreflight(ulong session, MglBytes payload, ulong* job, MglBuf* error);

    [DllImport(Library, EntryPoint = "mgl_user_test_license")]
    internal static extern NativeStatus UserTestLicense(ulong session, MglBytes payload, ulong* job, MglBuf* error);

    [DllImport(Library, EntryPoint = "mgl_group_assign_license")]
    internal static extern NativeStatus GroupAssignLicense(ulong session, MglBytes payload, ulong* job, MglBuf* error);

    [DllImport(Library, EntryPoint = "mgl_group_test_license")]
    internal static extern NativeStatus GroupTestLicense(ulong session, MglBytes payload, ulong* job, MglBuf* error);

    [DllImport(Library, EntryPoint = "mgl_group_switch_license")]
    internal static extern NativeStatus GroupSwitchLicense(ulong session, MglBytes payload, ulong* job, MglBuf* error);

    [DllImport(Library, EntryPoint = "mgl_license_error_list")]
    internal static extern NativeStatus LicenseErrorList(ulong session, MglBytes payload, ulong* job, MglBuf* error);

    [DllImport(Library, EntryPoint = "mgl_license_error_repair")]
    internal static extern NativeStatus LicenseErrorRepair(ulong session, MglBytes payload, ulong* job, MglBuf* error);

    [DllImport(Library, EntryPoint = "mgl_local_tenant_create")]
    internal static extern NativeStatus LocalTenantCreate(ulong session, MglBytes payload, ulong* job, MglBuf* error);

    [DllImport(Library, EntryPoint = "mgl_local_tenant_info")]
    internal static extern NativeStatus LocalTenantInfo(ulong session, MglBytes payload, ulong* job, MglBuf* error);

    [DllImport(Library, EntryPoint = "mgl_local_tenant_remove")]
    internal static extern NativeStatus LocalTenantRemove(ulong session, MglBytes payload, ulong* job, MglBuf* error);

    [DllImport(Library, EntryPoint = "mgl_local_tenant_requests")]
    internal static extern NativeStatus LocalTenantRequests(ulong session, MglBytes payload, ulong* job, MglBuf* error);

    [DllImport(Library, EntryPoint = "mgl_local_tenant_set")]
    internal static extern NativeStatus LocalTenantSet(ulong session, MglBytes payload, ulong* job, MglBuf* error);

    [DllImport(Library, EntryPoint = "mgl_local_tenant_step")]
    internal static extern NativeStatus LocalTenantStep(ulong session, MglBytes payload, ulong* job, MglBuf* error);

    [DllImport(Library, EntryPoint = "mgl_local_server_start")]
    internal static extern NativeStatus LocalServerStart(ulong session, MglBytes payload, ulong* job, MglBuf* error);

    [DllImport(Library, EntryPoint = "mgl_local_server_list")]
    internal static extern NativeStatus LocalServerList(ulong session, MglBytes payload, ulong* job, MglBuf* error);

    [DllImport(Library, EntryPoint = "mgl_local_server_stop")]
    internal static extern NativeStatus LocalServerStop(ulong session, MglBytes payload, ulong* job, MglBuf* error);

    [DllImport(Library, EntryPoint = "mgl_local_server_secret")]
    internal static extern NativeStatus LocalServerSecret(ulong server, MglBuf* secret);

    [DllImport(Library, EntryPoint = "mgl_complete")]
    internal static extern NativeStatus Complete(ulong session, MglBytes payload, ulong* job, MglBuf* error);

    [DllImport(Library, EntryPoint = "mgl_license_product_list")]
    internal static extern NativeStatus LicenseProductList(ulong session, MglBytes payload, ulong* job, MglBuf* error);

    [DllImport(Library, EntryPoint = "mgl_license_product_load")]
    internal static extern NativeStatus LicenseProductLoad(ulong session, MglBytes payload, ulong* job, MglBuf* error);

    [DllImport(Library, EntryPoint = "mgl_license_assignment_list")]
    internal static extern NativeStatus LicenseAssignmentList(ulong session, MglBytes payload, ulong* job, MglBuf* error);

    [DllImport(Library, EntryPoint = "mgl_license_summary")]
    internal static extern NativeStatus LicenseSummary(ulong session, MglBytes payload, ulong* job, MglBuf* error);

    [DllImport(Library, EntryPoint = "mgl_license_finding_list")]
    internal static extern NativeStatus LicenseFindingList(ulong session, MglBytes payload, ulong* job, MglBuf* error);

    [DllImport(Library, EntryPoint = "mgl_license_report_write")]
    internal static extern NativeStatus LicenseReportWrite(ulong session, MglBytes payload, ulong* job, MglBuf* error);

    [DllImport(Library, EntryPoint = "mgl_user_license_wait")]
    internal static extern NativeStatus UserLicenseWait(ulong session, MglBytes payload, ulong* job, MglBuf* error);

    [DllImport(Library, EntryPoint = "mgl_user_set_usage_locations")]
    internal static extern NativeStatus UserSetUsageLocations(ulong session, MglBytes payload, ulong* job, MglBuf* error);
}
