# A module under test, as an administrator has it.
function Add-TeamLicence {
    param([string] $Team, [string] $Sku)
    $group = Get-MgGroup -Filter "displayName eq '$Team'"
    if (-not $group) { throw "no group $Team" }
    Get-MgGroupMember -GroupId $group.Id -All | ForEach-Object {
        Set-MgUserLicense -UserId $_.Id -AddLicenses @(@{ SkuId = $Sku }) -RemoveLicenses @() -Headers @{ 'x-run' = 'team' }
    }
}

function Remove-EveryLicence {
    [CmdletBinding(SupportsShouldProcess)]
    param([Parameter(Mandatory)] [string] $UserId)
    $held = (Get-MgUserLicenseDetail -UserId $UserId).SkuId
    if ($held -and $PSCmdlet.ShouldProcess($UserId)) {
        Set-MgUserLicense -UserId $UserId -AddLicenses @() -RemoveLicenses $held -ErrorAction Stop
    }
}

function Get-Waste {
    Get-MgBetaUser -All -Property Id, DisplayName, AccountEnabled, AssignedLicenses | Where-Object { -not $_.AccountEnabled -and $_.AssignedLicenses }
}

Export-ModuleMember -Function Add-TeamLicence, Remove-EveryLicence, Get-Waste
