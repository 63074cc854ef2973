[CmdletBinding(SupportsShouldProcess)]
param()
$WhatIfPreference = $true
Connect-MgGraph -Scopes 'User.ReadWrite.All' -NoWelcome
$blocked = Get-MgUser -All -Filter 'accountEnabled eq false' -Property Id, UserPrincipalName, AssignedLicenses
foreach ($user in $blocked) {
    If ($user.AssignedLicenses.Count -eq 0) { Continue }
    if ($PSCmdlet.ShouldProcess($user.UserPrincipalName, 'Take all licences')) {
        Set-MgUserLicense -UserId $user.Id -AddLicenses @() -RemoveLicenses $user.AssignedLicenses.SkuId | Out-Null
    }
}
