# Takes a backup of everybody's licences, takes the department's away, and brings one back from the backup.
param([string]$Department = 'Sales', [string]$Back = 'ben@contoso.com')
Connect-MgGraph -Scopes User.ReadWrite.All -NoWelcome
Get-MgUser -All -Property Id,UserPrincipalName,Department,AssignedLicenses | Export-Clixml backup.xml -Depth 5
Get-MgUser -Filter "department eq '$Department'" -Property Id,AssignedLicenses | Where-Object { $_.AssignedLicenses.Count -gt 0 } |
    ForEach-Object { [void](Set-MgUserLicense -UserId $_.Id -AddLicenses @() -RemoveLicenses $_.AssignedLicenses.SkuId) }
$old = Import-Clixml backup.xml | Where-Object UserPrincipalName -eq $Back
[void](Set-MgUserLicense -UserId $old.Id -AddLicenses $old.AssignedLicenses -RemoveLicenses @())
