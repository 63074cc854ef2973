Connect-MgGraph -Scopes User.ReadWrite.All -NoWelcome
$upn = 'cat@contoso.com'
$user = Get-MgUser -UserId $upn -Property Id, UsageLocation
If ($Null -eq $user.UsageLocation) {
    Write-Host "$upn has no location" -f Yellow
    Update-MgUser -UserId $user.Id -UsageLocation 'GB'
}
$sku = Get-MgSubscribedSku -All | Where SkuPartNumber -eq 'SPE_E3'
Set-MgUserLicense -UserId $user.Id -AddLicenses @{SkuId = $sku.SkuId} -RemoveLicenses @()
