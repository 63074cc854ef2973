Connect-MgGraph -Scopes 'User.ReadWrite.All','Group.Read.All' -NoWelcome
# A seat is free again: somebody left.
$visio = (Get-MgSubscribedSku -All | ? SkuPartNumber -eq 'VISIOCLIENT').SkuId
Set-MgUserLicense -UserId fay@contoso.com -AddLicenses @() -RemoveLicenses @($visio) | Out-Null
Get-MgGroup -All -Filter 'hasMembersWithLicenseErrors eq true' | ForEach-Object {
    Get-MgGroupMemberWithLicenseError -GroupId $_.Id -All | ForEach-Object { Invoke-MgLicenseUser -UserId $_.Id | Out-Null }
}
