Connect-MgGraph -Scopes User.ReadWrite.All -NoWelcome
$sku = (Get-MgSubscribedSku -All | ? { $_.SkuPartNumber -eq 'SPE_E3' }).SkuId
foreach ($upn in 'gil@contoso.com', 'cat@contoso.com', 'nobody@contoso.com') {
    Set-MgUserLicense -UserId $upn -AddLicenses @{SkuId = $sku} -RemoveLicenses @() -ErrorAction SilentlyContinue -ErrorVariable problem | Out-Null
    If ($?) { "$upn ok" } Else { "$upn failed: $($problem[0].FullyQualifiedErrorId.Split(',')[0])" }
}
$there = Get-MgUser -UserId nobody@contoso.com -ErrorAction Ignore
if ($null -eq $there) { 'nobody is not there' }
