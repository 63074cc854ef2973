using System;
using System.Management.Automation;
using MgLicense.PowerShell.Native;

namespace MgLicense.PowerShell.Commands;

/// <summary>Lays a newer edition of Microsoft's table of products over the built-in one, for this process.</summary>
[Cmdlet(VerbsData.Import, "MgLicenseProduct", DefaultParameterSetName = "Path")]
[OutputType(typeof(LicenseProductTable))]
public sealed class ImportMgLicenseProduct : NativeCmdlet
{
    /// <summary>The CSV file, as Microsoft publishes it.</summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = "Path")]
    [ValidateNotNullOrEmpty]
    public string Path { get; set; } = "";

    /// <summary>Goes back to the built-in table.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "BuiltIn")]
    public SwitchParameter BuiltIn { get; set; }

    /// <inheritdoc/>
    protected override unsafe void ProcessRecord()
    {
        using var payload = Payload.Begin();
        payload.Add("path", BuiltIn ? null : FilePath.Resolve(this, Path));
        Run(&NativeMethods.LicenseProductLoad, 0, payload.End());
    }

    private protected override void OnItem(ReadOnlySpan<byte> json) => WriteObject(ResultReaders.ProductTable.Read(json));

    private protected override object? ErrorTarget() => Path;
}
