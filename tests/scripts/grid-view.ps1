Connect-MgGraph -Scopes User.ReadWrite.All -NoWelcome
$sku = Get-MgSubscribedSku -All | Select-Object SkuPartNumber, SkuId | Out-GridView -Title 'Which product?' -OutputMode Single
$who = Get-MgUser -All -Property Id, DisplayName, UsageLocation | Where-Object UsageLocation -eq 'GB' | Out-GridView -Title 'Who?' -PassThru
Set-MgUserLicense -UserId $who.Id -AddLicenses @{ SkuId = $sku.SkuId } -RemoveLicenses @() | Out-Null
