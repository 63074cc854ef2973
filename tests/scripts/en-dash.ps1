Connect-MgGraph –Scopes User.ReadWrite.All –NoWelcome
$sku = Get-MgSubscribedSku –All | Where-Object {$_.SkuPartNumber –eq "FLOW_FREE"}
Set-MgUserLicense –UserId gil@contoso.com –AddLicenses @{SkuId = $sku.SkuId} –RemoveLicenses @()
