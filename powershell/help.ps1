<#
.SYNOPSIS
    Writes the help files of the finished module.

.DESCRIPTION
    Types, sets and aliases come from the commands themselves; texts come from the command table for the compatible
    commands and from MgLicense/help for the others. A parameter without a text, a text without a parameter, and a
    command without an example are faults: they are listed, and nothing is written.

.PARAMETER Module
    Folder of the finished module.

.PARAMETER Output
    Folder to write MgLicense-help.xml, MgLicense-help.wide.xml and MgLicense.Interop.dll-Help.xml to.
#>
[CmdletBinding()]
param(
    [Parameter(Mandatory)]
    [string] $Module,

    [Parameter(Mandatory)]
    [string] $Output
)

Set-StrictMode -Version 3.0
$ErrorActionPreference = 'Stop'

foreach ($part in Get-ChildItem -LiteralPath (Join-Path $PSScriptRoot 'generator') -Filter '*.ps1') {
    . $part.FullName
}
$tables = Read-MgTable -Path (Join-Path $PSScriptRoot 'MgLicense')
$manifest = Import-PowerShellDataFile -LiteralPath (Join-Path $Module 'MgLicense.psd1')
Import-Module -Name (Join-Path $Module 'MgLicense.psd1')

$faults = [System.Collections.Generic.List[string]]::new()
Import-Module -Name (Join-Path $Module 'wide' 'MgLicense.Wide' 'MgLicense.Wide.psd1')
$compatible = foreach ($command in $tables.Commands) {
    Get-MgTableHelp -Command $command -Tables $tables
}
$own = foreach ($name in $manifest.CmdletsToExport) {
    $path = Join-Path $PSScriptRoot 'MgLicense' 'help' "$name.help.txt"
    if (Test-Path -LiteralPath $path) {
        Read-MgHelpText -Path $path -Name $name
    } else {
        $faults.Add("$name has no help: write MgLicense/help/$name.help.txt.")
    }
}
foreach ($help in @($compatible) + @($own)) {
    $command = Get-Command -Name "$($help.Module)\$($help.Name)" -ErrorAction Ignore
    if ($command) {
        $faults.AddRange([string[]] @(Test-MgHelp -Help $help -Command $command))
    } else {
        $faults.Add("$($help.Name) is not exported by the module, or has no class.")
    }
}
if ($faults.Count) {
    foreach ($fault in $faults) { [System.Console]::Error.WriteLine($fault) }
    exit 1
}

[void] [System.IO.Directory]::CreateDirectory($Output)
# Help is looked for beside the file that defines the function.
foreach ($group in $compatible | Group-Object -Property { $tables.Defined[$_.Name].Module }) {
    Write-MgHelpFile -Help $group.Group -Path (Join-Path $Output ($group.Name -eq 'MgLicense' ? 'MgLicense-help.xml' : 'MgLicense-help.wide.xml'))
}
Write-MgHelpFile -Help $own -Path (Join-Path $Output 'MgLicense.Interop.dll-Help.xml')
