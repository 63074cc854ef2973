namespace MgLicense.PowerShell;

/// <summary>Which function of the native library carries out a command of the table.</summary>
public enum NativeOperation
{
    /// <summary>Reads a collection: filters, paging, count.</summary>
    List,

    /// <summary>Reads one object.</summary>
    Get,

    /// <summary>Sends POST, PATCH, PUT or DELETE with a body, and returns what the service answers.</summary>
    Send,

    /// <summary>Changes the licences of one user; resolves product and plan names first.</summary>
    UserAssignLicense,

    /// <summary>Changes the licences of one group; resolves product and plan names first.</summary>
    GroupAssignLicense,
}
