# Switch Sway off for one user and keep everything else as it is.
Connect-MgGraph -Scopes User.ReadWrite.All -NoWelcome
$sway = 'a23b959c-7ce8-4e57-9140-b90eb88a9e97'
$before = (Get-MgUser -UserId amy@contoso.com -Property AssignedLicenses).AssignedLicenses
foreach ($licence in $before) {
    $licence.DisabledPlans = @($licence.DisabledPlans + $sway | Select-Object -Unique)
}
Set-MgUserLicense -UserId amy@contoso.com -AddLicenses $before -RemoveLicenses @() | Out-Null
$after = (Get-MgUser -UserId amy@contoso.com -Property AssignedLicenses).AssignedLicenses
if (Compare-Object $before.DisabledPlans $after.DisabledPlans) { Write-Warning 'not as wanted' } else { 'as wanted' }
