# Give one person a product.
Connect-MgGraph -Scopes 'User.ReadWrite.All', 'Organization.Read.All'
$e5 = Get-MgSubscribedSku -All | Where SkuPartNumber -eq 'SPE_E5'
Set-MgUserLicense -UserId 'gil@contoso.com' -AddLicenses @{SkuId = $e5.SkuId} -RemoveLicenses @()
